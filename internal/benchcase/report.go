package main

import (
	"cmp"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"text/tabwriter"
	"time"
)

// write prints what was measured.
func write(w io.Writer, s stock, savings []saving, before, after string) {
	fmt.Fprintf(w, "%d parcels in 2 layers, %d cases, %d live claims. Load average before %s, after %s.\n",
		s.parcels(), s.cases, 2*s.cases, before, after)
	fmt.Fprintf(w, "vertices %s, parties %s, pieces %s, registered parcels under a claim %s\n",
		spread(savings, func(r saving) int { return r.vertices }), spread(savings, func(r saving) int { return r.parties }),
		spread(savings, func(r saving) int { return r.pieces }), spread(savings, func(r saving) int { return r.parcels }))
	kind := func(drawn bool) []saving {
		return slices.DeleteFunc(slices.Clone(savings), func(r saving) bool { return r.drawn != drawn })
	}
	fmt.Fprintf(w, "\n== a walk: its fixes, claim, run and evidence saved, registered parcels listed\n\n")
	times(w, kind(false))
	fmt.Fprintf(w, "\n== a claim alone: claim and run saved, registered parcels listed\n\n")
	times(w, kind(true))
}

// times prints the times of some savings.
func times(w io.Writer, savings []saving) {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintf(t, "%d saved, ms\tp50\tp95\tmax\t\n", len(savings))
	both := func(of func(spell) time.Duration) func(saving) time.Duration {
		return func(r saving) time.Duration { return sum(r.save, of) + sum(r.list, of) }
	}
	row := func(name string, savings []saving, of func(saving) time.Duration) {
		times := make([]time.Duration, len(savings))
		for i, r := range savings {
			times[i] = of(r)
		}
		slices.Sort(times)
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t\n", name, ms(at(times, 0.5)), ms(at(times, 0.95)), ms(at(times, 1)))
	}
	row("database time, save and list", savings, both(waited))
	for parties := 2; parties <= 4; parties++ {
		row(fmt.Sprintf("of %d parties", parties), slices.DeleteFunc(slices.Clone(savings), func(r saving) bool { return r.parties != parties }), both(waited))
	}
	row("save, with commit", savings, func(r saving) time.Duration { return sum(r.save, waited) })
	row("list of registered parcels", savings, func(r saving) time.Duration { return sum(r.list, waited) })
	row("backend on a processor", savings, both(onCPU))
	row("backend queued for a processor", savings, both(queued))
	row("elapsed, the program's own work included", savings, func(r saving) time.Duration { return r.elapsed })
	_ = t.Flush() // w is what may fail, and the table is all there is to lose
	fmt.Fprintln(w)
	statements(w, savings)
}

func waited(s spell) time.Duration { return s.waited }
func onCPU(s spell) time.Duration  { return s.onCPU }
func queued(s spell) time.Duration { return s.queued }

func sum(spells []spell, of func(spell) time.Duration) (d time.Duration) {
	for _, s := range spells {
		d += of(s)
	}
	return d
}

// statements prints the mean of each statement, in the order in which they came.
func statements(w io.Writer, savings []saving) {
	type total struct {
		name   string
		n      int
		waited []time.Duration
		cpu    time.Duration
	}
	var order []*total
	byName := map[string]*total{}
	for _, r := range savings {
		for _, s := range slices.Concat(r.save, r.list) {
			t := byName[s.statement]
			if t == nil {
				t = &total{name: s.statement}
				byName[s.statement] = t
				order = append(order, t)
			}
			t.n++
			t.waited = append(t.waited, s.waited)
			t.cpu += s.onCPU
		}
	}
	slices.SortStableFunc(order, func(a, b *total) int { return cmp.Compare(b.cpu, a.cpu) })
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "a walk\tp50 ms\tp95 ms\tmean ms on processor\t  statement")
	for _, s := range order {
		slices.Sort(s.waited)
		fmt.Fprintf(t, "%.1f\t%s\t%s\t%s\t  %s\n", float64(s.n)/float64(len(savings)), ms(at(s.waited, 0.5)), ms(at(s.waited, 0.95)),
			ms(s.cpu/time.Duration(len(savings))), s.name)
	}
	_ = t.Flush() // as above
}

// at returns the quantile q of sorted times.
func at(times []time.Duration, q float64) time.Duration {
	if len(times) == 0 {
		return 0
	}
	return times[min(int(q*float64(len(times))), len(times)-1)]
}

func ms(d time.Duration) string { return fmt.Sprintf("%.3f", float64(d)/float64(time.Millisecond)) }

// spread is least, middle and most of something.
func spread(savings []saving, of func(saving) int) string {
	n := make([]int, len(savings))
	for i, r := range savings {
		n[i] = of(r)
	}
	slices.Sort(n)
	if len(n) == 0 {
		return "none"
	}
	return fmt.Sprintf("%d–%d–%d", n[0], n[len(n)/2], n[len(n)-1])
}

// load returns the load averages of 1, 5 and 15 minutes.
func load() string {
	text, err := os.ReadFile("/proc/loadavg")
	if fields := strings.Fields(string(text)); err == nil && len(fields) >= 3 {
		return strings.Join(fields[:3], " ")
	}
	return "unknown"
}
