package gnss

import (
	"errors"
	"math"
	"strconv"
)

var (
	errNotNumber = errors.New("not a number")
	errNotFinite = errors.New("not a finite number")
)

// number reads a plain decimal number. It takes neither the hexadecimal and
// underscored forms that strconv knows nor NaN and infinities, which receivers
// do write and which no later arithmetic survives (errNotFinite).
func number[T string | []byte](field T) (float64, error) {
	if len(field) == 0 || len(field) > 64 {
		return 0, errNotNumber
	}
	for i := range len(field) {
		switch c := field[i]; {
		case c >= '0' && c <= '9', c == '.', c == '+', c == '-', c == 'e', c == 'E':
		default:
			return 0, notNumber(string(field))
		}
	}
	v, err := strconv.ParseFloat(string(field), 64)
	switch {
	case err == nil && !math.IsInf(v, 0):
		return v, nil
	case errors.Is(err, strconv.ErrRange):
		return 0, errNotFinite
	}
	return 0, errNotNumber
}

// notNumber tells a NaN or infinity from any other text.
func notNumber(field string) error {
	if v, err := strconv.ParseFloat(field, 64); err == nil && (math.IsNaN(v) || math.IsInf(v, 0)) {
		return errNotFinite
	}
	if field == "-nan" || field == "-nan(ind)" || field == "1.#QNAN" || field == "-1.#IND" { // as C runtimes print it
		return errNotFinite
	}
	return errNotNumber
}

// whole reads a number of decimal digits only, at most max.
func whole[T string | []byte](field T, limit int) (int, bool) {
	if len(field) == 0 || len(field) > 9 {
		return 0, false
	}
	n := 0
	for i := range len(field) {
		c := field[i]
		if c < '0' || c > '9' {
			return 0, false
		}
		n = n*10 + int(c-'0')
	}
	return n, n <= limit
}

// lonLatInRange says whether a position can be on the globe.
func lonLatInRange(lon, lat float64) bool {
	return math.Abs(lon) <= 180 && math.Abs(lat) <= 90 // false for NaN
}
