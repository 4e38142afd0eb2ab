package main

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"hash"

	"jieshi/geo/overlay"
)

// A checksum goes over everything that a run returned, to the last bit.
type checksum struct {
	hash hash.Hash
	word []byte
}

func newChecksum() *checksum { return &checksum{hash: sha256.New()} }

func (c *checksum) pairs(pairs []overlay.Pair) {
	for i := range pairs {
		p := &pairs[i]
		c.ints(p.A, p.B)
		c.area(p.Area)
		c.ground(p.Ground)
	}
}

func (c *checksum) faces(faces []overlay.Face) {
	for i := range faces {
		f := &faces[i]
		c.ints(int64(len(f.Claims)))
		c.ints(f.Claims...)
		c.area(f.Area)
		c.ground(f.Ground)
	}
}

func (c *checksum) area(a overlay.Area) {
	hi, lo := a.Units()
	c.ints(hi, int64(lo)) //nolint:gosec // the bits matter
}

func (c *checksum) ground(m overlay.MultiPolygon) {
	c.ints(int64(len(m)))
	for _, polygon := range m {
		c.ints(int64(len(polygon)))
		for _, ring := range polygon {
			c.ints(int64(len(ring)))
			for _, p := range ring {
				c.ints(p.X, p.Y)
			}
		}
	}
}

func (c *checksum) ints(values ...int64) {
	c.word = c.word[:0]
	for _, v := range values {
		c.word = binary.BigEndian.AppendUint64(c.word, uint64(v)) //nolint:gosec // two's complement
	}
	c.hash.Write(c.word) // never fails (hash.Hash)
}

// text is short: it is compared by eye, and by machine over runs of one process.
func (c *checksum) text() string { return hex.EncodeToString(c.hash.Sum(nil)[:8]) }
