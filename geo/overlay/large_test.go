package overlay_test

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"jieshi/geo/overlay"
	"jieshi/geo/overlay/overlaytest"
)

// gear is a ring of n corners round the origin, in and out by turns.
func gear(n int, radius float64) overlay.MultiPolygon {
	ring := make(overlay.Ring, n, n+1)
	for i := range ring {
		r := radius * (1 - 0.001*float64(i%2))
		sin, cos := math.Sincos(2 * math.Pi * float64(i) / float64(n))
		ring[i] = overlay.Point{X: int64(math.Round(r * cos)), Y: int64(math.Round(r * sin))}
	}
	return overlay.MultiPolygon{{append(ring, ring[0])}}
}

/*
	+------+------+
	|   ,--|--.   |

1 |  (   |   )  | 2     a gear of 10^6 corners between two halves of the plane:

	|   `--|--´   |       what it shares with both is all of it, to the last unit
	+------+------+
*/
func TestAClaimOfAMillionVertices(t *testing.T) {
	const side = 1 << 30
	half := func(west int64) overlay.MultiPolygon {
		return overlay.MultiPolygon{{{{X: west, Y: -side}, {X: west + side, Y: -side}, {X: west + side, Y: side}, {X: west, Y: side}, {X: west, Y: -side}}}}
	}
	million := gear(1_000_000, 600_000_000)
	if faults, err := overlay.Validate(t.Context(), million); err != nil || faults != nil {
		t.Fatalf("the gear: %v, %v", faults, err)
	}
	l := overlaytest.Layer([]overlaytest.Claim{{ID: 1, Ground: half(-side)}, {ID: 2, Ground: half(0)}, {ID: 3, Ground: million}})
	pairs, err := overlay.Pairs(t.Context(), l, nil, overlay.Options{})
	if err != nil {
		t.Fatal(err)
	}
	var sum overlay.Area
	for _, p := range pairs {
		sum = sum.Add(p.Area)
	}
	if len(pairs) != 2 || sum != million.Area() {
		t.Errorf("%d pairs of %v m², want two of %v m²", len(pairs), sum.SquareMetres(), million.Area().SquareMetres())
	}
	p, err := overlay.Faces(t.Context(), l, overlay.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if got := p.Contested(); got != sum || len(p.Faces) != 4 {
		t.Errorf("%d faces, %v m² contested, want 4 and %v m²", len(p.Faces), got.SquareMetres(), sum.SquareMetres())
	}
}

// A scribble crosses itself so often that nobody would wait for the end.
func TestWorkOnOneClaimCanBeCancelled(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 2))
	var ring overlay.Ring
	for range 8000 {
		ring = append(ring, overlay.Point{X: rnd.Int64N(1 << 30), Y: rnd.Int64N(1 << 30)})
	}
	scribble := overlay.MultiPolygon{{append(ring, ring[0])}}
	for name, work := range map[string]func(context.Context) (int, error){
		"Validate": func(ctx context.Context) (int, error) { f, err := overlay.Validate(ctx, scribble); return len(f), err },
		"Repair":   func(ctx context.Context) (int, error) { m, err := overlay.Repair(ctx, scribble); return len(m), err },
		"Split": func(ctx context.Context) (int, error) {
			p, err := overlay.Split(ctx, scribble, ring[:2])
			return len(p), err
		},
	} {
		t.Run(name, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), 30*time.Millisecond)
			defer cancel()
			begin := time.Now()
			n, err := work(ctx)
			if !errors.Is(err, context.DeadlineExceeded) || n != 0 {
				t.Errorf("%d results, error %v; want none and context.DeadlineExceeded", n, err)
			}
			if took := time.Since(begin); took > 5*time.Second {
				t.Errorf("it went on for %s", took)
			}
		})
	}
}
