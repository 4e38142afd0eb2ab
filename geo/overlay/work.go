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

	// Progress, if not nil, is called now and then with how far the run is, by one
	// goroutine at a time and never backward. The total is the number of claims for
	// each stage of the run: one of [Pairs]; two of [Faces] (comparing, walking), and
	// three more with Geometry (outlining, grouping, drawing). A claim or a face that
	// is compared or drawn counts when it is done, however large it is.
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

// quietly returns the options for short parts of a run, which tell no progress.
func (o *Options) quietly() *Options {
	quiet := *o
	quiet.Progress = nil
	return &quiet
}

// The stages of a run with faces, in this order.
const (
	stageCompare = iota
	stageWalk
	stageOutline // the last three only where faces are drawn
	stageGroup
	stageDraw
	stagesOfAll
)

// at returns the options for a stage of a run with faces of so many claims, whose
// progress is a part of that of the run.
func (o *Options) at(stage, claims int) *Options {
	staged := *o
	if o.Progress == nil {
		return &staged
	}
	stages := stageOutline
	if o.drawsFaces() {
		stages = stagesOfAll
	}
	staged.Progress = func(done, total int) {
		part := claims // all of a stage that has nothing to do
		if total > 0 {
			part = int(float64(claims) * float64(done) / float64(total))
		}
		o.Progress(stage*claims+part, stages*claims)
	}
	return &staged
}

// A stop says whether nobody waits for some work any more. The zero stop never does.
type stop struct{ done <-chan struct{} }

func stopOf(ctx context.Context) stop { return stop{ctx.Done()} }

func (s stop) asked() bool {
	select {
	case <-s.done:
		return true
	default:
		return false
	}
}

// spread calls work for 0 … n−1 from several goroutines, each known by its
// number, in chunks. It returns early with the context's error; progress comes to n
// otherwise, also where n is 0.
func spread(ctx context.Context, n int, o *Options, work func(worker, i int)) error {
	workers := min(o.workers(), max(n, 1))
	chunk := min(max(n/(workers*64), 1), 256)
	var next, done atomic.Int64
	var report sync.Mutex
	var told int64 // under report
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
				if d > told { // another goroutine may have told of more meanwhile
					told = d
					o.Progress(int(d), n)
				}
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
	if n == 0 && o.Progress != nil && ctx.Err() == nil {
		o.Progress(0, 0)
	}
	return ctx.Err()
}
