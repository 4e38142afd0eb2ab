package gnss

import (
	"strings"
	"time"
)

// clockLayouts are the dates and times of exports, with the zone cut off. A day
// before its month is told from a month before its day by nobody, and is not read.
var clockLayouts = []string{
	"2006-1-2 15:4:5", "2006/1/2 15:4:5", "2006.1.2 15:4:5", "2006年1月2日 15:4:5", "2006年1月2日 15时4分5秒", "20060102150405", "20060102 150405",
	"2006-1-2 15:4", "2006/1/2 15:4", "2006-1-2-15:4:5",
}

// parseClock reads the date and time of a cell. zoned says whether the cell
// itself gave the offset from UTC, else offset is added by the caller. Seconds
// may have a fraction. The layout that fitted last is tried first.
func parseClock(cell string, last *int) (at time.Time, zoned, ok bool) {
	s := strings.Join(strings.Fields(cell), " ")
	if i := strings.IndexByte(s, 'T'); i > 0 && i+1 < len(s) && isDigit(s[i-1]) && isDigit(s[i+1]) {
		s = s[:i] + " " + s[i+1:]
	}
	s, offset, zoned := cutOffset(s)
	for i := range clockLayouts {
		layout := (*last + i) % len(clockLayouts)
		if t, err := time.Parse(clockLayouts[layout], s); err == nil {
			*last = layout
			return t.Add(-offset), zoned, t.Year() >= 1980
		}
	}
	return time.Time{}, false, false
}

// cutOffset takes "UTC+08:00", "+0800", "GMT", "Z" off the end.
func cutOffset(s string) (rest string, offset time.Duration, zoned bool) {
	for _, word := range []string{"UTC", "GMT"} {
		if i := strings.Index(s, word); i >= 0 {
			tail := strings.TrimSpace(s[i+len(word):])
			if tail == "" {
				return strings.TrimSpace(s[:i]), 0, true
			}
			if offset, ok := offsetOf(tail); ok {
				return strings.TrimSpace(s[:i]), offset, true
			}
			return s, 0, false
		}
	}
	if strings.HasSuffix(s, "Z") {
		return strings.TrimSpace(strings.TrimSuffix(s, "Z")), 0, true
	}
	// Behind the time of day, so that the dashes of a date are none.
	if colon := strings.LastIndex(s, ":"); colon > 0 {
		if i := strings.LastIndexAny(s, "+-"); i > strings.Index(s, ":") {
			if offset, ok := offsetOf(strings.TrimSpace(s[i:])); ok {
				return strings.TrimSpace(s[:i]), offset, true
			}
		}
	}
	return s, 0, false
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }
