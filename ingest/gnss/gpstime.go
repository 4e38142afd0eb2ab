package gnss

import (
	"errors"
	"time"
)

// A timeScale is the clock that a solution file is written in.
type timeScale int

const (
	scaleUnknown timeScale = iota
	scaleGPST
	scaleUTC
	scaleJST // UTC + 9 h, no leap between
)

// gpsEpoch is the beginning of GPS week 0, where GPS time and UTC agreed.
var gpsEpoch = time.Date(1980, 1, 6, 0, 0, 0, 0, time.UTC)

// leapSeconds are the instants (UTC) from which GPS time is ahead of UTC by one
// second more than before: the first by 1 s, the last by 18 s. None was added
// since 2017, and none is announced (IERS Bulletin C 70, July 2025).
var leapSeconds = []time.Time{
	date(1981, 7), date(1982, 7), date(1983, 7), date(1985, 7), date(1988, 1), date(1990, 1),
	date(1991, 1), date(1992, 7), date(1993, 7), date(1994, 7), date(1996, 1), date(1997, 7),
	date(1999, 1), date(2006, 1), date(2009, 1), date(2012, 7), date(2015, 7), date(2017, 1),
}

func date(year int, month time.Month) time.Time {
	return time.Date(year, month, 1, 0, 0, 0, 0, time.UTC)
}

// utcOfGPS converts a reading of GPS time, written as if it were UTC. A reading
// within a leap second, which time.Time cannot express, becomes the first
// instant of the day after it, plus its fraction.
func utcOfGPS(gps time.Time) time.Time {
	for n := len(leapSeconds); n > 0; n-- {
		if utc := gps.Add(-time.Duration(n) * time.Second); !utc.Before(leapSeconds[n-1]) {
			return utc
		} else if gap := leapSeconds[n-1].Sub(utc); gap <= time.Second {
			return leapSeconds[n-1].Add(time.Second - gap)
		}
	}
	return gps
}

// utc converts a reading of the scale's clock, written as if it were UTC.
func (s timeScale) utc(reading time.Time) time.Time {
	switch s {
	case scaleGPST:
		return utcOfGPS(reading)
	case scaleUTC:
		return reading
	case scaleJST:
		return reading.Add(-9 * time.Hour)
	default: // scaleUnknown
		return time.Time{}
	}
}

var errBadTime = errors.New("not a time")

// parsePosTime reads the two time fields of RTKLIB, either "2024/05/01" and
// "08:30:15.200" or GPS week and time of week, as a reading of the scale's
// clock, and gives UTC. With scaleUnknown the result is zero.
func parsePosTime(first, second []byte, scale timeScale) (time.Time, error) {
	if len(first) >= 8 && (first[4] == '/' || first[4] == '-') {
		return parseCalendar(first, second, scale)
	}
	week, ok := whole(first, 9999)
	if !ok {
		return time.Time{}, errBadTime
	}
	tow, err := nanoseconds(second)
	if err != nil || tow >= 7*24*time.Hour {
		return time.Time{}, errBadTime
	}
	return scale.utc(gpsEpoch.AddDate(0, 0, 7*week).Add(tow)), nil
}

// parseCalendar reads "2024/05/01" (or with dashes) and "08:30:15.200".
func parseCalendar(day, clock []byte, scale timeScale) (time.Time, error) {
	if len(day) != 10 || day[7] != day[4] || len(clock) < 8 || clock[2] != ':' || clock[5] != ':' {
		return time.Time{}, errBadTime
	}
	y, okY := whole(day[:4], 9999)
	m, okM := whole(day[5:7], 12)
	d, okD := whole(day[8:], 31)
	hour, okH := whole(clock[:2], 23)
	minute, okMin := whole(clock[3:5], 59)
	sec, err := nanoseconds(clock[6:])
	if !okY || !okM || !okD || !okH || !okMin || err != nil || sec >= 61*time.Second || y < 1980 {
		return time.Time{}, errBadTime
	}
	t := time.Date(y, time.Month(m), d, 0, 0, 0, 0, time.UTC)
	if t.Day() != d || t.Month() != time.Month(m) { // 30 February
		return time.Time{}, errBadTime
	}
	t = t.Add(time.Duration(hour)*time.Hour + time.Duration(minute)*time.Minute + sec)
	return scale.utc(t), nil
}

// nanoseconds reads decimal seconds exactly, without the rounding of a float:
// 0.1 s of a 10 Hz log must stay 0.1 s. Digits beyond the ninth are dropped.
func nanoseconds[T string | []byte](field T) (time.Duration, error) {
	var whole, fraction int64
	scale, point := int64(time.Second), false
	if len(field) == 0 || len(field) > 32 || field[0] == '.' {
		return 0, errBadTime
	}
	for i := range len(field) {
		c := field[i]
		switch {
		case c == '.' && !point:
			point = true
		case c < '0' || c > '9':
			return 0, errBadTime
		case point:
			scale /= 10
			fraction += scale * int64(c-'0')
		default:
			if whole = whole*10 + int64(c-'0'); whole > 1_000_000 {
				return 0, errBadTime
			}
		}
	}
	return time.Duration(whole)*time.Second + time.Duration(fraction), nil
}
