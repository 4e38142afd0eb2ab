package overlay_test

import (
	"testing"

	"jieshi/geo/overlay"
	"jieshi/geo/overlay/overlaytest"
)

// perimeter returns the length of all rings in metres.
func perimeter(m overlay.MultiPolygon) float64 {
	var sum float64
	for _, poly := range m {
		for _, ring := range poly {
			for i := 1; i < len(ring); i++ {
				sum += distance(ring[i-1], ring[i])
			}
		}
	}
	return sum
}

// checkGround insists that m is valid and its area that of the exact sum, give
// or take half a grid unit × perimeter.
func checkGround(t *testing.T, what any, m overlay.MultiPolygon, exact overlay.Area) {
	t.Helper()
	for _, f := range faultsOf(m) {
		t.Errorf("%v: %v", what, f)
	}
	const unit = 1.0 / overlay.GridPerMetre
	got, want := float64(m.Area().SquareMetres()), float64(exact.SquareMetres())
	if d, most := got-want, unit/2*perimeter(m)+unit*unit; d > most || d < -most {
		t.Errorf("%v: polygons cover %.9f m², the exact area is %.9f m²", what, got, want)
	}
}

func TestPairsWithGeometryAreAsLargeAsTheirAreas(t *testing.T) {
	stars := overlaytest.C20k
	stars.Claims = 500
	pairs, err := overlay.Pairs(t.Context(), overlaytest.Layer(stars.Make(3)), nil, overlay.Options{Geometry: true})
	if err != nil {
		t.Fatal(err)
	}
	if len(pairs) < 1000 {
		t.Fatalf("%d pairs, want more than 1000", len(pairs))
	}
	for _, p := range pairs {
		checkGround(t, [2]int64{p.A, p.B}, p.Ground, p.Area)
	}
}
