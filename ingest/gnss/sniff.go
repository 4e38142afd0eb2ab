package gnss

import (
	"bytes"
	"unicode/utf8"
)

// SniffLen is how much of a file [Sniff] can make use of: a log may begin with
// a screenful of binary chatter, a GeoJSON with long properties.
const SniffLen = 64 << 10

var utf8BOM = []byte("\xef\xbb\xbf")

// magics are the beginnings that decide alone.
var magics = []struct {
	magic  string
	format Format
}{
	{"PK\x03\x04", FormatZip},
	{"PK\x05\x06", FormatZip},
	{"\x1f\x8b", FormatGzip},
	{"II*\x00", FormatTIFF},
	{"MM\x00*", FormatTIFF},
	{"II+\x00", FormatTIFF},
	{"MM\x00+", FormatTIFF},
	{"\xff\xd8\xff", FormatJPEG},
	{"\x89PNG\r\n", FormatPNG},
	{"%PDF-", FormatPDF},
	{"SQLite format 3\x00", FormatSQLite},
	{"\x00\x00\x27\x0a", FormatShapefile},
	{"\xd0\xcf\x11\xe0", FormatOffice},
	{"AutoCAD Binary DXF\r\n", FormatBinaryDXF},
	{"AC10", FormatDWG},
}

// Sniff says what a file is by its first bytes, of which [SniffLen] are enough.
// It never looks at a name. A format that is not known is the zero [Format].
func Sniff(head []byte) Format {
	head = head[:min(len(head), SniffLen)]
	for _, m := range magics {
		if bytes.HasPrefix(head, []byte(m.magic)) {
			return m.format
		}
	}
	head = decodeMarked(head)
	body := bytes.TrimLeft(head, " \t\r\n")
	switch {
	case len(body) == 0:
		return FormatEmpty
	case looksUTF16(head):
		return FormatUTF16
	case body[0] == '<':
		return sniffXML(body)
	case looksPlots(decodeHead(body[:min(len(body), 64)])):
		return FormatPlots
	case body[0] == '{' || body[0] == '[':
		return sniffJSON(body)
	case hasNMEA(body):
		return FormatNMEA
	case looksPos(body):
		return FormatPos
	}
	if format := sniffRest(head); format != "" {
		return format
	}
	return sniffTable(head)
}

// sniffTable looks for a table in text, which may be GBK.
func sniffTable(head []byte) Format {
	text := decodeHead(head)
	first, _, _ := bytes.Cut(bytes.TrimLeft(text, " \t\r\n\""), []byte("\n"))
	if isTrace(string(first[:min(len(first), 512)])) && !bytes.Contains(first, []byte(",")) {
		return FormatODK
	}
	if _, ok := findTable(text); ok {
		return FormatTable
	}
	return ""
}

// decodeMarked gives the text behind a byte order mark.
func decodeMarked(head []byte) []byte {
	if bytes.HasPrefix(head, []byte("\xff\xfe")) || bytes.HasPrefix(head, []byte("\xfe\xff")) {
		return decodeHead(head)
	}
	return bytes.TrimPrefix(head, utf8BOM)
}

// sniffRest names files that have no magic at the very beginning.
func sniffRest(head []byte) Format {
	first, _, _ := bytes.Cut(head, []byte("\n"))
	second, _, _ := bytes.Cut(bytes.TrimPrefix(head[len(first):], []byte("\n")), []byte("\n"))
	switch {
	case bytes.Contains(first, []byte("RINEX VERSION / TYPE")):
		return FormatRINEX
	case bytes.Equal(bytes.TrimSpace(first), []byte("0")) && bytes.Equal(bytes.TrimSpace(second), []byte("SECTION")),
		bytes.Equal(bytes.TrimSpace(first), []byte("999")): // a comment
		return FormatDXF
	case bytes.HasPrefix(head, []byte{0xb5, 0x62}):
		return FormatUBX
	case head[0] == 0xd3 && len(head) > 1 && head[1]&0xfc == 0:
		return FormatRTCM
	}
	return ""
}

// looksUTF16 sees UTF-16 without its mark: every other byte of plain text is
// then zero.
func looksUTF16(head []byte) bool {
	head = head[:min(len(head), 64)&^1]
	if len(head) < 4 {
		return false
	}
	even, odd := 0, 0
	for i := 0; i < len(head); i += 2 {
		if head[i] == 0 {
			even++
		}
		if head[i+1] == 0 {
			odd++
		}
	}
	half := len(head) / 2
	return (even == 0 && odd > half*3/4) || (odd == 0 && even > half*3/4)
}

// sniffXML finds the root element behind declarations and comments; one that
// lies beyond the head is left to the reader of GPX to judge. A document type
// is a finding of its own: nothing behind it is looked at.
func sniffXML(body []byte) Format {
	for {
		body = bytes.TrimLeft(body, " \t\r\n")
		var end string
		switch {
		case bytes.HasPrefix(body, []byte("<?")):
			end = "?>"
		case bytes.HasPrefix(body, []byte("<!--")):
			end = "-->"
		case bytes.HasPrefix(body, []byte("<!")):
			if bytes.HasPrefix(bytes.ToLower(body[:min(len(body), 15)]), []byte("<!doctype html")) {
				return FormatHTML
			}
			return FormatDoctype
		default:
			return formatOfRoot(rootName(body))
		}
		_, rest, found := bytes.Cut(body, []byte(end))
		if !found {
			return FormatGPX
		}
		body = rest
	}
}

// rootName returns the local name of the element that body begins with.
func rootName(body []byte) string {
	if len(body) == 0 || body[0] != '<' {
		return ""
	}
	name := body[1:min(len(body), 128)]
	if i := bytes.IndexAny(name, " \t\r\n/>"); i >= 0 {
		name = name[:i]
	}
	if i := bytes.IndexByte(name, ':'); i >= 0 {
		name = name[i+1:]
	}
	return string(name)
}

func formatOfRoot(name string) Format {
	switch name {
	case "gpx":
		return FormatGPX
	case "kml":
		return FormatKML
	case "VRTDataset", "OGRVRTDataSource":
		return FormatVRT
	case "html", "HTML":
		return FormatHTML
	}
	return FormatXML
}

// sniffJSON takes any object for GeoJSON that does not plainly say otherwise,
// since its type may stand behind megabytes of coordinates; the reader then
// says what is missing.
func sniffJSON(body []byte) Format {
	if body[0] == '[' {
		return FormatJSON
	}
	for _, word := range []string{`"Topology"`, `"Tileset"`} {
		if bytes.Contains(body[:min(len(body), 512)], []byte(word)) {
			return FormatJSON
		}
	}
	return FormatGeoJSON
}

// hasNMEA finds the beginning of a position, time or quality sentence anywhere,
// since loggers mix comments and binary messages in.
func hasNMEA(head []byte) bool {
	for {
		i := bytes.IndexByte(head, '$')
		if i < 0 {
			return false
		}
		head = head[i+1:]
		if isSentence(head) {
			return true
		}
	}
}

// isSentence says whether head, behind a '$', is a talker and a type of
// sentence that a GNSS receiver writes.
func isSentence(head []byte) bool {
	if len(head) < 6 || head[5] != ',' || !isUpper(head[0]) || !isUpper(head[1]) {
		return false
	}
	switch string(head[2:5]) {
	case "GGA", "RMC", "ZDA", "GST", "GSA", "GNS", "GLL", "VTG", "GSV":
		return true
	}
	return false
}

func isUpper(c byte) bool { return c >= 'A' && c <= 'Z' }

// looksPos says whether the head has the column header of RTKLIB, or begins
// with a line in its form: two fields of time, then at least four numbers.
func looksPos(body []byte) bool {
	for len(body) > 0 {
		line, rest, _ := bytes.Cut(body, []byte("\n"))
		body = rest
		line = bytes.TrimSpace(line)
		if len(line) == 0 {
			continue
		}
		if line[0] != '%' {
			return looksPosLine(line)
		}
		if _, ok := parsePosHeader(line); ok || bytes.HasPrefix(line, []byte("% program")) {
			return true
		}
	}
	return false
}

func looksPosLine(line []byte) bool {
	if !utf8.Valid(line) || len(line) > 1024 {
		return false
	}
	fields := splitPos(line, nil)
	if len(fields) < 6 {
		return false
	}
	if _, err := parsePosTime(fields[0], fields[1], scaleUTC); err != nil {
		return false
	}
	for _, f := range fields[2:6] {
		if _, err := number(f); err != nil {
			return false
		}
	}
	return true
}
