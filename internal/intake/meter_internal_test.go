package intake

import (
	"testing"
	"time"

	"jieshi/mediation"
)

// A quarter of the work took 30 s: the rest takes 90 s more. What was done is never
// undone, and too little to tell by tells nothing.
func TestTheEndOfAJobIsToldFromTheWorkThatIsDone(t *testing.T) {
	m := newMeter(mediation.Job{}, nil)
	begun := m.began
	for _, step := range []struct {
		stage   string
		done    float64 // 0 to 1
		seconds float64
		percent float64
		left    float64 // seconds; 0: nobody can tell
	}{
		{"read", 0.01, 30, 1, 0},
		{"read", 0.05, 1, 5, 0},
		{"read", 0.25, 30, 25, 90},
		{"measure", 0.10, 40, 25, 120},
		{"display", 0.80, 80, 80, 20},
		{"display", 7, 100, 100, 0},
	} {
		m.at(step.stage, step.done)
		now := begun.Add(time.Duration(step.seconds * float64(time.Second)))
		stage, percent, eta := m.read(now)
		if stage != step.stage || percent != step.percent {
			t.Errorf("%v: at %s, %v %%, want %v %%", step, stage, percent, step.percent)
		}
		if left := eta.Sub(now).Seconds(); step.left == 0 && percent < 100 && !eta.IsZero() || step.left > 0 && (left < step.left-1 || left > step.left) {
			t.Errorf("%v: %v s left (%v), want %v", step, left, eta, step.left)
		}
	}
}
