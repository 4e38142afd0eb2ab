package gnss

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/simplifiedchinese"
	utf16 "golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"

	"jieshi/ingest"
)

// An Encoding is how a file writes its characters.
type Encoding string

// The encodings that are read. UTF-16 needs its byte order mark. GB 18030
// contains GBK and GB 2312, which is what Chinese Windows writes.
const (
	EncodingUTF8    Encoding = "utf-8"
	EncodingUTF16LE Encoding = "utf-16le"
	EncodingUTF16BE Encoding = "utf-16be"
	EncodingGB18030 Encoding = "gb18030"
)

// A textReader gives any of the encodings as UTF-8 as the file streams by.
//
// UTF-16 shows at once. UTF-8 and GB 18030 are the same up to the first byte
// above 127; what follows there, as far as the buffer reaches, decides for the
// whole file: valid UTF-8 is UTF-8, else valid GB 18030 is that, else it stays
// UTF-8, so that the guard behind refuses it with its line. A lone character can
// be valid as both (山 in GBK is ɽ in UTF-8, ° in UTF-8 is 掳 in GBK) and is UTF-8
// then; a name of the trade is not. What the file declares about
// itself is not asked: editors change the bytes and leave the declaration.
type textReader struct {
	src      *bufio.Reader
	out      io.Reader // set once the encoding is known
	encoding Encoding
	line     int // line ends before the first character that is not ASCII
	err      error
}

// newTextReader starts behind a byte order mark.
func newTextReader(src *bufio.Reader) (*textReader, error) {
	t := &textReader{src: src, encoding: EncodingUTF8}
	head, err := src.Peek(len(utf8BOM))
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	skip := 0
	switch {
	case bytes.HasPrefix(head, utf8BOM):
		skip, t.out = len(utf8BOM), src
	case bytes.HasPrefix(head, []byte("\xff\xfe")):
		skip = 2
		t.decode(EncodingUTF16LE, utf16.UTF16(utf16.LittleEndian, utf16.IgnoreBOM))
	case bytes.HasPrefix(head, []byte("\xfe\xff")):
		skip = 2
		t.decode(EncodingUTF16BE, utf16.UTF16(utf16.BigEndian, utf16.IgnoreBOM))
	}
	_, err = src.Discard(skip)
	return t, err
}

func (t *textReader) decode(name Encoding, e encoding.Encoding) {
	t.encoding = name
	t.out = &decodeGuard{r: transform.NewReader(t.src, e.NewDecoder()), encoding: name, line: t.line}
}

func (t *textReader) Read(p []byte) (int, error) {
	if t.err != nil {
		return 0, t.err
	}
	if t.out != nil || len(p) == 0 {
		return t.read(p)
	}
	window, err := t.src.Peek(1)
	if len(window) == 0 {
		return 0, err
	}
	window, _ = t.src.Peek(t.src.Buffered())
	ascii := asciiPrefix(window)
	if ascii == 0 {
		window, _ = t.src.Peek(t.src.Size()) // as far as can be seen
		t.decide(window)
		return t.read(p)
	}
	n, err := t.src.Read(p[:min(len(p), ascii)])
	t.line += bytes.Count(p[:n], []byte("\n"))
	return n, err
}

func (t *textReader) read(p []byte) (int, error) {
	n, err := t.out.Read(p)
	if err != nil {
		t.err = err
	}
	return n, err
}

// decide looks at text whose first byte is not ASCII.
func (t *textReader) decide(window []byte) {
	if !utf8.Valid(wholeRunes(window)) && validGB18030(window) {
		t.decode(EncodingGB18030, simplifiedchinese.GB18030)
		return
	}
	t.out = t.src
}

// note tells every walk that the text was in another encoding, since a person
// chooses one of them.
func (t *textReader) note(walks []ingest.Walk) {
	if t.encoding == EncodingUTF8 {
		return
	}
	for i := range walks {
		walks[i].Notes = append(walks[i].Notes, ingest.Note{Code: noteEncoding, Text: "the text is " + string(t.encoding)})
	}
}

func asciiPrefix(b []byte) int {
	for i, c := range b {
		if c >= utf8.RuneSelf {
			return i
		}
	}
	return len(b)
}

// wholeRunes cuts an unfinished character off the end.
func wholeRunes(b []byte) []byte {
	for back := 1; back <= min(3, len(b)); back++ {
		if utf8.RuneStart(b[len(b)-back]) {
			if !utf8.FullRune(b[len(b)-back:]) {
				return b[:len(b)-back]
			}
			break
		}
	}
	return b
}

// validGB18030 says whether b can be GB 18030 that a person wrote: of one, two
// or four bytes each, without a NUL, and at least half of them from GB 2312, where the common
// characters are. UTF-8 with a single broken byte is not: most of it reads as
// UTF-8 still. The end of b may cut a character.
func validGB18030(b []byte) bool {
	double, common, quad := 0, 0, 0
	for rest := b; len(rest) > 0; {
		size := sizeGB18030(rest)
		switch {
		case size == 0:
			return false
		case size > len(rest): // cut
			rest = rest[len(rest):]
			continue
		case size == 2:
			double++
			if rest[0] >= 0xa1 && rest[0] <= 0xf7 && rest[1] >= 0xa1 {
				common++
			}
		case size == 4:
			quad++
		}
		rest = rest[size:]
	}
	return 2*common >= double && common > 0 && quad <= double/4 && !mostlyUTF8(b)
}

// sizeGB18030 returns how many bytes the first character of b has, which may be
// more than are there; 0 if it is none.
func sizeGB18030(b []byte) int {
	second := byte(0x40)
	if len(b) > 1 {
		second = b[1]
	}
	switch c := b[0]; {
	case c == 0 || c == 0x80 || c == 0xff:
		return 0
	case c < utf8.RuneSelf:
		return 1
	case second >= 0x40 && second != 0x7f && second != 0xff:
		return 2
	case second >= '0' && second <= '9' && (len(b) < 4 || (b[2] >= 0x81 && b[2] != 0xff && b[3] >= '0' && b[3] <= '9')):
		return 4
	}
	return 0
}

// mostlyUTF8 says whether more than half of what is not ASCII reads as
// characters of three bytes in UTF-8, which Chinese ones are. Of text in GBK a
// fiftieth does, by chance.
func mostlyUTF8(b []byte) bool {
	good, all := 0, 0
	for len(b) > 0 {
		r, size := utf8.DecodeRune(b)
		if size > 2 && unicode.IsGraphic(r) {
			good += size
		}
		if b[0] >= utf8.RuneSelf {
			all += size
		}
		b = b[size:]
	}
	return 2*good > all
}

// A decodeGuard refuses what a decoder could not read: it writes U+FFFD there,
// which no surveyor types.
type decodeGuard struct {
	r        io.Reader
	encoding Encoding
	line     int
	tail     [2]byte // the last bytes, where the mark may begin
	err      error
}

func (g *decodeGuard) Read(p []byte) (int, error) {
	if g.err != nil {
		return 0, g.err
	}
	n, err := g.r.Read(p)
	for i, c := range p[:n] {
		switch {
		case c == '\n':
			g.line++
		case c == 0xbd && g.tail == [2]byte{0xef, 0xbf}:
			g.err = refuseDamagedText(g.encoding, g.line+1)
			return max(0, i-2), g.err
		}
		g.tail[0], g.tail[1] = g.tail[1], c
	}
	return n, err
}

func refuseDamagedText(e Encoding, line int) *ingest.Refusal {
	return refuse(CodeEncoding, atLine(line),
		text("文件编码看来是 "+string(e)+"，但有无法读出的字符，文件可能已损坏。", "The text seems to be "+string(e)+", but some of it cannot be read: the file may be damaged."),
		text(remedyUTF8ZH, remedyUTF8EN))
}

// decodeHead returns the text at the beginning of a file in UTF-8, as well as
// it can be told, for [Sniff] to look at.
func decodeHead(head []byte) []byte {
	t, err := newTextReader(bufio.NewReaderSize(bytes.NewReader(head), max(16, len(head))))
	if err != nil {
		return head
	}
	out, _ := io.ReadAll(t) // the end may cut a character; what came before counts
	return out
}
