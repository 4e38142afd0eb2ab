package demo

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/planar"

	"jieshi/geo"
	"jieshi/geo/crs"
)

// A HistoricCase is an invented case of the years before the demo.
type HistoricCase struct {
	Number     string // county, year and running number: "450206-2025-0007"
	Title      string
	Kind       string // "land", "forest", "water", "mixed"
	County     string // 12-digit code of the county that accepted it
	SRID       crs.SRID
	AcceptedOn time.Time // midnight UTC of the date
	Moves      []Move    // first "opened" on AcceptedOn, then in order of time
	Claims     []HistoricClaim
}

// Status is the status that the last move led to.
func (c HistoricCase) Status() string { return c.Moves[len(c.Moves)-1].To }

// A Move is a change of a case's status.
type Move struct {
	To string // "opened", "surveyed", "mediating", "settled", "referred", "withdrawn"
	On time.Time
}

// A HistoricClaim is the ground that one party of a case claims: one simple
// polygon in the case's SRID, x east, y north, closed, counter-clockwise,
// corners to the millimetre.
type HistoricClaim struct {
	Party  string
	Area   string // 12-digit code of the county that the party belongs to
	Ground orb.Polygon
	Sigma  geo.Metres // 1σ of the line, by its source
	Source string     // "rtk_walk", "handheld_walk", "orthophoto", "map_10k"
}

// sources are how lines were found, with their 1σ and share in per cent.
var sources = []struct {
	name  string
	sigma geo.Metres
	share int
}{
	{"rtk_walk", 0.03, 42}, {"orthophoto", 0.6, 30}, {"handheld_walk", 3, 20}, {"map_10k", 10, 8},
}

// History returns n cases accepted in the two years before the day of until,
// oldest first, in the counties of areas (other levels are ignored). No move is
// later than until: what would come later has not happened yet, so the youngest
// cases are still open.
//
// The shares of kinds, statuses and sources, the rhythm of the year and the
// time that cases take are invented, with the proportions that reports from the
// region suggest: forest first, then land, little water; four in five settled;
// most within four months. One case in eight lies on a county border, with a
// party from either side. Equal arguments give equal cases. Without a county
// there is no history.
func History(seed uint64, areas []Area, n int, until time.Time) []HistoricCase {
	h := newChronicle(seed, areas, until)
	if len(h.counties) == 0 {
		return nil
	}
	dates := h.dates(n)
	cases := make([]HistoricCase, 0, n)
	for _, accepted := range dates {
		cases = append(cases, h.write(accepted))
	}
	return cases
}

// chronicle writes history.
type chronicle struct {
	*dice
	until    time.Time
	counties []Area
	weights  []int          // how often a county has a case
	running  map[string]int // last number given, by county and year
}

func newChronicle(seed uint64, areas []Area, until time.Time) *chronicle {
	h := &chronicle{dice: newDice(seed, 301), until: dayOf(until), running: map[string]int{}}
	for _, a := range areas {
		if a.Level == 3 && len(a.Ground) > 0 {
			h.counties = append(h.counties, a)
			// Mountain counties quarrel more than towns: by ground, and by luck.
			size := planar.Area(a.Ground) * 1000
			h.weights = append(h.weights, 1+int(size*h.between(0.2, 1)))
		}
	}
	return h
}

func dayOf(t time.Time) time.Time {
	y, m, d := t.Date()
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
}

// monthly is how many cases come in each month, January first: few around the
// Spring Festival, many before planting and after harvest.
var monthly = []int{6, 4, 12, 13, 10, 8, 8, 8, 10, 12, 12, 9}

// dates returns the days on which n cases are accepted, in order: working days
// within two years before until.
func (h *chronicle) dates(n int) []time.Time {
	first := h.until.AddDate(-2, 0, 1)
	days := int(h.until.Sub(first).Hours()/24) + 1
	var dates []time.Time
	for len(dates) < n {
		on := first.AddDate(0, 0, h.below(days))
		if wd := on.Weekday(); wd == time.Saturday || wd == time.Sunday {
			continue
		}
		if h.below(13) < monthly[on.Month()-1] {
			dates = append(dates, on)
		}
	}
	slices.SortFunc(dates, time.Time.Compare)
	return dates
}

// write invents one case.
func (h *chronicle) write(accepted time.Time) HistoricCase {
	county := h.counties[h.weighted(h.weights)]
	kind := one(h.dice, kindDeck)
	sides := 2
	if h.below(100) < 9 {
		sides = 3
	}
	place, other := h.place(county)
	srid, err := crs.WorkingSRID(place[0], place[1])
	if err != nil {
		panic(err) // the areas lie in Guangxi
	}
	parties := h.parties(county, other, sides, kind)
	c := HistoricCase{
		Number: h.number(county, accepted), Kind: kind, County: county.Code, SRID: srid, AcceptedOn: accepted,
		Title: titleOf(parties, h.ground(kind), kind),
		Moves: h.moves(accepted),
	}
	x, y := projection(srid).Forward(place[0], place[1])
	c.Claims = h.claims(orb.Point{x, y}, parties, kind)
	return c
}

// number gives the next number of a county in a year.
func (h *chronicle) number(county Area, accepted time.Time) string {
	key := fmt.Sprintf("%s-%d", county.Code[:6], accepted.Year())
	h.running[key]++
	return fmt.Sprintf("%s-%04d", key, h.running[key])
}

// place returns where in a county a dispute lies, and the county on the other
// side of the border if it lies on one.
func (h *chronicle) place(county Area) (orb.Point, *Area) {
	if h.below(100) < 13 {
		ring := county.Ground[0][0]
		corner := ring[h.below(len(ring)-1)]
		for i := range h.counties {
			if o := &h.counties[i]; o.Code != county.Code && touches(o.Ground, corner) && crs.InsideChina(corner[0], corner[1]) {
				return corner, o
			}
		}
	}
	box := county.Ground.Bound()
	for {
		p := orb.Point{h.between(box.Min[0], box.Max[0]), h.between(box.Min[1], box.Max[1])}
		// Invented outlines may leave the country; its grids do not.
		if planar.MultiPolygonContains(county.Ground, p) && crs.InsideChina(p[0], p[1]) {
			return p, nil
		}
	}
}

// touches says whether a corner belongs to the outline of ground.
func touches(ground orb.MultiPolygon, corner orb.Point) bool {
	for _, polygon := range ground {
		for _, ring := range polygon {
			if slices.Contains(ring, corner) {
				return true
			}
		}
	}
	return false
}

// moves returns what has happened to a case by the end of the chronicle.
func (h *chronicle) moves(accepted time.Time) []Move {
	at := accepted
	path := []Move{{"opened", at}}
	later := func(to string, least, most int) {
		at = at.AddDate(0, 0, least+h.below(most-least))
		if wd := at.Weekday(); wd == time.Saturday || wd == time.Sunday {
			at = at.AddDate(0, 0, 2)
		}
		path = append(path, Move{to, at})
	}
	end := h.below(100)
	switch {
	case end < 4:
		later("withdrawn", 5, 40)
	default:
		later("surveyed", 6, 40)
		if end < 7 {
			later("withdrawn", 5, 40)
			break
		}
		later("mediating", 4, 25)
		switch {
		case end < 12: // what was measured did not convince
			later("surveyed", 10, 40)
			later("mediating", 4, 20)
			later("settled", 20, 90)
		case end < 82:
			later("settled", 10, 75)
		case end < 88:
			later("settled", 75, 220)
		case end < 96:
			later("referred", 45, 160)
		}
	}
	return slices.DeleteFunc(path, func(m Move) bool { return m.On.After(h.until) })
}

// titleOf names the case after its parties, its place and its kind.
func titleOf(parties []party, ground, kind string) string {
	names := make([]string, len(parties))
	for i, p := range parties {
		names[i] = p.name
	}
	last := len(names) - 1
	return strings.Join(names[:last], "、") + "与" + names[last] + ground + kindNames[kind] + "权属纠纷"
}
