package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"time"

	"jieshi/geo/overlay"
)

// The layer that is streamed: a claim for each point of a square lattice, drawn
// when a block asks for it and never kept. All in grid units of 0.1 mm.
const (
	latticeStep   = 1_000_000   // 100 m
	greatestReach = 900_000     // of a claim from its middle
	offLattice    = 100_000     // of the middle from its point
	streamBlock   = 100_000_000 // side of a block: 10 km, 10,000 claims
	fewestCorners = 8
	mostCorners   = 16
)

// lattice is the layer of side × side claims.
type lattice struct {
	side    int64
	compass [mostCorners + 1][]overlay.Point // by number of corners: directions, in 2^20ths
	largest int                              // claims of a block with its halo
	drawing time.Duration
}

func newLattice(claims int) (*lattice, error) {
	l := &lattice{side: int64(math.Round(math.Sqrt(float64(claims))))}
	if claims < 1 || l.side*latticeStep > overlay.MaxCoordinate {
		return nil, fmt.Errorf("-stream %d is not between 1 and %d", claims, (overlay.MaxCoordinate/latticeStep)*(overlay.MaxCoordinate/latticeStep))
	}
	for n := fewestCorners; n <= mostCorners; n++ {
		for k := range n {
			sin, cos := math.Sincos(2 * math.Pi * float64(k) / float64(n))
			l.compass[n] = append(l.compass[n], overlay.Point{X: int64(math.Round(cos * (1 << 20))), Y: int64(math.Round(sin * (1 << 20)))})
		}
	}
	return l, nil
}

// claim draws a claim, the same whichever block asks.
func (l *lattice) claim(column, row int64) overlay.MultiPolygon {
	rnd := rand.New(rand.NewPCG(seed, uint64(row*l.side+column))) //nolint:gosec // a drawing, no secret
	x := column*latticeStep + rnd.Int64N(2*offLattice) - offLattice
	y := row*latticeStep + rnd.Int64N(2*offLattice) - offLattice
	reach := greatestReach/2 + rnd.Int64N(greatestReach/2)
	compass := l.compass[fewestCorners+rnd.IntN(mostCorners-fewestCorners+1)]
	ring := make(overlay.Ring, 0, len(compass)+1)
	for _, way := range compass {
		far := reach*3/4 + rnd.Int64N(reach/4)
		ring = append(ring, overlay.Point{X: x + far*way.X>>20, Y: y + far*way.Y>>20})
	}
	return overlay.MultiPolygon{{append(ring, ring[0])}}
}

// load makes the layer of a block. A claim that meets the block has its middle
// within one reach of it, and whoever meets that one within two more.
func (l *lattice) load(_ context.Context, block overlay.Block) (*overlay.Layer, error) {
	begin := time.Now()
	const halo = 3 * (greatestReach + offLattice)
	first := func(v int64) int64 { return max((v-halo)/latticeStep, 0) }
	last := func(v int64) int64 { return min((v+halo)/latticeStep, l.side-1) }
	var b overlay.Builder
	n := 0
	for row := first(block.South); row <= last(block.North); row++ {
		for column := first(block.West); column <= last(block.East); column++ {
			n++
			if err := b.Add(row*l.side+column, l.claim(column, row)); err != nil {
				return nil, err
			}
		}
	}
	l.largest = max(l.largest, n)
	layer, err := b.Build()
	l.drawing += time.Since(begin)
	return layer, err
}

func (l *lattice) blocks() []overlay.Block {
	const margin = greatestReach + offLattice
	return overlay.BlocksOf(overlay.Box{
		Min: overlay.Point{X: -margin, Y: -margin},
		Max: overlay.Point{X: (l.side-1)*latticeStep + margin, Y: (l.side-1)*latticeStep + margin},
	}, streamBlock)
}

// streamLayer lays a generated layer over itself block by block and says what it
// took. Nothing but sums is kept from block to block.
func streamLayer(ctx context.Context, claims int, out, log io.Writer) error {
	l, err := newLattice(claims)
	if err != nil {
		return err
	}
	begin, before := time.Now(), load()
	blocks, sum := l.blocks(), newChecksum()
	pairs, done := 0, 0
	var common, union, contested overlay.Area
	err = overlay.StreamFaces(ctx, l.load, blocks, overlay.Options{}, func(_ overlay.Block, p *overlay.Partition) error {
		sum.pairs(p.Pairs)
		sum.faces(p.Faces)
		pairs += len(p.Pairs)
		for i := range p.Pairs {
			common = common.Add(p.Pairs[i].Area)
		}
		union, contested = union.Add(p.Union), contested.Add(p.Contested())
		if done++; done%max(len(blocks)/20, 1) == 0 {
			_, _ = fmt.Fprintf(log, "%d of %d blocks, %s\n", done, len(blocks), time.Since(begin).Round(time.Second))
		}
		return nil
	})
	if err != nil {
		return err
	}
	took := time.Since(begin)
	peak, err := peakMemory()
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, `claims       %s, of %d to %d corners
blocks       %d of %.0f km, the largest %s claims with its halo
pairs        %s
m2           %.2f over pairs, %.2f counted once, %.2f claimed by anyone
seconds      %.1f, of them %.1f to draw the claims and build the layers
peak memory  %s MiB
checksum     %s, kernel %s
load         %s before, %s after
`, thousands(int(l.side*l.side)), fewestCorners, mostCorners,
		len(blocks), streamBlock/1e7, thousands(l.largest), thousands(pairs),
		common.SquareMetres(), contested.SquareMetres(), union.SquareMetres(),
		took.Seconds(), l.drawing.Seconds(), megabytes(peak), sum.text(), overlay.Version, before, load())
	return errors.Join(err, ctx.Err())
}
