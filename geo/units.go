package geo

import (
	"encoding/json"
	"math"
)

// Metres is a length on the ground in a projected CRS. It is never degrees.
type Metres float64

// SquareMetres is an area. Which area (plane or ellipsoidal) is said by the
// [Method] that travels beside it in an [Area]; the two are never added.
type SquareMetres float64

// squareMetresPerMu is exact: 15 mu are one hectare, so 1 mu = 2000/3 m².
const squareMetresPerMu = 2000.0 / 3.0

// Mu converts to 亩 for display; sums and comparisons stay in square metres.
func (a SquareMetres) Mu() float64 { return float64(a) / squareMetresPerMu }

// Hectares converts for display; sums and comparisons stay in square metres.
func (a SquareMetres) Hectares() float64 { return float64(a) / 1e4 }

// A Method says how an area was measured.
type Method string

// The methods. Rural land is registered by its ellipsoidal area, urban land by
// the area in the projection plane (domain: 国土调查办发〔2008〕32号).
const (
	Ellipsoidal Method = "ellipsoidal"
	Plane       Method = "plane"
)

// An Area is a measured area with the method that gave it and its standard
// deviation. The zero Area is no ground at all.
type Area struct {
	SquareMetres SquareMetres
	Method       Method
	Sigma        SquareMetres // 1σ; 0 means that no accuracy is known
}

// areaJSON is the form of an area at every border (design: m² first, mu and
// hectares derived and rounded last).
type areaJSON struct {
	M2      float64 `json:"m2"`
	Mu      float64 `json:"mu"`
	Ha      float64 `json:"ha"`
	Method  Method  `json:"method"`
	SigmaM2 float64 `json:"sigma_m2"`
}

// MarshalJSON writes {m2, mu, ha, method, sigma_m2}: m² to 0.0001, mu and ha
// derived from the unrounded m² and rounded to 1e-4 and 1e-6.
func (a Area) MarshalJSON() ([]byte, error) {
	return json.Marshal(areaJSON{
		M2:      roundTo(float64(a.SquareMetres), 1e4),
		Mu:      roundTo(a.SquareMetres.Mu(), 1e4),
		Ha:      roundTo(a.SquareMetres.Hectares(), 1e6),
		Method:  a.Method,
		SigmaM2: roundTo(float64(a.Sigma), 1e4),
	})
}

// UnmarshalJSON reads what MarshalJSON writes; mu and ha are derived and
// therefore ignored.
func (a *Area) UnmarshalJSON(b []byte) error {
	var j areaJSON
	if err := json.Unmarshal(b, &j); err != nil {
		return err
	}
	*a = Area{SquareMetres: SquareMetres(j.M2), Method: j.Method, Sigma: SquareMetres(j.SigmaM2)}
	return nil
}

// MarshalJSON writes metres to 0.0001, which is the grid; null if not finite.
func (m Metres) MarshalJSON() ([]byte, error) { return number(float64(m)) }

// MarshalJSON writes square metres to 0.0001; null if not finite.
func (a SquareMetres) MarshalJSON() ([]byte, error) { return number(float64(a)) }

func number(v float64) ([]byte, error) {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return []byte("null"), nil // JSON has no word for it
	}
	return json.Marshal(roundTo(v, 1e4))
}

func roundTo(v, perUnit float64) float64 { return math.Round(v*perUnit) / perUnit }
