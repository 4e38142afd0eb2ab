package raster

import (
	"math"

	"github.com/airbusgeo/godal"
)

// A Histogram counts the valid values of one shown band.
type Histogram struct {
	Band   int      `json:"band"` // from 1, in the order of the file
	Low    float64  `json:"low"`  // lower end of the first class
	High   float64  `json:"high"` // upper end of the last class; what lies outside is counted in the class at that end
	Counts []int64  `json:"counts"`
	Min    *float64 `json:"min"` // nil: no valid value
	Max    *float64 `json:"max"`
	Mean   *float64 `json:"mean"`
	StdDev *float64 `json:"stddev"`
}

// histogramClasses is how many classes a histogram has.
const histogramClasses = 64

// A tally counts values while all pixels go by.
type tally struct {
	src   *source
	bytes [][256]int64 // by shown band, for 8 bits
	bands []moments    // by shown band, for the others
	low   float64
	high  float64
}

// moments sum up values of one band, relative to the first for accuracy.
type moments struct {
	n, first, sum, squares float64
	min, max               float64
	counts                 [histogramClasses]int64
}

// newTally counts classes over the scale, which is nil for 8-bit values.
func newTally(s *source, scale *DisplayScale) *tally {
	if scale == nil {
		scale = &DisplayScale{Low: 0, High: 256}
	}
	return &tally{src: s, low: scale.Low, high: scale.High, bytes: make([][256]int64, len(s.show)), bands: make([]moments, len(s.show))}
}

// add counts the window that r has read.
func (t *tally) add(r *reader) {
	stride := len(r.bands)
	if t.src.dtype == godal.Byte && stride == 3 && len(r.show) == 3 {
		t.addColours(r)
		return
	}
	if t.src.dtype == godal.Byte {
		for k, b := range r.show {
			counts := &t.bytes[k]
			for i, ok := range r.valid {
				if ok != 0 {
					counts[r.bytes[i*stride+b]]++
				}
			}
		}
		return
	}
	width := (t.high - t.low) / histogramClasses
	for k, b := range r.show {
		m := &t.bands[k]
		for i, ok := range r.valid {
			if v := r.floats[i*stride+b]; ok != 0 && !math.IsInf(v, 0) {
				m.add(v)
				m.counts[int(min(max((v-t.low)/width, 0), histogramClasses-1))]++
			}
		}
	}
}

// addColours is add for three bands of bytes, in one go: most pictures are that.
func (t *tally) addColours(r *reader) {
	first, second, third := &t.bytes[0], &t.bytes[1], &t.bytes[2]
	a, b, c := r.show[0], r.show[1], r.show[2]
	for i, ok := range r.valid {
		if ok != 0 {
			px := r.bytes[i*3 : i*3+3 : i*3+3]
			first[px[a]]++
			second[px[b]]++
			third[px[c]]++
		}
	}
}

func (m *moments) add(v float64) {
	if m.n == 0 {
		m.first, m.min, m.max = v, v, v
	}
	m.n++
	d := v - m.first
	m.sum += d
	m.squares += d * d
	m.min, m.max = min(m.min, v), max(m.max, v)
}

// histograms are the counts of each shown band.
func (t *tally) histograms() []Histogram {
	var all []Histogram
	for k, b := range t.src.show {
		h := Histogram{Band: b + 1, Low: t.low, High: t.high}
		m := t.bands[k]
		if t.src.dtype == godal.Byte {
			for v, n := range t.bytes[k] {
				m.addMany(float64(v), n)
				m.counts[v*histogramClasses/256] += n
			}
		}
		h.Counts = m.counts[:]
		if m.n > 0 {
			mean := m.first + m.sum/m.n
			dev := math.Sqrt(max(0, m.squares/m.n-(m.sum/m.n)*(m.sum/m.n)))
			h.Min, h.Max, h.Mean, h.StdDev = &m.min, &m.max, &mean, &dev
		}
		all = append(all, h)
	}
	return all
}

func (m *moments) addMany(v float64, n int64) {
	if n == 0 {
		return
	}
	if m.n == 0 {
		m.first, m.min, m.max = v, v, v
	}
	d, f := v-m.first, float64(n)
	m.n += f
	m.sum += f * d
	m.squares += f * d * d
	m.min, m.max = min(m.min, v), max(m.max, v)
}
