package crs_test

import (
	"fmt"

	"github.com/paulmach/orb"

	"jieshi/geo"
	"jieshi/geo/crs"
)

// A field near Liujiang, one kilometre square in the plane of its zone, is
// smaller on the ground.
func Example() {
	srid, err := crs.WorkingSRID(109.30, 24.25)
	if err != nil {
		fmt.Println(err)
		return
	}
	proj, err := crs.ProjectionOf(srid)
	if err != nil {
		fmt.Println(err)
		return
	}
	x, y := proj.Forward(109.30, 24.25)
	field := orb.MultiPolygon{{{{x, y}, {x + 1000, y}, {x + 1000, y + 1000}, {x, y + 1000}, {x, y}}}}
	ground, err := crs.EllipsoidalArea(field, proj)
	if err != nil {
		fmt.Println(err)
		return
	}
	zh, en := crs.ZoneLabel(srid)
	fmt.Println(zh)
	fmt.Println(en)
	fmt.Printf("east %.3f, north %.3f\n", x, y)
	fmt.Printf("plane %.2f mu, ellipsoid %.2f mu\n", geo.PlaneArea(field).Mu(), ground.Mu())
	// Output:
	// CGCS2000 / 3°带 CM 108°
	// CGCS2000 / 3-degree Gauss-Krueger CM 108°E
	// east 632028.076, north 2683593.911
	// plane 1500.00 mu, ellipsoid 1499.35 mu
}
