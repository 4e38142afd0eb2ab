package offline

import (
	"testing"

	"pgregory.net/rapid"
)

// Whatever the box: the first zoom has it on one tile, the next one does not, and
// what comes out as degrees is the same box.
func TestTheFirstZoomHasTheWholeBoxOnOneTile(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		west := rapid.Float64Range(-180, 179.9).Draw(t, "west")
		south := rapid.Float64Range(-84, 83.9).Draw(t, "south")
		side := rapid.Float64Range(1e-5, 0.1).Draw(t, "side")
		box := []float64{west, south, west + side, south + side}
		p := placeOfBounds(box)
		z := p.wholeZoom()
		if n := p.at(z, 0).count(); n != 1 {
			t.Errorf("%v lies on %d tiles of zoom %d", box, n, z)
		}
		if n := p.at(z+1, 0).count(); z < deepest && n == 1 {
			t.Errorf("%v lies on one tile of zoom %d, too", box, z+1)
		}
		for i, got := range p.bounds() {
			if d := got - box[i]; d > 2e-9 || d < -2e-9 {
				t.Errorf("%v comes back as %v", box, p.bounds())
			}
		}
	})
}
