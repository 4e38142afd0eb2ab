package gnss

import (
	"strings"
	"time"

	"jieshi/geo"
	"jieshi/ingest"
)

// A tableRow gathers the cells of a row.
type tableRow struct {
	table  *tableReader
	fix    ingest.Fix
	line   string // which line or plot it belongs to
	noFix  bool
	height map[Meaning]float64
	date   string
	clock  struct {
		cell   string
		offset *int // what the header says of it
	}
	feet bool // the antenna height
}

func (r *tableRow) begin(number int) {
	*r = tableRow{table: r.table, height: r.height}
	if r.height == nil {
		r.height = map[Meaning]float64{}
	}
	clear(r.height)
	r.fix = ingest.Fix{Line: number, Quality: ingest.QualityUnknown, HeightType: ingest.HeightUnknown}
}

// A setter reads the cell of one column.
type setter struct {
	column int
	set    func(r *tableRow, cell string)
}

func settersOf(m Mapping) []setter {
	var out []setter
	for i, means := range m {
		if set := cellReaders[means]; set != nil {
			out = append(out, setter{i, set})
		}
	}
	return out
}

var cellReaders = map[Meaning]func(r *tableRow, cell string){
	MeansName: func(r *tableRow, cell string) { r.fix.Name = cleanName(cell) },
	MeansCode: func(r *tableRow, cell string) {
		if r.fix.Description == "" {
			r.fix.Description = cleanName(cell)
		}
	},
	MeansLine:        func(r *tableRow, cell string) { r.line = cleanName(cell) },
	MeansHeight:      func(r *tableRow, cell string) { r.setHeight(MeansHeight, cell) },
	MeansEllipsoidal: func(r *tableRow, cell string) { r.setHeight(MeansEllipsoidal, cell) },
	MeansMSL:         func(r *tableRow, cell string) { r.setHeight(MeansMSL, cell) },
	MeansDate:        func(r *tableRow, cell string) { r.date = cell },
	MeansTime:        func(r *tableRow, cell string) { r.clock.cell, r.clock.offset = cell, r.table.told.UTCOffset },
	MeansTimeUTC:     func(r *tableRow, cell string) { r.clock.cell, r.clock.offset = cell, new(int) },
	MeansTimeBeijing: func(r *tableRow, cell string) {
		beijing := 8 * 3600
		r.clock.cell, r.clock.offset = cell, &beijing
	},
	MeansUntil:      func(r *tableRow, cell string) { r.fix.Until = r.time(cell, r.table.told.UTCOffset) },
	MeansQuality:    (*tableRow).quality,
	MeansNMEA:       (*tableRow).qualityNMEA,
	MeansRTKLIB:     (*tableRow).qualityRTKLIB,
	MeansSatellites: func(r *tableRow, cell string) { r.fix.Satellites = int(r.positive("satellites", cell, 999)) },
	MeansHDOP:       func(r *tableRow, cell string) { r.fix.HDOP = r.positive("hdop", cell, 1e6) },
	MeansPDOP:       func(r *tableRow, cell string) { r.fix.PDOP = r.positive("pdop", cell, 1e6) },
	MeansAge:        func(r *tableRow, cell string) { r.fix.AgeSeconds = r.positive("age", cell, 1e9) },
	MeansHRMS:       func(r *tableRow, cell string) { r.sigma(ofPlaneRMS(r.positive("hrms", cell, 1e6))) },
	MeansRadius:     func(r *tableRow, cell string) { r.sigma(ofRadius68(r.positive("radius", cell, 1e6))) },
	MeansSigmaEast:  func(r *tableRow, cell string) { r.fix.SigmaEast = r.metres("sigma_east", cell) },
	MeansSigmaNorth: func(r *tableRow, cell string) { r.fix.SigmaNorth = r.metres("sigma_north", cell) },
	MeansSigmaUp:    func(r *tableRow, cell string) { r.fix.SigmaUp = r.metres("sigma_up", cell) },
	MeansEpochs:     func(r *tableRow, cell string) { r.fix.Epochs = int(r.positive("epochs", cell, 1e6)) },
	MeansAntenna: func(r *tableRow, cell string) {
		r.fix.AntennaHeight = geo.Metres(r.positive("antenna_height", cell, 100))
	},
	MeansUnit: func(r *tableRow, cell string) { r.feet = strings.Contains(strings.ToLower(cell), "f") }, // ft, usft, feet
	MeansCRS: func(r *tableRow, cell string) {
		if cell == r.table.seenCRS {
			return
		}
		r.table.seenCRS = cell
		if srid, err := readCRS(cell, r.fix.Line); err != nil || (r.table.srid != 0 && srid != 0 && !sameMeridian(srid, r.table.srid)) {
			r.table.notes.once(noteOtherGrid, r.fix.Line, "this row is said to be in %s", excerpt(cell))
		}
	},
}

func (r *tableRow) note(what, cell string) {
	r.table.notes.add(noteValue, r.fix.Line, "%s is %q", what, excerpt(cell))
}

// unitless cuts the unit off a number: "0.012 m", "1.8米".
func unitless(cell string) string {
	return strings.TrimSpace(strings.TrimRight(cell, "mM米 "))
}

func (r *tableRow) positive(what, cell string, limit float64) float64 {
	v, err := cellNumber(unitless(cell), r.table.form.delimiter)
	if err != nil || v < 0 || v > limit {
		r.note(what, cell)
		return 0
	}
	return v
}

func (r *tableRow) metres(what, cell string) geo.Metres {
	return geo.Metres(r.positive(what, cell, 1e6))
}

// sigma is taken where the row has no sigma of each coordinate, which says more.
func (r *tableRow) sigma(s geo.Metres) {
	if !r.table.bothSigmas {
		r.fix.SigmaEast, r.fix.SigmaNorth = s, s
	}
}

func (r *tableRow) setHeight(means Meaning, cell string) {
	v, err := cellNumber(unitless(cell), r.table.form.delimiter)
	if err != nil {
		r.note(string(means), cell)
		return
	}
	r.height[means] = v
}

// end puts together what stands in several cells.
func (r *tableRow) end() {
	for _, h := range []struct {
		means Meaning
		kind  ingest.HeightType
	}{{MeansHeight, ingest.HeightUnknown}, {MeansMSL, ingest.HeightMSL}, {MeansEllipsoidal, ingest.HeightEllipsoidal}} {
		if v, ok := r.height[h.means]; ok { // the last one is the best
			r.fix.Height, r.fix.HeightType = v, h.kind
		}
	}
	if r.feet {
		r.fix.AntennaHeight *= 0.3048
	}
	if r.clock.cell != "" || r.date != "" {
		r.fix.Time = r.time(strings.TrimSpace(r.dated(r.clock.cell)), r.clock.offset)
	}
	if !r.fix.Until.IsZero() && r.fix.Until.Before(r.fix.Time) {
		r.table.notes.add(noteValue, r.fix.Line, "averaging ended before it began")
		r.fix.Until = time.Time{}
	}
}

// dated puts the date of a column of its own before a bare time of day.
func (r *tableRow) dated(clock string) string {
	if r.date == "" || strings.ContainsAny(clock, "-/年") && !strings.HasPrefix(clock, "-") {
		return clock
	}
	return r.date + " " + clock
}

// time reads a date and time; one without a zone counts only where the header or
// the person says how far its clock is ahead of UTC.
func (r *tableRow) time(cell string, offset *int) time.Time {
	at, zoned, ok := parseClock(cell, &r.table.layout)
	switch {
	case !ok:
		r.table.notes.add(noteTime, r.fix.Line, "the time %q was left out", excerpt(cell))
		return time.Time{}
	case zoned:
		return at.UTC()
	case offset == nil:
		r.table.notes.once(noteNoZone, r.fix.Line, "the time %q does not say its zone and was left out; state it to keep it", excerpt(cell))
		return time.Time{}
	}
	return at.Add(-time.Duration(*offset) * time.Second).UTC()
}

func (r *tableRow) quality(cell string) {
	q, ok := r.table.words[cell]
	if ok {
		r.fix.Quality = q
		return
	}
	word := plainWord(cell)
	if noFixWords[word] {
		r.noFix = true
		return
	}
	q, ok = qualityWords[word]
	if ok && len(r.table.words) < 64 {
		r.table.words[strings.Clone(cell)] = q
	}
	if !ok {
		r.table.notes.once(noteQuality, r.fix.Line, "the solution is %q, which is no word for one, and counts as unknown", excerpt(cell))
		return
	}
	r.fix.Quality = q
}

func (r *tableRow) qualityNMEA(cell string) {
	if cell == "0" {
		r.noFix = true
		return
	}
	if q, ok := nmeaQualities[cell]; ok {
		r.fix.Quality = q
		return
	}
	r.quality(cell)
}

func (r *tableRow) qualityRTKLIB(cell string) {
	n, ok := whole(cell, 99)
	if ok && n == 0 {
		r.noFix = true
		return
	}
	if q, known := posQualities[n]; ok && known {
		r.fix.Quality = q
		return
	}
	r.quality(cell)
}
