package intake

import (
	"context"
	"errors"
	"io"
	"math"
	"sync"
	"time"

	"jieshi/mediation"
)

// A meter tells how far an attempt is, from the units of work that its stages
// report: bytes read, pixels converted.
type meter struct {
	job   mediation.Job
	on    func(mediation.Job) // may be nil
	began time.Time

	mu       sync.Mutex
	stage    string
	progress float64
}

func newMeter(j mediation.Job, on func(mediation.Job)) *meter {
	return &meter{job: j, on: on, began: time.Now()}
}

// at says which stage the attempt is at, and which part of the whole is done, from
// 0 to 1. Progress never runs back.
func (m *meter) at(stage string, done float64) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.stage, m.progress = stage, max(m.progress, 100*min(1, done))
}

// read is how far the attempt is, and when it will have ended, if that can be told yet.
func (m *meter) read(now time.Time) (stage string, progress float64, eta time.Time) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if took := now.Sub(m.began); took > 2*time.Second && m.progress >= 2 {
		eta = now.Add(time.Duration(float64(took) * (100 - m.progress) / m.progress)).UTC().Truncate(time.Second)
	}
	return m.stage, m.progress, eta
}

// reader reports what is read of r, size bytes, as that part of the whole from its
// beginning, and ends with ctx.
func (m *meter) reader(ctx context.Context, r io.Reader, size int64, part float64) io.Reader {
	return &countingReader{ctx: ctx, r: r, size: size, tell: func(done float64) { m.at("read", part*done) }}
}

type countingReader struct {
	ctx        context.Context
	r          io.Reader
	read, size int64
	tell       func(done float64)
}

func (c *countingReader) Read(p []byte) (int, error) {
	if err := c.ctx.Err(); err != nil {
		return 0, err
	}
	n, err := c.r.Read(p)
	c.read += int64(n)
	c.tell(float64(c.read) / float64(max(1, c.size)))
	return n, err
}

// tellAfter is how often progress is stored, if it has moved.
const tellAfter = 500 * time.Millisecond

// tellTo stores how far the attempt is, now and then, until stop is called.
func (m *meter) tellTo(ctx context.Context, in *Intake) (stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	var telling sync.WaitGroup
	telling.Go(func() {
		ticker := time.NewTicker(tellAfter)
		defer ticker.Stop()
		var told string
		var toldAt float64
		for {
			select {
			case <-ctx.Done():
				return
			case now := <-ticker.C:
				stage, progress, eta := m.read(now)
				if whole := math.Floor(progress); stage != told || whole != toldAt {
					told, toldAt = stage, whole
					m.tell(ctx, in, stage, progress, eta)
				}
			}
		}
	})
	return func() {
		cancel()
		telling.Wait()
	}
}

func (m *meter) tell(ctx context.Context, in *Intake, stage string, progress float64, eta time.Time) {
	if m.on != nil {
		j := m.job
		j.Stage, j.Progress, j.ETA = stage, progress, eta
		m.on(j)
	}
	err := in.Store.TellProgress(ctx, attemptAt(m.job), stage, math.Floor(progress), eta)
	if err != nil && ctx.Err() == nil && !errors.Is(err, mediation.ErrJobLost) {
		in.Log.WarnContext(ctx, "progress is not told", "job", m.job.ID, "error", err)
	}
}
