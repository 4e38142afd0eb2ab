// Package archive opens zip files of strangers by rules that hold whatever is in
// them: every entry is looked at before the first is read, sizes are those that
// really come out, and nothing is ever written under a name from inside.
//
//	a, err := archive.Open(f, size, archive.Limits{Entries: 200})
//	for _, e := range a.Entries { r, err := a.Reader(ctx, e); … }
//
// Bad input is an [*ingest.Refusal]. What the entries mean is for the caller.
package archive

import (
	"archive/zip"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/unicode/norm"

	"jieshi/ingest"
)

// The codes of the refusals of this package. They never change.
const (
	CodeUnsafe     = "archive_unsafe"
	CodeEncrypted  = "archive_encrypted"
	CodeTooLarge   = "archive_too_large"
	CodeTruncated  = "truncated"
	CodeUnreadable = "unreadable"
)

// Limits bound one archive. The zero value of a field stands for its default.
type Limits struct {
	Entries int   // folders included; default 200
	Ratio   int64 // how many times its size it may unpack to, once that is more than Free; default 100
	Free    int64 // bytes that any archive may unpack to: tables of short names compress very well; default 64 MiB
	Bytes   int64 // bytes that it may unpack to in any case; default 64 GiB
}

func (l Limits) orDefault() Limits {
	if l.Entries <= 0 {
		l.Entries = 200
	}
	if l.Ratio <= 0 {
		l.Ratio = 100
	}
	if l.Free <= 0 {
		l.Free = 64 << 20
	}
	if l.Bytes <= 0 {
		l.Bytes = 64 << 30
	}
	return l
}

// An Archive is a zip file of which every entry keeps the rules. Its readers share
// one budget of bytes, so it is for one goroutine.
type Archive struct {
	Entries []*Entry // files only, in the order of the directory

	allowed  int64
	inflated int64
}

// An Entry is one file in the archive.
type Entry struct {
	// Name is in UTF-8 and composed (NFC), with slashes. Chinese Windows writes
	// GBK and does not say so. It is to be shown and told apart, never to be
	// used as a path.
	Name string
	Size int64 // as the directory says, which may be a lie
	// Hidden is what an operating system adds beside the files of a person.
	Hidden bool

	file *zip.File
}

// Ext is the ending of the name in lower case, with its dot.
func (e *Entry) Ext() string { return strings.ToLower(path.Ext(e.Name)) }

// Base is the last part of the name.
func (e *Entry) Base() string { return path.Base(e.Name) }

// nested are the endings of archives, of which none may lie in another.
var nested = []string{".zip", ".kmz", ".rar", ".7z", ".gz", ".tgz", ".tar", ".bz2", ".xz", ".zst"}

// Open reads the directory of the archive in f. An entry that breaks a rule
// refuses the archive, even if nobody would unpack it: links and devices, parent
// folders, absolute paths, drive letters, backslashes, names that cannot be read
// or come twice (whatever their case), archives in the archive, passwords, too
// many entries, entries that share bytes (the bombs that pack one heap of zeros
// for many files).
func Open(f io.ReaderAt, size int64, l Limits) (*Archive, error) {
	l = l.orDefault()
	z, err := zip.NewReader(f, size)
	if fault := (*os.PathError)(nil); errors.As(err, &fault) {
		return nil, fmt.Errorf("archive: %w", err)
	}
	if err != nil {
		return nil, refuse(CodeTruncated, "zip")
	}
	if len(z.File) > l.Entries {
		return nil, refuse(CodeUnsafe, fmt.Sprintf("%d > %d entries", len(z.File), l.Entries))
	}
	a := &Archive{allowed: min(l.Bytes, max(l.Free, l.Ratio*size))}
	seen := map[string]bool{}
	var spans spans
	for _, file := range z.File {
		name := nameOf(file)
		if why := breach(file, name); why != "" {
			return nil, refuse(CodeUnsafe, why+": "+plain(name))
		}
		if seen[strings.ToLower(name)] {
			return nil, refuse(CodeUnsafe, "repeated name: "+plain(name))
		}
		seen[strings.ToLower(name)] = true
		if file.Mode().IsDir() {
			continue
		}
		if file.Flags&1 != 0 {
			return nil, refuse(CodeEncrypted, plain(name))
		}
		if !spans.add(file) {
			return nil, refuse(CodeUnsafe, "overlapping entries: "+plain(name))
		}
		a.Entries = append(a.Entries, &Entry{Name: name, Size: int64(min(file.UncompressedSize64, 1<<62)), Hidden: hidden(name), file: file}) //nolint:gosec // bounded
	}
	return a, nil
}

func nameOf(file *zip.File) string {
	name := file.Name
	if !utf8.ValidString(name) {
		decoded, err := simplifiedchinese.GB18030.NewDecoder().String(name)
		if err != nil {
			return name
		}
		name = decoded
	}
	return norm.NFC.String(name)
}

// spans are the parts of an archive that its entries have taken so far.
type spans [][2]int64

// add reports whether the bytes of an entry are its own. One whose place cannot
// be found is left to who reads it.
func (s *spans) add(file *zip.File) bool {
	from, err := file.DataOffset()
	if err != nil {
		return true
	}
	to := from + int64(min(file.CompressedSize64, 1<<62)) //nolint:gosec // bounded
	for _, other := range *s {
		if from < other[1] && other[0] < to {
			return false
		}
	}
	*s = append(*s, [2]int64{from, to})
	return true
}

// breach says which rule an entry breaks, or nothing.
func breach(file *zip.File, name string) string {
	mode := file.Mode()
	switch {
	case !utf8.ValidString(name), strings.ContainsRune(name, utf8.RuneError), strings.ContainsFunc(name, unicode.IsControl):
		return "name not readable"
	case strings.Contains(name, `\`):
		return "backslash"
	case strings.HasPrefix(name, "/"):
		return "absolute path"
	case len(name) > 1 && name[1] == ':':
		return "drive letter"
	case slices.Contains(strings.Split(name, "/"), ".."):
		return "parent folder"
	case !mode.IsDir() && !mode.IsRegular():
		return "link or device"
	case slices.Contains(nested, strings.ToLower(path.Ext(name))):
		return "archive in the archive"
	}
	return ""
}

// hidden reports whether a file is the Finder's, Windows's or a version of its own kind.
func hidden(name string) bool {
	base := path.Base(name)
	return strings.HasPrefix(name, "__MACOSX/") || strings.HasPrefix(base, ".") || strings.EqualFold(base, "Thumbs.db") || strings.EqualFold(base, "desktop.ini")
}

// Reader unpacks one entry. Its errors are refusals of the archive
// ([CodeTooLarge] once all readers together gave more than is allowed), that of
// ctx, or those of the disk that it lies on, wrapped.
func (a *Archive) Reader(ctx context.Context, e *Entry) (io.ReadCloser, error) {
	r, err := e.file.Open()
	if err != nil {
		return nil, a.fault(ctx, e, err)
	}
	return &reader{ReadCloser: r, ctx: ctx, a: a, e: e}, nil
}

type reader struct {
	io.ReadCloser
	ctx context.Context //nolint:containedctx // of the one entry that is read
	a   *Archive
	e   *Entry
}

func (r *reader) Read(p []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, fmt.Errorf("archive: %w", err)
	}
	n, err := r.ReadCloser.Read(p)
	if r.a.inflated += int64(n); r.a.inflated > r.a.allowed {
		return 0, refuse(CodeTooLarge, fmt.Sprintf("> %d bytes", r.a.allowed))
	}
	if err != nil && !errors.Is(err, io.EOF) {
		err = r.a.fault(r.ctx, r.e, err)
	}
	return n, err
}

// fault tells a fault of our disk from one of the archive.
func (a *Archive) fault(ctx context.Context, e *Entry, err error) error {
	fault := (*fs.PathError)(nil)
	switch {
	case ctx.Err() != nil:
		return fmt.Errorf("archive: %w", ctx.Err())
	case errors.As(err, &fault):
		return fmt.Errorf("archive: %w", err)
	case errors.Is(err, io.ErrUnexpectedEOF):
		return refuse(CodeTruncated, plain(e.Name))
	}
	return refuse(CodeUnreadable, plain(e.Name)) // checksum, method, flate.CorruptInputError and its kind
}

var phrase = map[string][2]ingest.Text{
	CodeUnsafe: {
		{ZH: "压缩包内容不符合安全规则，未解压。", EN: "The archive breaks a rule of safety and was not unpacked."},
		{ZH: "请重新打包：只放需要的文件，不含链接、上级路径、重复名称或嵌套压缩包。", EN: "Zip it again: only the files that are needed, without links, parent folders, repeated names or archives in the archive."},
	},
	CodeEncrypted: {
		{ZH: "压缩包有密码。", EN: "The archive is locked by a password."},
		{ZH: "请不加密码重新打包。", EN: "Zip it again without a password."},
	},
	CodeTooLarge: {
		{ZH: "压缩包展开后过大，已停止解压。", EN: "The archive unpacks to more than is allowed; unpacking was stopped."},
		{ZH: "请分成几个文件，或不压缩直接提供。", EN: "Split it, or bring the files without zipping."},
	},
	CodeTruncated: {
		{ZH: "压缩包不完整，后面的数据缺失。", EN: "The archive is cut off: data that it announces is missing."},
		{ZH: "请重新拷贝或重新打包，核对文件大小后再试。", EN: "Copy or zip it again and compare the size."},
	},
	CodeUnreadable: {
		{ZH: "压缩包中有文件损坏，无法解压。", EN: "A file in the archive is damaged and cannot be unpacked."},
		{ZH: "请重新打包后再试。", EN: "Zip it again and try once more."},
	},
}

func refuse(code, where string) *ingest.Refusal {
	w := phrase[code]
	return &ingest.Refusal{Code: code, Reason: w[0], Remedy: w[1], Where: where}
}

// plain makes a foreign name fit to be shown: printable, and at most 200 bytes.
func plain(s string) string {
	s = strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) && r != unicode.ReplacementChar {
			return r
		}
		return -1
	}, strings.ToValidUTF8(s, ""))
	if len(s) <= 200 {
		return s
	}
	return strings.ToValidUTF8(s[:200], "") + "…"
}
