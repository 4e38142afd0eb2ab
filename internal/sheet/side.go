package sheet

import (
	"fmt"
	"math"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/ewkb"

	"jieshi/geo"
	"jieshi/mediation"
)

// A side is how one party is shown: colour, sign, and letter in two scripts.
type side struct {
	zh, en string // 甲方, Party A
	ink    rgb
	sign   int
}

var sideInks = []rgb{
	{0xC8, 0x10, 0x2E}, {0x1E, 0x6F, 0xD9}, {0x00, 0x9E, 0x73}, {0xE6, 0x9F, 0x00}, {0x8E, 0x5B, 0xB5}, {0x56, 0xB4, 0xE9},
}

var stems = []rune("甲乙丙丁戊己庚辛壬癸")

// sideOf returns how party n (1 is 甲方) is shown. Colours repeat after six,
// signs after seven, so that no two of 26 parties look alike.
func sideOf(n int) side {
	n = max(n, 1)
	s := side{ink: sideInks[(n-1)%len(sideInks)], sign: (n - 1) % 7}
	if n <= len(stems) {
		s.zh = string(stems[n-1]) + "方"
	} else {
		s.zh = fmt.Sprintf("第%d方", n)
	}
	s.en = "Party " + string(rune('A'+(n-1)%26))
	return s
}

// letter is the side in one character or number, for narrow columns.
func (s side) letter() string {
	r := []rune(s.zh)
	return string(r[:len(r)-1])
}

// dark is the side's colour as text: dark enough to be read on white.
func (s side) dark() rgb {
	c := s.ink
	for contrast(c) < 4.5 {
		c = rgb{c.r * 19 / 20, c.g * 19 / 20, c.b * 19 / 20}
	}
	return c
}

// contrast is that of an ink against white (WCAG 2.1, relative luminance).
func contrast(c rgb) float64 {
	linear := func(v int) float64 {
		s := float64(v) / 255
		if s <= 0.03928 {
			return s / 12.92
		}
		return math.Pow((s+0.055)/1.055, 2.4)
	}
	return 1.05 / (0.2126*linear(c.r) + 0.7152*linear(c.g) + 0.0722*linear(c.b) + 0.05)
}

// sign draws the sign of a party around at: disc, square, triangle, diamond,
// star, hexagon, as on the screen (sideSymbol in web/src/map/claimStyle.ts), and
// a ring for the seventh.
func (d *drawing) sign(at orb.Point, n int, radius float64) {
	s := sideOf(n)
	d.pdf.SetFillColor(s.ink.r, s.ink.g, s.ink.b)
	d.ink(white, 0.18)
	switch s.sign {
	case 0:
		d.pdf.Circle(at[0], at[1], radius*0.85, "FD")
	case 1:
		d.pdf.Rect(at[0]-radius*0.8, at[1]-radius*0.8, radius*1.6, radius*1.6, "FD")
	case 2:
		d.pdf.Polygon(polygonAround(at, radius*1.15, 3, 0), "FD")
	case 3:
		d.pdf.Polygon(polygonAround(at, radius*1.15, 4, 0), "FD")
	case 4:
		d.pdf.Polygon(starAround(at, radius*1.3, radius*0.56), "FD")
	case 5:
		d.pdf.Polygon(polygonAround(at, radius, 6, 0), "FD")
	default:
		d.pdf.Circle(at[0], at[1], radius*0.85, "FD")
		d.pdf.SetFillColor(white.r, white.g, white.b)
		d.pdf.Circle(at[0], at[1], radius*0.35, "F")
	}
}

func groundOf(bytes []byte) (orb.MultiPolygon, error) {
	if len(bytes) == 0 {
		return nil, nil
	}
	g, _, err := ewkb.Unmarshal(bytes)
	if err != nil {
		return nil, fmt.Errorf("sheet: extent: %w", err)
	}
	switch g := g.(type) {
	case orb.MultiPolygon:
		return g, nil
	case orb.Polygon:
		return orb.MultiPolygon{g}, nil
	}
	return nil, fmt.Errorf("sheet: extent is a %s", g.GeoJSONType())
}

// mu is an area for people: ellipsoidal, as rural land is registered.
func mu(m mediation.Measure) string {
	return muNumber(m) + " 亩"
}

func muNumber(m mediation.Measure) string {
	return fmt.Sprintf("%.2f", m.Ellipsoidal.SquareMetres.Mu())
}

func m2(a geo.SquareMetres) string { return grouped(float64(a), 1) }

// grouped writes v with a space between thousands.
func grouped(v float64, decimals int) string {
	s := fmt.Sprintf("%.*f", decimals, v)
	end := len(s)
	if decimals > 0 {
		end -= decimals + 1
	}
	start := 0
	if s[0] == '-' {
		start = 1
	}
	for i := end - 3; i > start; i -= 3 {
		s = s[:i] + " " + s[i:]
	}
	return s
}

// shortened cuts s to n runes.
func shortened(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n-1]) + "…"
	}
	return s
}
