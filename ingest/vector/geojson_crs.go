package vector

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"regexp"
	"strconv"
	"strings"
)

// GeoJSON had a member "crs" until 2016, and much of it still has. GDAL follows
// links in it, and takes what it does not understand for WGS 84 without a word;
// so it is read here first, and only codes are passed.

// crsNames are the ways to write a code: EPSG:4545, urn:ogc:def:crs:EPSG::4545,
// urn:ogc:def:crs:OGC:1.3:CRS84, http://www.opengis.net/def/crs/EPSG/0/4545.
var crsNames = regexp.MustCompile(`(?i)^(?:urn:ogc:def:crs:|https?://(?:www\.)?opengis\.net/def/crs/)?(?:EPSG[:/][0-9.]*[:/]?([0-9]{4,6})|OGC[:/][0-9.]*[:/]?CRS84|CRS84)$`)

// geoJSONCRS returns the EPSG code that the file names, 4326 if it names none.
func geoJSONCRS(path string) (code int, err error) {
	f, err := os.Open(path) //nolint:gosec // the private copy
	if err != nil {
		return 0, fmt.Errorf("vector: private copy: %w", err)
	}
	defer f.Close() //nolint:errcheck // only read
	at, err := topMember(f, "crs")
	if err != nil || at < 0 {
		return 4326, err
	}
	var member *struct {
		Type       string
		Properties struct {
			Name string
			Code int
		}
	}
	const longest = 64 << 10
	if err := json.NewDecoder(io.NewSectionReader(f, at, longest)).Decode(&member); err != nil {
		return 0, refuse(CodeUnreadable, "crs")
	}
	if member == nil {
		return 0, refuse(CodeNoCRS, `"crs": null`)
	}
	switch p := member.Properties; {
	case member.Type == "EPSG" && p.Code > 0:
		return p.Code, nil
	case member.Type == "name":
		parts := crsNames.FindStringSubmatch(p.Name)
		if parts == nil {
			return 0, refuse(CodeCRSNotAllowed, plain(p.Name, 200))
		}
		if parts[1] == "" {
			return 4326, nil
		}
		return strconv.Atoi(parts[1])
	}
	return 0, refuse(CodeCRSNotAllowed, "crs: "+plain(member.Type, 60))
}

// topMember returns where the value of a member of the outermost object begins,
// or -1. It looks at brackets and strings only; whether the rest is JSON, GDAL
// finds out. Two such members are refused, and so is a name with an escape in
// it, which may mean the same.
func topMember(f *os.File, name string) (at int64, err error) {
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return -1, fmt.Errorf("vector: private copy: %w", err)
	}
	s := memberScan{name: name, found: -1}
	buf := make([]byte, 256<<10)
	for offset := int64(0); ; {
		n, err := f.Read(buf)
		for i, c := range buf[:n] {
			if !s.take(c, offset+int64(i)) {
				return -1, refuse(CodeUnreadable, name)
			}
		}
		offset += int64(n)
		if errors.Is(err, io.EOF) {
			return s.found, nil
		}
		if err != nil {
			return -1, fmt.Errorf("vector: private copy: %w", err)
		}
	}
}

type memberScan struct {
	name              string
	found             int64
	depth             int
	inString, escaped bool
	hasEscape         bool
	text              []byte // the last string of the outermost object, or its beginning
}

// take looks at the byte at offset and says whether all is well.
func (s *memberScan) take(c byte, offset int64) bool {
	if s.inString {
		s.inText(c)
		return true
	}
	switch c {
	case '"':
		s.inString, s.hasEscape, s.text = true, false, s.text[:0]
	case '{', '[':
		s.depth++
	case '}', ']':
		s.depth--
	case ':':
		if s.depth != 1 {
			return true
		}
		if s.hasEscape {
			return false
		}
		if strings.EqualFold(string(s.text), s.name) { // as GDAL compares
			if s.found >= 0 {
				return false
			}
			s.found = offset + 1
		}
	}
	return true
}

func (s *memberScan) inText(c byte) {
	switch {
	case s.escaped:
		s.escaped = false
	case c == '\\':
		s.escaped, s.hasEscape = true, true
	case c == '"':
		s.inString = false
	case s.depth == 1 && len(s.text) <= len(s.name):
		s.text = append(s.text, c)
	}
}
