package raster

import (
	"bufio"
	"cmp"
	"errors"
	"math"
	"os"
	"slices"
	"strconv"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/simplify"

	"jieshi/ingest/raster/isoline"
)

// contoursName is the derivative with the lines of equal height.
const contoursName = "contours.geojson"

// Contours say how the lines of equal height (等高线) of a model of heights were
// drawn. The file is a GeoJSON FeatureCollection: a MultiLineString a height,
// with height_m and, for each fifth line (计曲线), index.
//
// The lines are traced by GDAL through the means of square cells: the finest
// ones of which the longer side of the picture has contourSide at most, or
// coarser ones where the lines would have more than contourPoints points. Lines
// stand at the multiples of the interval; the interval is the first of
// intervals that cuts the relief into mostSteps or fewer, the relief being from
// the lowest to the highest half percent of the cells. Cells that lie
// strayLimit reliefs beyond are strays without a height. Heights are what the
// file says; which zero they count from the file does not say.
type Contours struct {
	Interval  float64  `json:"interval_m"`
	Cell      float64  `json:"cell_m"`      // side of the cells, on the ground of the CRS
	Tolerance float64  `json:"tolerance_m"` // lines were simplified by no more than this
	Low       *float64 `json:"low_m"`       // the lowest line; nil: the relief is less than the interval
	High      *float64 `json:"high_m"`
	Lines     int      `json:"lines"`
	Points    int      `json:"points"`
	LeftOut   int      `json:"left_out"` // closed lines around fewer than some ten cells: trees, noise
	Strays    int      `json:"strays"`   // cells

	Path   string `json:"path,omitzero"` // of the moment
	SHA256 string `json:"sha256,omitzero"`
	Bytes  int64  `json:"bytes,omitzero"`
}

const (
	contourSide   = 2048
	contourPoints = 250_000
	rawPoints     = 4_000_000 // before they are simplified
	mostSteps     = 50
	strayLimit    = 3
	indexEvery    = 5
	speckLength   = 12.0 // cells along a closed line
)

// intervals are the contour intervals of Chinese topographic maps (GB/T 7930,
// GB/T 13990), and round ones beyond.
var intervals = []float64{0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000}

// intervalFor chooses by the relief, in metres.
func intervalFor(relief float64) float64 {
	for _, step := range intervals {
		if relief <= step*mostSteps {
			return step
		}
	}
	return intervals[len(intervals)-1]
}

// drawContours makes the contours of the finished sheets of a model of heights,
// finest first. Rough ground is drawn from coarser cells.
func (p *pass) drawContours(l look, sheets []string, t *lonLatTransform) (*Contours, error) {
	width, height, factor := p.src.grid.width, p.src.grid.height, 1
	for k, name := range sheets {
		if k > 0 {
			width, height, factor = (width+1)/2, (height+1)/2, 2*factor
		}
		last := k == len(sheets)-1
		if max(width, height) > contourSide && !last {
			continue
		}
		c, lines, err := p.contoursOf(l, name, width, height, factor, last)
		if errors.Is(err, isoline.ErrTooMany) {
			continue
		}
		if err != nil {
			return nil, err
		}
		return c, writeContours(lines, c.Interval, p.src.grid, factor, t)
	}
	return nil, isoline.ErrTooMany // cannot be: the last sheet takes ever larger intervals
}

// contoursOf traces one sheet; with must, the interval grows until the lines fit.
func (p *pass) contoursOf(l look, name string, width, height, factor int, must bool) (*Contours, []isoline.Line, error) {
	cells, err := p.cellsOf(l, name, width, height)
	if err != nil {
		return nil, nil, err
	}
	side := (p.relief.dx + p.relief.dy) / 2 * float64(factor)
	c := &Contours{Cell: side, Tolerance: side / 4}
	relief := c.dropStrays(cells)
	c.Interval = intervalFor(relief)
	for {
		lines, err := isoline.Trace(cells, width, c.Interval, rawPoints)
		if err == nil {
			lines, err = c.smooth(lines)
		}
		if !errors.Is(err, isoline.ErrTooMany) || !must {
			return c, lines, err
		}
		c.Interval *= 2
	}
}

// cellsOf reads the heights of a sheet, in metres; NaN where there is none.
func (p *pass) cellsOf(l look, name string, width, height int) ([]float64, error) {
	sheet, err := l.openSheet(name, width, height, p.log)
	if err != nil {
		return nil, err
	}
	defer func() { _ = sheet.ds.Close() }() // only read
	src := p.src.measured(sheet)
	r := newReader(src, src.neededBands(), p.log)
	cells := make([]float64, 0, width*height)
	for y := 0; y < height; y += blockSide {
		w := window{0, y, width, min(blockSide, height-y)}
		if err := r.read(w); err != nil {
			return nil, err
		}
		for i := range w.w * w.h {
			h, ok := p.relief.height(r, w, i%w.w, i/w.w)
			if !ok {
				h = math.NaN()
			}
			cells = append(cells, h)
		}
	}
	return cells, nil
}

// dropStrays takes the heights from cells that lie far from all others, and
// returns the relief.
func (c *Contours) dropStrays(cells []float64) float64 {
	sample := make([]float64, 0, len(cells)/7+1)
	for i := 0; i < len(cells); i += 7 {
		if !math.IsNaN(cells[i]) {
			sample = append(sample, cells[i])
		}
	}
	if len(sample) == 0 {
		return 0
	}
	slices.Sort(sample)
	low, high := sample[(len(sample)-1)/200], sample[(len(sample)-1)*199/200]
	reach := strayLimit * max(high-low, 10)
	for i, h := range cells {
		if h < low-reach || h > high+reach {
			cells[i] = math.NaN()
			c.Strays++
		}
	}
	return high - low
}

// smooth simplifies the lines, leaves out specks and counts what is left.
func (c *Contours) smooth(lines []isoline.Line) ([]isoline.Line, error) {
	c.Lines, c.Points, c.LeftOut, c.Low, c.High = 0, 0, 0, nil, nil
	douglas := simplify.DouglasPeucker(0.25)
	kept := lines[:0]
	for _, line := range lines {
		n := len(line.Points)
		if n < 2 {
			continue
		}
		if line.Points[0] == line.Points[n-1] && lengthWithin(line.Points, speckLength) {
			c.LeftOut++
			continue
		}
		line.Points = douglas.LineString(line.Points)
		kept = append(kept, line)
		c.Lines, c.Points = c.Lines+1, c.Points+len(line.Points)
		if c.Points > contourPoints {
			return nil, isoline.ErrTooMany
		}
		level := line.Level
		if c.Low == nil || level < *c.Low {
			c.Low = &level
		}
		if c.High == nil || level > *c.High {
			c.High = &level
		}
	}
	return kept, nil
}

// lengthWithin reports whether a line is at most so long.
func lengthWithin(line orb.LineString, most float64) bool {
	length := 0.0
	for i := 1; i < len(line) && length <= most; i++ {
		length += math.Hypot(line[i][0]-line[i-1][0], line[i][1]-line[i-1][1])
	}
	return length <= most
}

// writeContours writes the lines in degrees on WGS 84, seven decimals: a
// centimetre. Lines of one height are one feature, the lowest first.
func writeContours(lines []isoline.Line, interval float64, g grid, factor int, t *lonLatTransform) (err error) {
	slices.SortStableFunc(lines, func(a, b isoline.Line) int { return cmp.Compare(a.Level, b.Level) })
	f, err := os.OpenFile(contoursName, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	out := bufio.NewWriterSize(f, 1<<20)
	w := contourWriter{out: out, grid: g, interval: interval, factor: float64(factor), to: t}
	if err := w.write(lines); err != nil {
		return err
	}
	return out.Flush()
}

// A contourWriter writes features. Its writer keeps the first error for the end.
type contourWriter struct {
	out      *bufio.Writer
	grid     grid
	interval float64
	factor   float64
	to       *lonLatTransform
	buf      []byte
}

func (w *contourWriter) write(lines []isoline.Line) error {
	w.say(`{"type":"FeatureCollection","features":[`)
	for i := 0; i < len(lines); {
		level := lines[i].Level
		if i > 0 {
			w.say(",")
		}
		w.say("\n" + `{"type":"Feature","properties":{"height_m":` + strconv.FormatFloat(level, 'f', -1, 64))
		if math.Mod(math.Round(level/w.interval), indexEvery) == 0 {
			w.say(`,"index":true`)
		}
		w.say(`},"geometry":{"type":"MultiLineString","coordinates":[`)
		for first := i; i < len(lines) && lines[i].Level == level; i++ {
			if i > first {
				w.say(",")
			}
			if err := w.line(lines[i].Points); err != nil {
				return err
			}
		}
		w.say("]}}")
	}
	w.say("\n]}\n")
	return nil
}

func (w *contourWriter) say(s string) { _, _ = w.out.WriteString(s) }

func (w *contourWriter) line(points orb.LineString) error {
	xs, ys := make([]float64, len(points)), make([]float64, len(points))
	for i, p := range points {
		xs[i], ys[i] = w.grid.at(min(p[0]*w.factor, float64(w.grid.width)), min(p[1]*w.factor, float64(w.grid.height)))
	}
	if err := w.to.apply(xs, ys); err != nil {
		return err
	}
	w.buf = append(w.buf[:0], '[')
	for i := range xs {
		if i > 0 {
			w.buf = append(w.buf, ',')
		}
		w.buf = strconv.AppendFloat(append(w.buf, '['), xs[i], 'f', 7, 64)
		w.buf = strconv.AppendFloat(append(w.buf, ','), ys[i], 'f', 7, 64)
		w.buf = append(w.buf, ']')
	}
	w.buf = append(w.buf, ']')
	_, _ = w.out.Write(w.buf)
	return nil
}
