package gnss

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"jieshi/ingest"
)

// maxDepth bounds nesting: a decoder keeps every open element or array, so a
// file of nothing but openings would fill the memory.
const maxDepth = 64

// readLabels are the declarations of the encodings that [textReader] reads.
var readLabels = []string{"us-ascii", "gb2312", "gbk", "cp936", "gb18030", "utf-16", "utf-16le", "utf-16be"}

// An xmlReader walks through an XML document without keeping it.
type xmlReader struct {
	dec   *xml.Decoder
	depth int
	line  int // where the last token begins
}

// newXMLReader reads a document whose tokens are at most longest bytes.
func newXMLReader(r io.Reader, longest int) *xmlReader {
	dec := xml.NewDecoder(&xmlGuard{r: &textGuard{r: r}, longest: longest})
	x := &xmlReader{dec: dec}
	dec.CharsetReader = func(label string, input io.Reader) (io.Reader, error) {
		if slices.Contains(readLabels, strings.ToLower(label)) {
			return input, nil // the text was brought into UTF-8 before it came here
		}
		return nil, refuseEncoding(1, "文件声明的编码是“"+excerpt(label)+"”", "it is declared as "+excerpt(label))
	}
	return x
}

// next returns the next token, with io.EOF behind the last. Its bytes are valid
// until the next call.
func (x *xmlReader) next() (xml.Token, error) {
	x.line, _ = x.dec.InputPos()
	token, err := x.dec.Token()
	if err != nil {
		return nil, x.fault(err)
	}
	switch token.(type) {
	case xml.StartElement:
		if x.depth++; x.depth > maxDepth {
			return nil, refuseTooDeep(x.line)
		}
	case xml.EndElement:
		x.depth--
	case xml.Directive: // the guard refuses these before they come here
		return nil, refuseDoctype(x.line)
	}
	return token, nil
}

// document reads the root element, with read, and then to the end of the file,
// so that damage behind the last track is not passed over.
func (x *xmlReader) document(name string, read func(root xml.StartElement) error) error {
	root := false
	for {
		token, err := x.next()
		if errors.Is(err, io.EOF) {
			if !root {
				return refuseTruncated(x.line)
			}
			return nil
		}
		if err != nil {
			return err
		}
		start, ok := token.(xml.StartElement)
		if !ok {
			continue
		}
		if root || start.Name.Local != name {
			return refuseXML(x.line, "，根元素应为唯一的 "+name, ": the root should be a single "+name+" element")
		}
		root = true
		if err := read(start); err != nil {
			return err
		}
	}
}

// children calls each for the start of every child of the element whose start
// was read last; each must read that child to its end.
func (x *xmlReader) children(each func(xml.StartElement) error) error {
	for inside := x.depth; x.depth >= inside; {
		token, err := x.next()
		if err != nil {
			return unexpectedEnd(err, x.line)
		}
		if start, ok := token.(xml.StartElement); ok {
			if err := each(start); err != nil {
				return err
			}
		}
	}
	return nil
}

// data calls each with the pieces of the text of the element whose start was
// read last, as they come, and the line that each begins on.
func (x *xmlReader) data(each func(piece []byte, line int) error) error {
	for inside := x.depth; x.depth >= inside; {
		token, err := x.next()
		if err != nil {
			return unexpectedEnd(err, x.line)
		}
		if piece, ok := token.(xml.CharData); ok && x.depth == inside {
			if err := each(piece, x.line); err != nil {
				return err
			}
		}
	}
	return nil
}

// skip passes over the element whose start was read last.
func (x *xmlReader) skip() error {
	for inside := x.depth; x.depth >= inside; {
		if _, err := x.next(); err != nil {
			return unexpectedEnd(err, x.line)
		}
	}
	return nil
}

// text returns the text of the element whose start was read last, without that
// of elements in it, trimmed, and cut to what any value of GPX can need.
func (x *xmlReader) text() (string, error) {
	var short [64]byte
	buf := short[:0]
	for inside := x.depth; x.depth >= inside; {
		token, err := x.next()
		if err != nil {
			return "", unexpectedEnd(err, x.line)
		}
		if data, ok := token.(xml.CharData); ok && x.depth == inside {
			buf = append(buf, data[:min(len(data), maxText-len(buf))]...)
		}
	}
	return strings.TrimSpace(string(buf)), nil
}

// maxText is more than the longest name that is shown anywhere.
const maxText = 1024

func (x *xmlReader) fault(err error) error {
	if refusal := (*ingest.Refusal)(nil); errors.As(err, &refusal) {
		return refusal
	}
	syntax := (*xml.SyntaxError)(nil)
	if !errors.As(err, &syntax) {
		return err
	}
	if syntax.Msg == "unexpected EOF" {
		return refuseTruncated(syntax.Line)
	}
	return refuseXML(syntax.Line, fmt.Sprintf("（%s）", excerpt(syntax.Msg)), ": "+excerpt(syntax.Msg))
}

// unexpectedEnd makes the end of the file within an element a refusal.
func unexpectedEnd(err error, line int) error {
	if errors.Is(err, io.EOF) {
		return refuseTruncated(line)
	}
	return err
}

func refuseXML(line int, zh, en string) *ingest.Refusal {
	return refuse(CodeXML, atLine(line),
		text("XML 不合语法"+zh+"。", "The XML is not well formed"+en+"."),
		text(remedyExportZH, remedyExportEN))
}

func refuseTooDeep(line int) *ingest.Refusal {
	return refuse(CodeTooDeep, atLine(line),
		text(fmt.Sprintf("内容嵌套超过 %d 层，不合常理。", maxDepth), fmt.Sprintf("The content is nested more than %d deep.", maxDepth)),
		text(remedyExportZH, remedyExportEN))
}
