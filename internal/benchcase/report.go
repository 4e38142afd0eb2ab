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
	fmt.Fprintf(w, "%d parcels in 2 layers, %d cases, %d live claims; %d walks saved. Load average before %s, after %s.\n",
		s.parcels(), s.cases, 2*s.cases, len(savings), before, after)
	fmt.Fprintf(w, "vertices %s, parties %s, pieces %s, registered parcels under a claim %s\n\n",
		spread(savings, func(r saving) int { return r.vertices }), spread(savings, func(r saving) int { return r.parties }),
		spread(savings, func(r saving) int { return r.pieces }), spread(savings, func(r saving) int { return r.parcels }))

	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "ms\tp50\tp95\tmax\t")
	for _, row := range []struct {
		name string
		of   func(saving) time.Duration
	}{
		{"database time, save and list", func(r saving) time.Duration { return sum(r.save, waited) + sum(r.list, waited) }},
		{"save: claim, run, evidence, commit", func(r saving) time.Duration { return sum(r.save, waited) }},
		{"list of registered parcels", func(r saving) time.Duration { return sum(r.list, waited) }},
		{"backend on a processor", func(r saving) time.Duration { return sum(r.save, onCPU) + sum(r.list, onCPU) }},
		{"backend queued for a processor", func(r saving) time.Duration { return sum(r.save, queued) + sum(r.list, queued) }},
		{"elapsed, the program's own work included", func(r saving) time.Duration { return r.elapsed }},
	} {
		times := make([]time.Duration, len(savings))
		for i, r := range savings {
			times[i] = row.of(r)
		}
		slices.Sort(times)
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t\n", row.name, ms(at(times, 0.5)), ms(at(times, 0.95)), ms(at(times, 1)))
	}
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
