package gnss

import (
	"encoding/json"
	"errors"
	"io"
	"strconv"
	"strings"

	"jieshi/ingest"
)

// A jsonGuard refuses any token longer than [maxToken] before the decoder
// keeps it whole, and remembers where lines end, so that an offset that the
// decoder names can be told as a line.
type jsonGuard struct {
	r        io.Reader
	inString bool
	escaped  bool
	run      int // bytes of the token, or of the blanks, in hand
	offset   int64
	line     int     // lines that end before the offset asked for last
	ends     []int64 // offsets of line ends; those from head on are not counted in line
	head     int
	err      error
}

func (g *jsonGuard) Read(p []byte) (int, error) {
	if g.err != nil {
		return 0, g.err
	}
	g.ends = g.ends[:copy(g.ends, g.ends[g.head:])]
	g.head = 0
	n, err := g.r.Read(p)
	for i, c := range p[:n] {
		if c == '\n' {
			g.ends = append(g.ends, g.offset+int64(i))
		}
		if g.structural(c) {
			g.run = 0
		} else if g.run++; g.run > maxToken {
			g.err = refuseTextTooLong(g.line + len(g.ends) - g.head + 1)
			return 0, g.err
		}
	}
	g.offset += int64(n)
	return n, err
}

// structural says whether c ends a token, and keeps track of strings.
func (g *jsonGuard) structural(c byte) bool {
	if g.inString {
		switch {
		case g.escaped:
			g.escaped = false
		case c == '\\':
			g.escaped = true
		case c == '"':
			g.inString = false
			return true
		}
		return false
	}
	switch c {
	case '"':
		g.inString = true
		return true
	case '[', ']', '{', '}', ',', ':':
		return true
	}
	return false
}

// lineAt returns the line, from 1, of an offset not before the last one asked.
func (g *jsonGuard) lineAt(offset int64) int {
	for g.head < len(g.ends) && g.ends[g.head] < offset {
		g.head++
		g.line++
	}
	if g.head == len(g.ends) {
		g.ends, g.head = g.ends[:0], 0
	}
	return g.line + 1
}

// A jsonReader walks through a JSON document without keeping it.
type jsonReader struct {
	dec   *json.Decoder
	guard *jsonGuard
	depth int
}

func newJSONReader(r io.Reader) *jsonReader {
	guard := &jsonGuard{r: &textGuard{r: r}}
	return &jsonReader{dec: json.NewDecoder(guard), guard: guard}
}

// line returns the line that the last token ends on.
func (j *jsonReader) line() int { return j.guard.lineAt(j.dec.InputOffset()) }

func (j *jsonReader) next() (json.Token, error) {
	token, err := j.dec.Token()
	if err != nil {
		return nil, j.fault(err)
	}
	j.line() // forget line ends as they are passed
	switch token {
	case json.Delim('{'), json.Delim('['):
		if j.depth++; j.depth > maxDepth {
			return nil, refuseTooDeep(j.line())
		}
	case json.Delim('}'), json.Delim(']'):
		j.depth--
	}
	return token, nil
}

// more says whether the array or object in hand has another element.
func (j *jsonReader) more() bool { return j.dec.More() }

// key returns the name of the next member.
func (j *jsonReader) key() (string, error) {
	token, err := j.next()
	if err != nil {
		return "", err
	}
	name, ok := token.(string)
	if !ok {
		return "", refuseJSON(j.line(), "")
	}
	return name, nil
}

// skipRest passes over the rest of the value that token begins.
func (j *jsonReader) skipRest(token json.Token) error {
	if token != json.Delim('{') && token != json.Delim('[') {
		return nil
	}
	for inside := j.depth; j.depth >= inside; {
		if _, err := j.next(); err != nil {
			return err
		}
	}
	return nil
}

func (j *jsonReader) skip() error {
	token, err := j.next()
	if err != nil {
		return err
	}
	return j.skipRest(token)
}

// text returns the next value if it is a string or a number, else "".
func (j *jsonReader) text() (string, error) {
	token, err := j.next()
	if err != nil {
		return "", err
	}
	switch v := token.(type) {
	case string:
		return v, nil
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64), nil
	}
	return "", j.skipRest(token)
}

// end makes sure that nothing follows the document.
func (j *jsonReader) end() error {
	_, err := j.dec.Token()
	if errors.Is(err, io.EOF) {
		return nil
	}
	if refusal := (*ingest.Refusal)(nil); errors.As(err, &refusal) {
		return refusal
	}
	return refuseJSON(j.line(), ": something follows the end of the document")
}

func (j *jsonReader) fault(err error) error {
	if refusal := (*ingest.Refusal)(nil); errors.As(err, &refusal) {
		return refusal
	}
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return refuseTruncated(j.line())
	}
	if syntax := (*json.SyntaxError)(nil); errors.As(err, &syntax) {
		if syntax.Error() == "unexpected end of JSON input" {
			return refuseTruncated(j.line())
		}
		return refuseJSON(j.guard.lineAt(syntax.Offset), ": "+excerpt(syntax.Error()))
	}
	if typed := (*json.UnmarshalTypeError)(nil); errors.As(err, &typed) && strings.HasPrefix(typed.Value, "number") {
		return refuse(CodeNotFinite, atLine(j.line()),
			text("有一个数字大得无法表示。", "A number is too large to be one."), text(remedyExportZH, remedyExportEN))
	}
	return err
}

func refuseJSON(line int, en string) *ingest.Refusal {
	return refuse(CodeJSON, atLine(line),
		text("JSON 不合语法。", "The JSON is not well formed"+en+"."), text(remedyExportZH, remedyExportEN))
}
