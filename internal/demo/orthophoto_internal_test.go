package demo

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"testing"
)

// The pixels of a seed are the same on every machine and in whatever order the
// strips are painted. If the picture is changed on purpose, look at it, and put
// the new sum here. (The file's own bytes also depend on Go's Deflate.)
func TestPixelsDependOnTheSeedAlone(t *testing.T) {
	const firstRow, rows = 2000, 64 // from the orchard over the reservoir to the clearing
	strip := func(s *scene, firstRow int) []byte {
		pixels := make([]byte, photoPixels*4*rows)
		s.paint(firstRow, pixels)
		return pixels
	}
	one := newScene(1)
	pixels := strip(one, firstRow)
	const want = "1928fc29572a616820ddf0cd42e1351a67ae35e13aff2b2d5dfd264e459379e4"
	if sum := sha256.Sum256(pixels); hex.EncodeToString(sum[:]) != want {
		t.Errorf("rows %d to %d have SHA-256 %x, want %s", firstRow, firstRow+rows-1, sum, want)
	}
	strip(one, 600)
	if !bytes.Equal(strip(one, firstRow), pixels) {
		t.Error("rows painted again differ")
	}
	// What stands on the edge of a strip does not break there.
	shifted := strip(one, firstRow-rows/2)
	if !bytes.Equal(shifted[len(shifted)/2:], pixels[:len(pixels)/2]) {
		t.Error("rows painted with others above them differ")
	}
	if bytes.Equal(strip(newScene(2), firstRow), pixels) {
		t.Error("two seeds paint the same picture")
	}
}

// Whatever the seed, nobody walked into the reservoir.
func TestLinesStayDry(t *testing.T) {
	for seed := uint64(1); seed <= 12; seed++ {
		land := newTerrain(seed)
		for _, side := range []Side{SideA, SideB} {
			start, legs := walkA()
			if side == SideB {
				start, legs = walkB()
			}
			for _, s := range strides(newDice(seed, 1), start, legs) {
				if s.at[1] > damNorth+damHalf && land.height(s.at[0], s.at[1]) < waterLevel {
					t.Fatalf("seed %d: %c walks in the water at (%.0f, %.0f)", seed, side, s.at[0], s.at[1])
				}
			}
		}
	}
}
