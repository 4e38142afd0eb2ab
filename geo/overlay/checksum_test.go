package overlay_test

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"testing"

	"jieshi/geo/overlay"
	"jieshi/geo/overlay/overlaytest"
)

// bytesOf returns a checksum of everything that comes of the claims: pairs and
// faces with their areas and polygons.
func bytesOf(t *testing.T, claims []overlaytest.Claim) string {
	t.Helper()
	l := overlaytest.Layer(claims)
	pairs, err := overlay.Pairs(t.Context(), l, nil, overlay.Options{Geometry: true})
	if err != nil {
		t.Fatal(err)
	}
	p, err := overlay.Faces(t.Context(), l, overlay.Options{Geometry: true})
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.New()
	fmt.Fprintln(sum, pairs, *p)
	return hex.EncodeToString(sum.Sum(nil)[:8])
}

// Version names the rules: whoever changes what comes out of these layers, by
// one bit, has to raise it, and then may write new checksums here.
func TestTheBytesOfThisVersion(t *testing.T) {
	stars, big := overlaytest.C20k, overlaytest.Big2k
	stars.Claims, big.Claims = 1000, 20
	for _, tc := range []struct {
		name   string
		claims []overlaytest.Claim
		want   string
	}{
		{"stars", stars.Make(1), "jieshi-overlay/2 7503c8ab90ab875d"},
		{"large stars", big.Make(1), "jieshi-overlay/2 d8250e3f167f9b42"},
		{"bricks", overlaytest.Bricks(6, 1_000_000), "jieshi-overlay/2 1d0a56b8f99e8e05"},
		{"triangles", overlaytest.Triangles(1, 60, 20, 777), "jieshi-overlay/2 6b4f80fd81598e75"},
		{"frames", overlaytest.Frames(1, 30, 9, 3), "jieshi-overlay/2 d1b31725494cf7e5"},
		{"walks", overlaytest.Walks(1, 12, 0.03), "jieshi-overlay/2 03188b31a949ce68"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if got := overlay.Version + " " + bytesOf(t, tc.claims); got != tc.want {
				t.Errorf("the bytes are now %q, were %q", got, tc.want)
			}
		})
	}
}
