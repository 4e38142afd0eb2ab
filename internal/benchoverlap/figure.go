package main

import (
	"fmt"
	"strconv"
	"strings"
)

// seconds to three digits, which is more than a shared machine can promise.
func seconds(s float64) string {
	switch {
	case s >= 10:
		return fmt.Sprintf("%.1f", s)
	case s >= 1:
		return fmt.Sprintf("%.2f", s)
	case s >= 0.001:
		return fmt.Sprintf("%.3f", s)
	}
	return fmt.Sprintf("%.4f", s)
}

// ratio says how many times faster than base something is.
func ratio(base, s float64) string {
	switch x := base / s; {
	case base == 0 || s == 0:
		return "–"
	case x >= 10:
		return fmt.Sprintf("%.0f", x)
	case x >= 1:
		return fmt.Sprintf("%.1f", x)
	default:
		return fmt.Sprintf("%.2f", x)
	}
}

func megabytes(bytes int64) string {
	if bytes == 0 {
		return "–"
	}
	return thousands(int(bytes >> 20))
}

// thousands writes 1234567 as 1,234,567.
func thousands(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// orUnknown writes a processor time, which may not be known or too short.
func orUnknown(cpu float64) string {
	if cpu <= 0 {
		return "–"
	}
	return seconds(cpu)
}

func capital(s string) string { return strings.ToUpper(s[:1]) + s[1:] }

func orNone(s string) string {
	if s == "" {
		return "–"
	}
	return s
}
