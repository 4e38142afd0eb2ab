package overlay

import (
	"math/big"
	"math/bits"

	"jieshi/geo"
)

// An Area is an exact plane area: a signed 128-bit count of half cells of the
// subgrid, (0.1 mm / 256)² / 2 each. The zero Area is no ground.
//
// Sums of Areas are exact and do not depend on their order. 2^127 half cells
// are 1.3e25 m², so sums over any number of claims on Earth fit.
type Area struct {
	hi int64
	lo uint64
}

// halfCell is the area of one unit of [Area] in m²: (1e-4 / 2^8)² / 2.
const halfCell = 1e-8 / (1 << (2*subBits + 1))

// AreaOf returns the Area that [Area.Units] took apart.
func AreaOf(hi int64, lo uint64) Area { return Area{hi, lo} }

// Units returns the count of half cells as a two's complement 128-bit number,
// high and low word, for storage.
func (a Area) Units() (hi int64, lo uint64) { return a.hi, a.lo }

// SquareMetres returns the area in m², rounded to float64 once at the end.
func (a Area) SquareMetres() geo.SquareMetres {
	if a.hi < 0 {
		return -a.Neg().SquareMetres()
	}
	return geo.SquareMetres((float64(a.hi)*(1<<64) + float64(a.lo)) * halfCell)
}

// Big returns the count of half cells as a big integer.
func (a Area) Big() *big.Int {
	b := new(big.Int).Lsh(big.NewInt(a.hi), 64)
	return b.Add(b, new(big.Int).SetUint64(a.lo))
}

// Add returns a + b.
func (a Area) Add(b Area) Area {
	lo, carry := bits.Add64(a.lo, b.lo, 0)
	return Area{a.hi + b.hi + int64(carry), lo}
}

// Sub returns a − b.
func (a Area) Sub(b Area) Area {
	lo, borrow := bits.Sub64(a.lo, b.lo, 0)
	return Area{a.hi - b.hi - int64(borrow), lo}
}

// Neg returns −a.
func (a Area) Neg() Area { return Area{}.Sub(a) }

// Sign returns −1, 0 or +1.
func (a Area) Sign() int {
	switch {
	case a.hi < 0:
		return -1
	case a.hi|int64(a.lo>>1|a.lo&1) == 0:
		return 0
	}
	return 1
}

// Cmp compares a and b: −1, 0 or +1.
func (a Area) Cmp(b Area) int { return a.Sub(b).Sign() }

func (a Area) abs() Area {
	if a.hi < 0 {
		return a.Neg()
	}
	return a
}

// shift returns a·2^n, 0 < n < 64.
func (a Area) shift(n uint) Area {
	return Area{a.hi<<n | int64(a.lo>>(64-n)), a.lo << n}
}

// AreaOfSquareMetres returns the largest Area that is no more than m2, for
// thresholds. Negative, infinite and NaN input gives the zero Area.
func AreaOfSquareMetres(m2 geo.SquareMetres) Area {
	units := float64(m2) / halfCell
	if !(units > 0 && units < 1<<126) {
		return Area{}
	}
	hi := uint64(units / (1 << 64))
	return Area{int64(hi), uint64(units - float64(hi)*(1<<64))}
}

// product returns the exact product of two signed numbers.
func product(a, b int64) Area {
	hi, lo := bits.Mul64(uint64(a), uint64(b))
	// Mul64 is unsigned: a negative factor was read as 2^64 too large.
	hi -= uint64(a>>63)&uint64(b) + uint64(b>>63)&uint64(a)
	return Area{int64(hi), lo}
}

// cross128 returns ux·vy − uy·vx exactly.
func cross128(ux, uy, vx, vy int64) Area {
	return product(ux, vy).Sub(product(uy, vx))
}

// widen returns a as a 128-bit number.
func widen(a int64) Area { return Area{a >> 63, uint64(a)} }
