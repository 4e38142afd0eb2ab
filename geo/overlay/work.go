package overlay

import (
	"context"
	"runtime"
	"sync"
	"sync/atomic"
)

// Options say how to run. The zero Options use every processor, report
// nothing, keep every pair and own every block. No option but MinArea,
// Geometry, Of and Owns changes the result.
type Options struct {
	// Workers is the number of goroutines. Defaults to GOMAXPROCS.
	Workers int

	// Progress, if not nil, is called now and then with the number of claims
	// done and the number in all, by one goroutine at a time.
	Progress func(done, total int)

	// MinArea leaves out pairs of no more than this area. Defaults to zero: any
	// common ground is listed, and none that is only touched.
	MinArea Area

	// Geometry asks for the polygons of pairs, or of faces of depth two and
	// more. It costs a few times as much as the areas. With Owns, faces are not
	// drawn: they may cross from block to block.
	Geometry bool

	// Of, if not nil, restricts [Pairs] to those of which A or B is one of these
	// claims; between two layers, of which A is. A changed claim is compared anew in a layer
	// of it and its neighbours, with the same areas as in the whole. [Faces] pays
	// no heed to it.
	Of []int64

	// Owns, if not nil, restricts the result to what one block owns; see [Block].
	Owns *Block

	// drawAll draws all ground in the general way, for tests.
	drawAll bool
}

// drawsFaces says whether [Faces] makes polygons.
func (o *Options) drawsFaces() bool { return o.Geometry && o.Owns == nil }

// outlines says whether it makes them from outlines where it can.
func (o *Options) outlines() bool { return o.drawsFaces() && !o.drawAll }

func (o *Options) workers() int {
	if o.Workers > 0 {
		return o.Workers
	}
	return runtime.GOMAXPROCS(0)
}

// quietly returns the options for the parts of a run that follow the comparison
// of all pairs, which is what progress tells of.
func (o *Options) quietly() *Options {
	quiet := *o
	quiet.Progress = nil
	return &quiet
}

// spread calls work for 0 … n−1 from several goroutines, each known by its
// number, in chunks. It returns early with the context's error.
func spread(ctx context.Context, n int, o *Options, work func(worker, i int)) error {
	workers := min(o.workers(), max(n, 1))
	chunk := min(max(n/(workers*64), 1), 256)
	var next, done atomic.Int64
	var report sync.Mutex
	loop := func(worker int) {
		for ctx.Err() == nil {
			first := int(next.Add(int64(chunk))) - chunk
			if first >= n {
				return
			}
			last := min(first+chunk, n)
			for i := first; i < last && ctx.Err() == nil; i++ {
				work(worker, i)
			}
			if d := done.Add(int64(last - first)); o.Progress != nil {
				report.Lock()
				o.Progress(int(d), n)
				report.Unlock()
			}
		}
	}
	var all sync.WaitGroup
	for w := 1; w < workers; w++ {
		all.Go(func() { loop(w) })
	}
	loop(0)
	all.Wait()
	return ctx.Err()
}
