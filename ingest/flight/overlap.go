package flight

import (
	"context"
	"fmt"

	"github.com/paulmach/orb"

	"jieshi/geo/overlay"
)

// overlaps says how much of its ground each photo shares with the next of its
// strip, and with the best of any other strip. The overlay kernel finds the
// common ground of all photos at once.
func (f *Flight) overlaps() error {
	var b overlay.Builder
	areas := map[int]float64{}
	for i := range f.Shots {
		ring := f.Shots[i].shown
		if ring == nil || !f.Shots[i].nadir() {
			continue
		}
		ground, err := overlay.Snap(orb.MultiPolygon{{ring}})
		if err != nil {
			return fmt.Errorf("flight: footprint of %s: %w", f.Shots[i].Name, err)
		}
		if err := b.Add(int64(i), ground); err != nil {
			continue // a camera on the ground: its footprint is thinner than the grid
		}
		areas[i] = ringArea(ring)
	}
	if len(areas) < 2 {
		return nil
	}
	layer, err := b.Build()
	if err != nil {
		return fmt.Errorf("flight: footprints: %w", err)
	}
	pairs, err := overlay.Pairs(context.Background(), layer, nil, overlay.Options{})
	if err != nil {
		return fmt.Errorf("flight: footprints: %w", err)
	}
	next, best := map[int]float64{}, map[int]float64{}
	following := f.following(areas)
	for _, pair := range pairs {
		i, j, common := int(pair.A), int(pair.B), float64(pair.Area.SquareMetres())
		share := common / min(areas[i], areas[j])
		if f.Shots[i].Strip != f.Shots[j].Strip {
			best[i], best[j] = max(best[i], share), max(best[j], share)
		} else if following[i] == j {
			next[i] = share
		}
	}
	var forward, side []float64
	for i := range f.Shots { // in order, so that the same flight gives the same figures
		if _, ok := areas[i]; !ok {
			continue
		}
		if _, ok := following[i]; ok {
			forward = append(forward, next[i]) // 0: a hole in the strip
		}
		if f.Report.Strips > 1 {
			side = append(side, best[i])
		}
	}
	f.Report.Forward, f.Report.Side = spread(forward), spread(side)
	return nil
}

// following says which photo comes next in the strip of each.
func (f *Flight) following(known map[int]float64) map[int]int {
	next, last := map[int]int{}, -1
	for i := range f.Shots {
		if _, ok := known[i]; !ok {
			continue
		}
		if last >= 0 && f.Shots[last].Strip == f.Shots[i].Strip {
			next[last] = i
		}
		last = i
	}
	return next
}

// ringArea is the plane area of a closed ring, about its first corner.
func ringArea(ring orb.Ring) float64 {
	sum := 0.0
	for i := 1; i+1 < len(ring); i++ {
		p, q := ring[i], ring[i+1]
		sum += (p[0]-ring[0][0])*(q[1]-ring[0][1]) - (q[0]-ring[0][0])*(p[1]-ring[0][1])
	}
	return sum / 2
}
