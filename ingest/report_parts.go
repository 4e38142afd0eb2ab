package ingest

import (
	"math"

	"github.com/paulmach/orb"

	"jieshi/geo"
	"jieshi/geo/crs"
)

// A Place is a position both ways: metres in the working CRS, and degrees.
type Place struct {
	X   geo.Metres `json:"x"`
	Y   geo.Metres `json:"y"`
	Lon float64    `json:"lon"` // to 1e-9 degrees, which is 0.1 mm
	Lat float64    `json:"lat"`
}

// degrees rounds a coordinate to 1e-9 degrees.
func degrees(v float64) float64 { return math.Round(v*1e9) / 1e9 }

func placeOf(p orb.Point, proj crs.Projection) Place {
	lon, lat := proj.Inverse(p[0], p[1])
	return Place{geo.Metres(p[0]), geo.Metres(p[1]), degrees(lon), degrees(lat)}
}

// FixCount counts the fixes of a walk by quality. Used are those in the line.
type FixCount struct {
	Fixed   int `json:"fixed"`
	Float   int `json:"float"`
	PPP     int `json:"ppp"`
	DGPS    int `json:"dgps"`
	Single  int `json:"single"`
	Unknown int `json:"unknown"`
	Total   int `json:"total"`
	Used    int `json:"used"`
}

func countFixes(fixes []Fix) FixCount {
	c := FixCount{Total: len(fixes)}
	for _, f := range fixes {
		switch f.Quality {
		case QualityFixed:
			c.Fixed++
		case QualityFloat:
			c.Float++
		case QualityPPP:
			c.PPP++
		case QualityDGPS:
			c.DGPS++
		case QualitySingle:
			c.Single++
		default:
			c.Unknown++
		}
	}
	return c
}

// Heights counts the fixes of a walk by what their height is above, with the lowest
// and the highest of the kind that most have; nil where no fix has one.
type Heights struct {
	Ellipsoidal int         `json:"ellipsoidal"`
	MSL         int         `json:"msl"`
	Unknown     int         `json:"unknown"` // with none, or of a kind that nobody said
	Low         *geo.Metres `json:"low_m,omitempty"`
	High        *geo.Metres `json:"high_m,omitempty"`
}

func countHeights(fixes []Fix) (h Heights) {
	for _, f := range fixes {
		switch f.HeightType {
		case HeightEllipsoidal:
			h.Ellipsoidal++
		case HeightMSL:
			h.MSL++
		default:
			h.Unknown++
		}
	}
	kind := HeightEllipsoidal
	if h.MSL > h.Ellipsoidal {
		kind = HeightMSL
	}
	for _, f := range fixes {
		if f.HeightType != kind || math.IsNaN(f.Height) || math.IsInf(f.Height, 0) {
			continue
		}
		v := geo.Metres(math.Round(f.Height*1e3) / 1e3)
		if h.Low == nil {
			h.Low, h.High = new(geo.Metres), new(geo.Metres)
			*h.Low, *h.High = v, v
		}
		*h.Low, *h.High = min(*h.Low, v), max(*h.High, v)
	}
	return h
}

// Bounds is the box around the line as walked, in the working CRS and in degrees.
type Bounds struct {
	MinX  geo.Metres `json:"min_x"`
	MinY  geo.Metres `json:"min_y"`
	MaxX  geo.Metres `json:"max_x"`
	MaxY  geo.Metres `json:"max_y"`
	West  float64    `json:"west"`
	South float64    `json:"south"`
	East  float64    `json:"east"`
	North float64    `json:"north"`
}

func boundsOf(line orb.LineString, fixes []Fix, used []int) *Bounds {
	plane := line.Bound()
	earth := make(orb.LineString, len(used))
	for k, i := range used {
		earth[k] = orb.Point{fixes[i].Lon, fixes[i].Lat}
	}
	b := earth.Bound()
	return &Bounds{
		geo.Metres(plane.Min[0]), geo.Metres(plane.Min[1]), geo.Metres(plane.Max[0]), geo.Metres(plane.Max[1]),
		degrees(b.Min[0]), degrees(b.Min[1]), degrees(b.Max[0]), degrees(b.Max[1]),
	}
}
