package gnss

import (
	"bytes"
	"io"
	"unicode/utf8"

	"jieshi/ingest"
)

// maxToken is the longest name, text, comment or number that a decoder is
// handed. Decoders keep a token whole, so this bounds their memory.
const maxToken = 1 << 20

// A textGuard passes UTF-8 on and refuses anything else, with the line: the
// decoders of the standard library would mend it silently (JSON) or say so
// without a place.
type textGuard struct {
	r     io.Reader
	line  int    // line ends passed on
	carry []byte // an unfinished character at the end of the last read
	err   error
}

func (g *textGuard) Read(p []byte) (int, error) {
	if g.err != nil {
		return 0, g.err
	}
	n, err := g.r.Read(p)
	if bad := g.check(p[:n]); bad != nil {
		g.err = bad
		return 0, bad
	}
	if err == io.EOF && len(g.carry) > 0 { //nolint:errorlint // readers return io.EOF itself
		err = refuseTruncated(g.line + 1)
	}
	if err != nil {
		g.err = err
	}
	return n, err
}

func (g *textGuard) check(b []byte) error {
	if i := bytes.IndexByte(b, 0); i >= 0 {
		return refuseNUL(g.line + 1 + bytes.Count(b[:i], []byte("\n")))
	}
	rest := b
	if len(g.carry) > 0 {
		k := 0
		for k < len(rest) && !utf8.FullRune(g.carry) {
			g.carry = append(g.carry, rest[k])
			k++
		}
		if !utf8.FullRune(g.carry) {
			return nil
		}
		if !utf8.Valid(g.carry) {
			return refuseEncoding(g.line+1, seenBytesZH, seenBytesEN)
		}
		g.carry = g.carry[:0]
		rest = rest[k:]
	}
	tail := len(rest)
	for back := 1; back <= min(3, len(rest)); back++ { // an unfinished character is at most three bytes long
		if c := rest[len(rest)-back]; utf8.RuneStart(c) {
			if !utf8.FullRune(rest[len(rest)-back:]) {
				tail = len(rest) - back
			}
			break
		}
	}
	if !utf8.Valid(rest[:tail]) {
		return refuseEncoding(g.line+1+linesBeforeFault(rest[:tail]), seenBytesZH, seenBytesEN)
	}
	g.carry = append(g.carry, rest[tail:]...)
	g.line += bytes.Count(b, []byte("\n"))
	return nil
}

const (
	seenBytesZH = "有不属于 UTF-8 的字节，可能是 GBK（GB 18030）"
	seenBytesEN = "some bytes are not; it may be GBK (GB 18030)"
)

func linesBeforeFault(b []byte) int {
	lines := 0
	for len(b) > 0 {
		r, size := utf8.DecodeRune(b)
		if r == utf8.RuneError && size == 1 {
			break
		}
		if r == '\n' {
			lines++
		}
		b = b[size:]
	}
	return lines
}

// An xmlGuard refuses a document type before the decoder sees it, wherever it
// stands, and any token longer than it may be.
type xmlGuard struct {
	r       io.Reader
	longest int
	state   xmlState
	run     int // bytes of the token in hand
	last    [2]byte
	line    int
	err     error
}

type xmlState int

const (
	xmlOutside     xmlState = iota // text, or within a tag
	xmlOpened                      // behind <
	xmlDeclared                    // behind <!
	xmlComment                     // behind <!-
	xmlCDATA                       // behind <![
	xmlInstruction                 // behind <?
)

// xmlEnds are the last bytes of the states that have an end of their own.
var xmlEnds = map[xmlState]string{xmlComment: "-->", xmlCDATA: "]]>", xmlInstruction: "?>"}

func (g *xmlGuard) Read(p []byte) (int, error) {
	if g.err != nil {
		return 0, g.err
	}
	n, err := g.r.Read(p)
	if bad := g.check(p[:n]); bad != nil {
		g.err = bad
		return 0, bad
	}
	return n, err
}

func (g *xmlGuard) check(b []byte) *ingest.Refusal {
	for i := 0; i < len(b); i++ {
		if g.state == xmlOutside { // the common case, by the vector
			skip := bytes.IndexByte(b[i:], '<')
			if skip < 0 {
				skip = len(b) - i
			}
			g.line += bytes.Count(b[i:i+skip], []byte("\n"))
			if g.run += skip; g.run > g.longest {
				return refuseTextTooLong(g.line + 1)
			}
			if i += skip; i < len(b) {
				g.state, g.run = xmlOpened, 0
			}
			continue
		}
		if refusal := g.step(b[i]); refusal != nil {
			return refusal
		}
	}
	return nil
}

// step takes one byte in any state but xmlOutside.
func (g *xmlGuard) step(c byte) *ingest.Refusal {
	if c == '\n' {
		g.line++
	}
	if g.run++; g.run > g.longest {
		return refuseTextTooLong(g.line + 1)
	}
	switch g.state {
	case xmlOutside:
	case xmlOpened:
		switch c {
		case '!':
			g.state = xmlDeclared
		case '?':
			g.state, g.last = xmlInstruction, [2]byte{}
		case '<':
			g.run = 0
		default:
			g.state = xmlOutside
		}
	case xmlDeclared:
		switch c {
		case '-':
			g.state, g.last = xmlComment, [2]byte{}
		case '[':
			g.state, g.last = xmlCDATA, [2]byte{}
		default:
			return refuseDoctype(g.line + 1)
		}
	case xmlComment, xmlCDATA, xmlInstruction:
		end := xmlEnds[g.state]
		before := g.last[3-len(end):]
		if c == '>' && string(before) == end[:len(end)-1] {
			g.state, g.run = xmlOutside, 0
		}
		g.last[0], g.last[1] = g.last[1], c
	}
	return nil
}

func refuseTextTooLong(line int) *ingest.Refusal {
	return refuse(CodeTextTooLong, atLine(line),
		text("有一段文字、注释或数字长得不合常理。", "One text, comment or number is absurdly long."),
		text(remedyExportZH, remedyExportEN))
}
