package divide_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"testing"

	"github.com/paulmach/orb"

	"jieshi/geo"
	"jieshi/geo/crs"
	"jieshi/geo/divide"
	"jieshi/geo/overlay"
)

// Two fields in Liujiang, 100 m apart, each 100 m × 40 m.
//
//	+----------+  +----------+  40
//	|    0     |  |    1     |
//	+----------+  +----------+  0
//	0        100  200      300
func fields(t *testing.T) *divide.Table {
	t.Helper()
	field := func(west float64) orb.Polygon {
		x, y := 632_000+west, 2_683_000.0
		return orb.Polygon{{{x, y}, {x + 100, y}, {x + 100, y + 40}, {x, y + 40}, {x, y}}}
	}
	table, err := divide.NewTable(4545, []orb.Polygon{field(0), field(200)})
	if err != nil {
		t.Fatal(err)
	}
	return table
}

func lineOf(xy ...float64) (line orb.LineString) {
	for i := 0; i < len(xy); i += 2 {
		line = append(line, orb.Point{632_000 + xy[i], 2_683_000 + xy[i+1]})
	}
	return line
}

func TestDivide(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name string
		line orb.LineString
		want string // plane m² left | right | neither, of each field
	}{
		{"up through one field", lineOf(30, -5, 30, 45), "1200|2800|0 0|0|4000"},
		{"down through one field", lineOf(30, 45, 30, -5), "2800|1200|0 0|0|4000"},
		{"eastward through both", lineOf(-5, 10, 305, 10), "3000|1000|0 3000|1000|0"},
		{"between them", lineOf(150, -5, 150, 45), "0|0|4000 0|0|4000"},
		{"ends in the field", lineOf(30, -5, 30, 20), "0|0|4000 0|0|4000"},
		{"along a fence", lineOf(-5, 0, 305, 0), "0|0|4000 0|0|4000"},
		{"up and down again", lineOf(30, -5, 30, 45, 60, 45, 60, -5), "2800|1200|0 0|0|4000"},
		{"one vertex", lineOf(30, 20), "0|0|4000 0|0|4000"},
		{"no line", nil, "0|0|4000 0|0|4000"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			cuts, err := fields(t).Divide(t.Context(), tc.line)
			if err != nil {
				t.Fatal(err)
			}
			got := ""
			for i, c := range cuts {
				if i > 0 {
					got += " "
				}
				got += fmt.Sprintf("%g|%g|%g", c.Left.Plane, c.Right.Plane, c.Whole.Plane)
				if c.Divided != (len(c.Parts) > 1) {
					t.Errorf("field %d: divided %v with %d parts", i, c.Divided, len(c.Parts))
				}
			}
			if got != tc.want {
				t.Errorf("got %s, want %s", got, tc.want)
			}
		})
	}
}

func TestSidesAddUpOnTheEllipsoidToo(t *testing.T) {
	t.Parallel()
	table := fields(t)
	whole, err := table.Divide(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	cuts, err := table.Divide(t.Context(), lineOf(-5, 3.21, 120, 17.7777, 305, 39))
	if err != nil {
		t.Fatal(err)
	}
	for i, c := range cuts {
		sum := c.Left.Ellipsoidal + c.Right.Ellipsoidal + c.Whole.Ellipsoidal
		// Crossings are rounded to 0.1 mm: half of it along two bent sides.
		if diff := math.Abs(float64(sum - whole[i].Whole.Ellipsoidal)); diff > 0.5e-4*300 {
			t.Errorf("field %d: the sides make %v m², the field has %v m²", i, sum, whole[i].Whole.Ellipsoidal)
		}
		var direct geo.SquareMetres
		for _, p := range c.Parts {
			m2, err := crs.EllipsoidalArea(overlay.MultiPolygon{p.Ground}.Metres(), table.Projection())
			if err != nil {
				t.Fatal(err)
			}
			direct += m2
		}
		if sum != direct && math.Abs(float64(sum-direct)) > 1e-9 {
			t.Errorf("field %d: %v m² by the table, %v m² measured afresh", i, sum, direct)
		}
	}
}

func TestNonsenseIsRefused(t *testing.T) {
	t.Parallel()
	if _, err := fields(t).Divide(t.Context(), orb.LineString{{0, 0}, {math.NaN(), 1}}); !errors.Is(err, overlay.ErrOffGrid) {
		t.Errorf("a line through nowhere: %v, want ErrOffGrid", err)
	}
	if _, err := divide.NewTable(3857, nil); err == nil {
		t.Error("a table in web Mercator")
	}
	if _, err := divide.NewTable(4545, []orb.Polygon{{{{0, 0}, {math.Inf(1), 0}, {1, 1}, {0, 0}}}}); !errors.Is(err, overlay.ErrOffGrid) {
		t.Errorf("ground without end: %v, want ErrOffGrid", err)
	}
}

func ExampleTable_Divide() {
	x, y := 632_000.0, 2_683_000.0
	terrace := orb.Polygon{{{x, y}, {x + 100, y}, {x + 100, y + 40}, {x, y + 40}, {x, y}}}
	table, err := divide.NewTable(4545, []orb.Polygon{terrace})
	if err != nil {
		fmt.Println(err)
		return
	}
	cuts, err := table.Divide(context.Background(), orb.LineString{{x + 30, y - 1}, {x + 35, y + 41}})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("left %.2f mu, right %.2f mu\n", cuts[0].Left.Ellipsoidal.Mu(), cuts[0].Right.Ellipsoidal.Mu())
	// Output: left 1.95 mu, right 4.05 mu
}
