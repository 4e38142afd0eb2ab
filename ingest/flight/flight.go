package flight

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/paulmach/orb"

	"jieshi/geo"
	"jieshi/geo/crs"
	"jieshi/ingest"
)

// Options say what a person knows about a flight. The zero Options are sound.
type Options struct {
	// Above is how high the camera flew above the ground, if a person states it.
	// 0 takes each photo's height above the place of take-off.
	Above geo.Metres
}

// A Shot is one photo on the map.
type Shot struct {
	Photo
	Strip     int        `json:"strip,omitempty"` // counted from 1; 0 of a photo that is not placed
	GSD       geo.Metres `json:"gsd_m,omitempty"` // 0 if unknown
	Footprint orb.Ring   `json:"-"`               // lon, lat, closed; nil if unknown

	plane orb.Point // in the working CRS
	shown orb.Ring  // footprint in the working CRS
}

// A Flight is what one folder of photos says, in order of exposure.
type Flight struct {
	Shots  []Shot
	Report Report
}

// A Report is what a surveyor wants to know of a flight before anybody computes
// for hours. Areas are plane, in the working CRS.
type Report struct {
	SRID      crs.SRID   `json:"srid"`
	Photos    int        `json:"photos"`
	Placed    int        `json:"placed"`     // with a position
	Footprint int        `json:"footprints"` // with known ground
	From      time.Time  `json:"from,omitzero"`
	To        time.Time  `json:"to,omitzero"`
	Cameras   []Camera   `json:"cameras"`
	Length    geo.Metres `json:"length_m"` // of the line flown from photo to photo
	Strips    int        `json:"strips"`
	Fixes     Fixes      `json:"fixes"`
	RTKShare  float64    `json:"rtk_share"` // fixed ÷ photos
	Above     *Spread    `json:"above_ground_m,omitempty"`
	Stated    bool       `json:"above_ground_stated"` // a person said how high; else above take-off
	GSD       *Spread    `json:"gsd_m,omitempty"`
	SigmaXY   *Spread    `json:"sigma_xy_m,omitempty"`      // the larger of east and north, of photos that have one
	Forward   *Spread    `json:"forward_overlap,omitempty"` // share, of each photo with the next in its strip
	Side      *Spread    `json:"side_overlap,omitempty"`    // share, of each photo with its best in another strip
	Coverage  *Coverage  `json:"coverage,omitempty"`
	BBox      *orb.Bound `json:"-"`
	Warnings  []Warning  `json:"warnings"`
}

// Fixes counts photos by the quality of their position.
type Fixes struct {
	Fixed   int `json:"fixed"`
	Float   int `json:"float"`
	Single  int `json:"single"`
	Unknown int `json:"unknown"`
}

// A Camera is one of those that took the photos.
type Camera struct {
	Name    string `json:"name"`
	Serial  string `json:"serial,omitempty"`
	Drone   string `json:"drone,omitempty"`
	Thermal bool   `json:"thermal,omitempty"`
	Photos  int    `json:"photos"`
}

// A Spread is how a quantity is spread over the photos that have it.
type Spread struct {
	Least  float64 `json:"min"`
	Tenth  float64 `json:"p10"` // a tenth of them lie below
	Median float64 `json:"median"`
	Most   float64 `json:"max"`
	N      int     `json:"n"`
}

// New puts photos in order and says what the flight is worth. No photos at all,
// or more than [MaxPhotos], are an [*ingest.Refusal]; photos without position are
// kept, and warned of. The working CRS is that of the first placed photo; photos
// more than 100 km from it are warned of and left off the map.
func New(photos []Photo, o Options) (*Flight, error) {
	switch n := len(photos); {
	case n == 0:
		return nil, refuseNone()
	case n > MaxPhotos:
		return nil, refuseTooMany(n)
	}
	f := &Flight{Shots: make([]Shot, len(photos))}
	for i, p := range photos {
		f.Shots[i].Photo = p
	}
	slices.SortStableFunc(f.Shots, func(a, b Shot) int {
		if c := a.order().Compare(b.order()); c != 0 {
			return c
		}
		return strings.Compare(a.Name, b.Name)
	})
	r := &f.Report
	r.Photos, r.Stated = len(photos), o.Above > 0
	r.Cameras = cameras(f.Shots)
	f.countFixes()
	f.span()
	far, err := f.lay()
	if err != nil {
		return nil, err
	}
	f.findStrips()
	f.showGround(o)
	if err := f.overlaps(); err != nil {
		return nil, err
	}
	f.cover()
	r.Warnings = f.warnings(far)
	return f, nil
}

func cameras(shots []Shot) []Camera {
	list := []Camera{}
	for i := range shots {
		s := &shots[i]
		at := slices.IndexFunc(list, func(c Camera) bool {
			return c.Name == s.Camera && c.Serial == s.Serial && c.Drone == s.Drone && c.Thermal == s.Thermal
		})
		if at < 0 {
			at = len(list)
			list = append(list, Camera{Name: s.Camera, Serial: s.Serial, Drone: s.Drone, Thermal: s.Thermal})
		}
		list[at].Photos++
	}
	slices.SortStableFunc(list, func(a, b Camera) int { return b.Photos - a.Photos })
	return list
}

func (f *Flight) countFixes() {
	r := &f.Report
	var sigmas []float64
	for i := range f.Shots {
		s := &f.Shots[i]
		switch s.Quality {
		case ingest.QualityFixed:
			r.Fixes.Fixed++
		case ingest.QualityFloat:
			r.Fixes.Float++
		case ingest.QualitySingle, ingest.QualityDGPS, ingest.QualityPPP:
			r.Fixes.Single++
		default:
			r.Fixes.Unknown++
		}
		if s.SigmaEast > 0 && s.SigmaNorth > 0 {
			sigmas = append(sigmas, float64(max(s.SigmaEast, s.SigmaNorth)))
		}
	}
	r.RTKShare = float64(r.Fixes.Fixed) / float64(len(f.Shots))
	r.SigmaXY = spread(sigmas)
}

func (f *Flight) span() {
	for i := range f.Shots {
		at := f.Shots[i].Exposed
		if at.IsZero() {
			continue
		}
		if f.Report.From.IsZero() || at.Before(f.Report.From) {
			f.Report.From = at
		}
		if at.After(f.Report.To) {
			f.Report.To = at
		}
	}
}

// farthest is how far from the first photo another may lie: projections hold, and
// no flight is longer.
const farthest = 100_000

// lay puts the photos on the plane of the working CRS, and returns how many are
// too far off to belong to one flight. Those count as not placed.
func (f *Flight) lay() (far int, err error) {
	var proj crs.Projection
	var origin orb.Point
	for i := range f.Shots {
		s := &f.Shots[i]
		if !s.Placed {
			continue
		}
		if f.Report.SRID == 0 {
			srid, err := crs.WorkingSRID(s.Lon, s.Lat)
			if err != nil { // a pole: nothing flies there, and no projection holds
				s.Placed = false
				far++
				continue
			}
			if proj, err = crs.ProjectionOf(srid); err != nil {
				return far, fmt.Errorf("flight: %w", err)
			}
			f.Report.SRID = srid
			origin[0], origin[1] = proj.Forward(s.Lon, s.Lat)
		}
		x, y := proj.Forward(s.Lon, s.Lat)
		if d := (orb.Point{x - origin[0], y - origin[1]}); !(d[0]*d[0]+d[1]*d[1] <= farthest*farthest) {
			s.Placed = false
			far++
			continue
		}
		s.plane = orb.Point{x, y}
		f.Report.Placed++
	}
	return far, nil
}

// showGround gives each placed photo its footprint and pixel size.
func (f *Flight) showGround(o Options) {
	r := &f.Report
	var above, gsds []float64
	var proj crs.Projection
	if r.Placed > 0 {
		proj, _ = crs.ProjectionOf(r.SRID) // lay has had it
	}
	for i := range f.Shots {
		s := &f.Shots[i]
		if !s.Placed {
			continue
		}
		height := float64(o.Above)
		if height == 0 && s.AboveTakeoff != nil {
			height = float64(*s.AboveTakeoff)
		}
		if height > 0 {
			above = append(above, height)
		}
		if s.GSD = s.gsd(height); s.GSD > 0 {
			gsds = append(gsds, float64(s.GSD))
		}
		offsets := s.footprint(height)
		if offsets == nil {
			continue
		}
		r.Footprint++
		perLon, perLat := degreesOf(s.Lat)
		s.Footprint, s.shown = make(orb.Ring, len(offsets)), make(orb.Ring, len(offsets))
		for k, d := range offsets {
			lon, lat := s.Lon+d[0]*perLon, s.Lat+d[1]*perLat
			s.Footprint[k] = orb.Point{lon, lat}
			x, y := proj.Forward(lon, lat)
			s.shown[k] = orb.Point{x, y}
		}
	}
	r.Above, r.GSD = spread(above), spread(gsds)
}

// Line is the line flown from placed photo to placed photo, lon, lat; nil with
// fewer than two.
func (f *Flight) Line() orb.LineString {
	var line orb.LineString
	for i := range f.Shots {
		if s := &f.Shots[i]; s.Placed {
			line = append(line, orb.Point{s.Lon, s.Lat})
		}
	}
	if len(line) < 2 {
		return nil
	}
	return line
}

// spread returns nil for no values. The tenth and the median are values that occur.
func spread(values []float64) *Spread {
	if len(values) == 0 {
		return nil
	}
	slices.Sort(values)
	n := len(values)
	return &Spread{Least: values[0], Tenth: values[n/10], Median: values[n/2], Most: values[n-1], N: n}
}
