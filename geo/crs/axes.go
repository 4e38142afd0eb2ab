package crs

import "math"

// AxisOrder says which of two numbers of a Chinese coordinate pair is which.
type AxisOrder string

// The axis orders.
const (
	EastNorth AxisOrder = "east_north" // easting (or longitude) first, as we keep it
	NorthEast AxisOrder = "north_east" // northing (or latitude) first, as survey files write X, Y
	NoOrder   AxisOrder = ""           // the numbers fit no Chinese coordinates
)

// Axes is what a pair of numbers gives away about itself.
type Axes struct {
	Order   AxisOrder
	Degrees bool // longitude and latitude, not metres
	Zone    int  // zone number before the easting; 0 if there is none
}

// DetectAxes tells the axis order of a pair of Chinese coordinates from their
// ranges, which do not meet: northings run from 1.8 to 6.0 million metres,
// eastings from 0.15 to 0.85 million, or that after a zone number 13 to 45;
// longitudes from 73 to 136 degrees, latitudes from 3 to 54. Numbers that fit
// neither way round give NoOrder, which is a reason to ask, not to guess.
func DetectAxes(first, second float64) Axes {
	if a, ok := eastNorth(first, second); ok {
		a.Order = EastNorth
		return a
	}
	if a, ok := eastNorth(second, first); ok {
		a.Order = NorthEast
		return a
	}
	return Axes{}
}

func eastNorth(east, north float64) (Axes, bool) {
	if east >= 73 && east <= 136 && north >= 3 && north <= 54 {
		return Axes{Degrees: true}, true
	}
	if !(north >= 1.8e6 && north <= 6.0e6) {
		return Axes{}, false
	}
	zone := math.Floor(east / 1e6)
	if inZone := east - zone*1e6; !(inZone >= 150_000 && inZone <= 850_000) {
		return Axes{}, false
	}
	if zone != 0 && (zone < 13 || zone > 45) {
		return Axes{}, false
	}
	return Axes{Zone: int(zone)}, true
}
