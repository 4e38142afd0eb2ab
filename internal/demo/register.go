package demo

import (
	"math"

	"github.com/paulmach/orb"
)

// A Register is a forest register of the ground round the dispute, as counties
// have them: most parcels share their lines with their neighbours, and some were
// surveyed apart, another time, by others.
type Register struct {
	Name    string
	Kind    string  // "forest"
	SRID    int     // 4545
	SigmaM  float64 // 1σ of its lines, metres
	Source  string  // name of the file that it would come from
	Parcels []RegisteredParcel
}

// A RegisteredParcel is a certificate of the register. Corners are whole
// millimetres.
type RegisteredParcel struct {
	Feature int64
	Ground  orb.MultiPolygon
}

// The register is a sheet of cells from the south-west corner of the frame
// outward, wider than what the drone saw.
const (
	registerColumns = 11
	registerRows    = 9
	registerCell    = 95.0  // metres
	registerWest    = -180. // metres from the corner of the frame
	registerSouth   = -90.0
	firstFeature    = 450001
)

// NewRegister returns the register of a seed: every seventh parcel or so was
// surveyed apart, one certificate was issued twice, and one was issued to the
// forest farm over four that villages hold.
func NewRegister(seed uint64) Register {
	d := newDice(seed, 40)
	r := Register{Name: "柳江区林权登记（虚构）", Kind: "forest", SRID: int(srid), SigmaM: 1.5, Source: "linquan-450206.gpkg"}
	stones := make([][]orb.Point, registerRows+1)
	for y := range stones {
		stones[y] = make([]orb.Point, registerColumns+1)
		for x := range stones[y] {
			stones[y][x] = orb.Point{
				registerWest + registerCell*float64(x) + d.between(-24, 24),
				registerSouth + registerCell*float64(y) + d.between(-24, 24),
			}
		}
	}
	add := func(corners ...orb.Point) {
		r.Parcels = append(r.Parcels, RegisteredParcel{firstFeature + int64(len(r.Parcels)), registered(corners)})
	}
	for y := range registerRows {
		for x := range registerColumns {
			corners := []orb.Point{stones[y][x], stones[y][x+1], stones[y+1][x+1], stones[y+1][x]}
			if d.below(7) == 0 {
				for i := range corners {
					corners[i] = orb.Point{corners[i][0] + float64(5*d.normal()), corners[i][1] + float64(5*d.normal())}
				}
			}
			add(corners...)
		}
	}
	add(stones[2][7], stones[2][8], stones[3][8], stones[3][7])
	add(stones[5][4], stones[5][6], stones[7][6], stones[7][4])
	return r
}

// registered puts corners given in the frame on the plane, as a closed ring.
func registered(corners []orb.Point) orb.MultiPolygon {
	ring := make(orb.Ring, 0, len(corners)+1)
	for _, c := range corners {
		ring = append(ring, orb.Point{frameEast + toMillimetre(c[0]), frameNorth + toMillimetre(c[1])})
	}
	return orb.MultiPolygon{{append(ring, ring[0])}}
}

func toMillimetre(x float64) float64 { return math.Round(float64(x*1000)) / 1000 }
