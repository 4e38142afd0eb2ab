package overlay_test

import (
	"testing"

	"jieshi/geo/overlay"
)

// claimsOf reads claims from bytes: the high bit of x begins a ring, that of y
// with it a claim. Coordinates are small, so everything degenerate is common.
func claimsOf(data []byte) []overlay.MultiPolygon {
	var claims []overlay.MultiPolygon
	for len(data) >= 2 && len(claims) < 12 {
		x, y := data[0], data[1]
		data = data[2:]
		p := overlay.Point{X: int64(x & 0x7f), Y: int64(y & 0x7f)}
		switch {
		case len(claims) == 0 || x&0x80 != 0 && y&0x80 != 0:
			claims = append(claims, overlay.MultiPolygon{{{p}}})
		case x&0x80 != 0:
			last := &claims[len(claims)-1][0]
			*last = append(*last, overlay.Ring{p})
		default:
			poly := claims[len(claims)-1][0]
			ring := &poly[len(poly)-1]
			*ring = append(*ring, p)
		}
	}
	return claims
}

// FuzzOverlay repairs whatever claims there are and holds validity, the sums of
// the faces and the drawn faces to their promises.
func FuzzOverlay(f *testing.F) {
	f.Add([]byte{0, 0, 9, 0, 9, 9, 0, 9})
	f.Add([]byte{0x80, 0x80, 9, 9, 9, 0, 0, 9, 0x83, 3, 5, 3, 5, 5, 0x84, 0x84, 20, 4, 20, 20})
	f.Add([]byte{0x80, 0x80, 2, 2, 4, 0, 4, 4, 2, 2, 0, 4, 0x82, 0x80, 2, 9, 3, 9, 3, 0, 0x80, 0x81, 9, 1, 9, 2})
	f.Fuzz(func(t *testing.T, data []byte) {
		var b overlay.Builder
		for i, m := range claimsOf(data) {
			ground := repairOf(m)
			for _, fault := range faultsOf(ground) {
				t.Fatalf("Repair(%v) = %v: %v", m, ground, fault)
			}
			if len(faultsOf(m)) == 0 && ground.Area() != m.Area() {
				t.Fatalf("Repair(%v), which is valid, = %v", m, ground)
			}
			if ground == nil {
				continue
			}
			if err := b.Add(int64(i), ground); err != nil {
				t.Fatal(err)
			}
		}
		l, err := b.Build()
		if err != nil {
			t.Fatal(err)
		}
		p, err := overlay.Faces(t.Context(), l, overlay.Options{Geometry: true})
		if err != nil {
			t.Fatal(err)
		}
		var sum overlay.Area
		for _, face := range p.Faces {
			sum = sum.Add(face.Area)
			for _, fault := range faultsOf(face.Ground) {
				t.Fatalf("face %v of %v: %v", face.Claims, claimsOf(data), fault)
			}
		}
		if sum != p.Union {
			t.Fatalf("faces of %v add up to %v, the union is %v", claimsOf(data), sum, p.Union)
		}
	})
}

// FuzzBroken feeds claims as they are: whatever comes out of broken input, it
// comes out, the same for every number of workers.
func FuzzBroken(f *testing.F) {
	f.Add([]byte{0, 0, 4, 4, 4, 0, 0, 4, 0x80, 0x80, 1, 1, 1, 1, 3, 3, 3, 3, 1, 1})
	f.Fuzz(func(t *testing.T, data []byte) {
		var b overlay.Builder
		for i, m := range claimsOf(data) {
			partsOf(m, m[0][0])
			_ = b.Add(int64(i), m) // a claim of no ground is refused, which is fine
		}
		l, err := b.Build()
		if err != nil {
			t.Fatal(err)
		}
		var union [2]overlay.Area
		for workers := range union {
			p, err := overlay.Faces(t.Context(), l, overlay.Options{Geometry: true, Workers: workers + 1})
			if err != nil {
				t.Fatal(err)
			}
			union[workers] = p.Union
		}
		if union[0] != union[1] {
			t.Fatalf("one worker says %v, two say %v", union[0], union[1])
		}
	})
}
