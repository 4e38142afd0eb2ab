package postgres

import (
	"jieshi/geo/overlay"
)

// The division of the plane of every layer; migrations/00009_registry.sql says
// why these numbers. They are part of what is stored and never change.
const (
	blockBits = 24             // side of a block: 2^24 grid units, 1677.7216 m
	blockSide = 1 << blockBits // grid units
	curveBits = 17             // side of the curve: 2^17 blocks, |coordinate| < 2^40
	shardBits = 10             // blocks in a shard: 2^10, a square of 2^5 × 2^5
)

// A blockID is the number of a block along the Hilbert curve.
type blockID int64

// blockAt returns the block that holds a grid point.
func blockAt(p overlay.Point) blockID {
	const half = 1 << (curveBits - 1)
	return hilbert(uint64(p.X>>blockBits+half), uint64(p.Y>>blockBits+half)) //nolint:gosec // |p| < 2^40, see overlay.MaxCoordinate
}

// shard returns the range of the curve that the block is in.
func (b blockID) shard() int32 { return int32(b >> shardBits) } //nolint:gosec // 34 bits less 10

// cell returns the ground of the block.
func (b blockID) cell() overlay.Block {
	const half = 1 << (curveBits - 1)
	x, y := b.place()
	west, south := (int64(x)-half)<<blockBits, (int64(y)-half)<<blockBits //nolint:gosec // 17 bits
	return overlay.Block{West: west, South: south, East: west + blockSide, North: south + blockSide}
}

// blocksOf returns the blocks that a box touches, its own (that of the
// south-west corner) first.
func blocksOf(box overlay.Box) []blockID {
	cells := overlay.BlocksOf(box, blockSide)
	blocks := make([]blockID, len(cells))
	for i, c := range cells {
		blocks[i] = blockAt(overlay.Point{X: c.West, Y: c.South})
	}
	return blocks
}

// hilbert returns the number of the place (x, y) along the curve.
func hilbert(x, y uint64) blockID {
	var d uint64
	for s := uint64(1) << (curveBits - 1); s > 0; s >>= 1 {
		var rx, ry uint64
		if x&s != 0 {
			rx = 1
		}
		if y&s != 0 {
			ry = 1
		}
		d += s * s * (3*rx ^ ry)
		x, y = turn(s, x&(s-1), y&(s-1), rx, ry)
	}
	return blockID(d) //nolint:gosec // 34 bits
}

// place is the inverse of hilbert.
func (b blockID) place() (x, y uint64) {
	d := uint64(b) //nolint:gosec // never negative
	for s := uint64(1); s < 1<<curveBits; s <<= 1 {
		rx := d >> 1 & 1
		ry := (d ^ rx) & 1
		x, y = turn(s, x, y, rx, ry)
		x, y = x+s*rx, y+s*ry
		d >>= 2
	}
	return x, y
}

// turn turns a quadrant of side s so that the curve goes on where it left off.
func turn(s, x, y, rx, ry uint64) (uint64, uint64) {
	if ry == 1 {
		return x, y
	}
	if rx == 1 {
		x, y = s-1-x, s-1-y
	}
	return y, x
}
