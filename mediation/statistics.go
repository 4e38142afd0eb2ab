package mediation

import (
	"context"
	"fmt"
	"math"
	"slices"
	"time"
)

// A CaseFigure is what the statistics know of one case: how it was counted and
// how much ground it disputes, in all and in each area that it lies in.
type CaseFigure struct {
	Number     string
	Kind       Kind
	AcceptedOn time.Time
	EndedOn    time.Time // zero while it is pending
	Resolved   bool
	ThreeCross bool
	Ground     Levels            // of the whole case
	Shares     map[string]Levels // by area code, every level of the tree
	Overlaps   []string          // numbers of other cases whose ground lies on this one's
}

// Pending reports whether the case has not ended.
func (f CaseFigure) Pending() bool { return f.EndedOn.IsZero() }

// Levels are ellipsoidal m² of one ground at the three levels.
type Levels struct {
	Nominal, Core, Outer float64
}

func (l Levels) plus(o Levels) Levels {
	return Levels{l.Nominal + o.Nominal, l.Core + o.Core, l.Outer + o.Outer}
}

// A Tally is the counts and the ground of a group of cases.
type Tally struct {
	Accepted     int
	Resolved     int
	Open         int // pending; what is neither was referred or withdrawn
	ThreeCross   int
	OpenGround   Levels // counted once, however many cases lie on it
	ClosedGround Levels
}

// Rate is resolved out of accepted in percent, two decimals, half up. It is
// computed from the counts, never taken from anywhere; without an accepted case
// there is none.
func (t Tally) Rate() (percent float64, ok bool) { return Rate(t.Resolved, t.Accepted) }

// Rate is part out of whole in percent, two decimals, half up, in integers:
// 3,840 of 4,604 is 83.41.
func Rate(part, whole int) (percent float64, ok bool) {
	if whole <= 0 {
		return 0, false
	}
	hundredths := (20000*part + whole) / (2 * whole)
	return float64(hundredths) / 100, true
}

// A GroundUnion measures the ground of several cases counted once, in one area
// or (empty code) anywhere.
type GroundUnion func(ctx context.Context, numbers []string, areaCode string) (Levels, error)

// Statistics are the figures of the cases that a filter chose.
type Statistics struct {
	Area    *Area // nil: everywhere
	Path    []Area
	Total   Tally
	ByArea  []AreaTally // one level down; a case counts in every area it lies in
	ByKind  []KindTally
	ByMonth []MonthTally // every month from the first to the last
	Rows    []StatisticsRow
}

// An AreaTally is the tally of one administrative area.
type AreaTally struct {
	Area  Area
	Tally Tally
}

// A KindTally is the tally of one kind.
type KindTally struct {
	Kind  Kind
	Tally Tally
}

// A MonthTally is the tally of the cases accepted in one month, with the number
// of cases resolved in it, whenever they were accepted.
type MonthTally struct {
	Month           string // 2026-11
	Tally           Tally
	ResolvedInMonth int
}

// A StatisticsRow is one row of the export: an area, a kind and a month.
type StatisticsRow struct {
	Area  Area
	Kind  Kind
	Month string
	Tally Tally
}

const monthFormat = "2006-01"

// NewStatistics counts figures. areas are those one level below the chosen one
// (nil for everywhere, then the top ones); union answers for ground that
// several cases share.
func NewStatistics(ctx context.Context, figures []CaseFigure, area *Area, areas []Area, union GroundUnion) (s Statistics, err error) {
	s.Area = area
	code := ""
	if area != nil {
		code = area.Code
	}
	c := counter{ctx: ctx, union: union}
	s.Total = c.tally(figures, code)
	for _, a := range areas {
		s.ByArea = append(s.ByArea, AreaTally{a, c.tally(within(figures, a.Code), a.Code)})
	}
	for _, k := range Kinds {
		s.ByKind = append(s.ByKind, KindTally{k, c.tally(ofKind(figures, k), code)})
	}
	for _, m := range months(figures) {
		s.ByMonth = append(s.ByMonth, MonthTally{m, c.tally(acceptedIn(figures, m), code), resolvedIn(figures, m)})
	}
	s.Rows = c.rows(figures, areas)
	return s, c.err
}

// counter tallies groups and remembers the first error of the store.
type counter struct {
	ctx   context.Context
	union GroundUnion
	err   error
}

func (c *counter) tally(figures []CaseFigure, areaCode string) (t Tally) {
	var open, closed []CaseFigure
	for _, f := range figures {
		t.Accepted++
		if f.Resolved {
			t.Resolved++
		}
		if f.ThreeCross {
			t.ThreeCross++
		}
		if f.Pending() {
			t.Open++
			open = append(open, f)
		} else {
			closed = append(closed, f)
		}
	}
	t.OpenGround, t.ClosedGround = c.ground(open, areaCode), c.ground(closed, areaCode)
	return t
}

// ground adds up the ground of cases that lie apart, which is nearly all of
// them, and lets the store unite the ground of those that share some.
func (c *counter) ground(figures []CaseFigure, areaCode string) (sum Levels) {
	in := make(map[string]bool, len(figures))
	for _, f := range figures {
		in[f.Number] = true
	}
	var shared []string
	for _, f := range figures {
		if slices.ContainsFunc(f.Overlaps, func(other string) bool { return in[other] }) {
			shared = append(shared, f.Number)
			continue
		}
		if areaCode == "" {
			sum = sum.plus(f.Ground)
		} else {
			sum = sum.plus(f.Shares[areaCode])
		}
	}
	if len(shared) == 0 || c.err != nil {
		return sum
	}
	united, err := c.union(c.ctx, shared, areaCode)
	if err != nil {
		c.err = fmt.Errorf("ground that %d cases share: %w", len(shared), err)
	}
	return sum.plus(united)
}

func (c *counter) rows(figures []CaseFigure, areas []Area) (rows []StatisticsRow) {
	for _, a := range areas {
		here := within(figures, a.Code)
		for _, k := range Kinds {
			kind := ofKind(here, k)
			for _, m := range months(kind) {
				if month := acceptedIn(kind, m); len(month) > 0 {
					rows = append(rows, StatisticsRow{a, k, m, c.tally(month, a.Code)})
				}
			}
		}
	}
	return rows
}

func within(figures []CaseFigure, areaCode string) []CaseFigure {
	return filter(figures, func(f CaseFigure) bool {
		_, ok := f.Shares[areaCode]
		return ok
	})
}

func ofKind(figures []CaseFigure, k Kind) []CaseFigure {
	return filter(figures, func(f CaseFigure) bool { return f.Kind == k })
}

func acceptedIn(figures []CaseFigure, month string) []CaseFigure {
	return filter(figures, func(f CaseFigure) bool { return f.AcceptedOn.Format(monthFormat) == month })
}

func resolvedIn(figures []CaseFigure, month string) int {
	return len(filter(figures, func(f CaseFigure) bool { return f.Resolved && f.EndedOn.Format(monthFormat) == month }))
}

func filter(figures []CaseFigure, keep func(CaseFigure) bool) (kept []CaseFigure) {
	for _, f := range figures {
		if keep(f) {
			kept = append(kept, f)
		}
	}
	return kept
}

// months lists every month from the first acceptance to the last event.
func months(figures []CaseFigure) (list []string) {
	if len(figures) == 0 {
		return nil
	}
	first, last := figures[0].AcceptedOn, figures[0].AcceptedOn
	for _, f := range figures {
		for _, day := range []time.Time{f.AcceptedOn, f.EndedOn} {
			if day.IsZero() {
				continue
			}
			if day.Before(first) {
				first = day
			}
			if day.After(last) {
				last = day
			}
		}
	}
	for m := time.Date(first.Year(), first.Month(), 1, 0, 0, 0, 0, time.UTC); !m.After(last); m = m.AddDate(0, 1, 0) {
		list = append(list, m.Format(monthFormat))
	}
	return list
}

// Mu converts m² for a person: two decimals.
func (l Levels) Mu() (nominal, core, outer float64) {
	mu := func(m2 float64) float64 { return math.Round(m2*3/2000*100) / 100 }
	return mu(l.Nominal), mu(l.Core), mu(l.Outer)
}
