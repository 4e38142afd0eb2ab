package overlay_test

import (
	"math"
	"math/big"

	"jieshi/geo"
	"jieshi/geo/overlay"
)

func distance(p, q overlay.Point) float64 {
	return math.Hypot(float64(q.X-p.X), float64(q.Y-p.Y)) / overlay.GridPerMetre
}

func bigInt(v int64) *big.Int { return big.NewInt(v) }

func squareMetres(v float64) overlay.Area { return overlay.AreaOfSquareMetres(geo.SquareMetres(v)) }
