package overlay_test

import (
	"math"

	"jieshi/geo/overlay"
)

func distance(p, q overlay.Point) float64 {
	return math.Hypot(float64(q.X-p.X), float64(q.Y-p.Y)) / overlay.GridPerMetre
}
