package bundle

import (
	"archive/zip"
	"bytes"
	"cmp"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"slices"
	"strings"
	"time"

	"jieshi/mediation"
)

// The names that RFC 8493 gives to tag files.
const (
	bagitFile    = "bagit.txt"
	infoFile     = "bag-info.txt"
	manifestFile = "manifest-sha256.txt"
	tagFile      = "tagmanifest-sha256.txt"
	payload      = "data/"
)

const bagitText = "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"

// A sink takes the files of a bag, one after the other.
type sink interface {
	create(name string) (io.WriteCloser, error)
}

// A folder is a bag on disk.
type folder struct{ root *os.Root }

func (f *folder) create(name string) (io.WriteCloser, error) {
	if err := f.root.MkdirAll(path.Dir(name), 0o755); err != nil {
		return nil, err
	}
	return f.root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
}

// A zipped is a bag in a zip file.
type zipped struct {
	zip  *zip.Writer
	base string
	at   time.Time
}

func (z *zipped) create(name string) (io.WriteCloser, error) {
	header := &zip.FileHeader{Name: z.base + name, Method: zip.Deflate, Modified: z.at.UTC()}
	if strings.HasPrefix(name, payload+"originals/") {
		header.Method = zip.Store // pictures are compressed already
	}
	header.SetMode(0o644)
	w, err := z.zip.CreateHeader(header)
	return nopCloser{w}, err
}

type nopCloser struct{ io.Writer }

func (nopCloser) Close() error { return nil }

// An entry is one file of a bag.
type entry struct {
	name string
	sum  mediation.Hash
	size int64
}

// A bagWriter hashes files on their way to a sink.
type bagWriter struct {
	sink    sink
	payload []entry
	tags    []entry
}

// add writes a payload file from r; name is below data/.
func (b *bagWriter) add(name string, r io.Reader) (entry, error) {
	e, err := b.copy(payload+name, r)
	if err == nil {
		b.payload = append(b.payload, e)
	}
	return e, err
}

func (b *bagWriter) addBytes(name string, content []byte) error {
	_, err := b.add(name, bytes.NewReader(content))
	return err
}

func (b *bagWriter) tag(name, content string) error {
	e, err := b.copy(name, strings.NewReader(content))
	b.tags = append(b.tags, e)
	return err
}

func (b *bagWriter) copy(name string, r io.Reader) (e entry, err error) {
	w, err := b.sink.create(name)
	if err != nil {
		return e, fmt.Errorf("%s: %w", name, err)
	}
	defer func() { err = errors.Join(err, w.Close()) }()
	sum := sha256.New()
	e.name = name
	if e.size, err = io.Copy(io.MultiWriter(w, sum), r); err != nil {
		return e, fmt.Errorf("%s: %w", name, err)
	}
	sum.Sum(e.sum[:0])
	return e, nil
}

// finish writes the tag files, the manifest of them last.
func (b *bagWriter) finish(info string) error {
	for _, f := range [][2]string{{bagitFile, bagitText}, {infoFile, info}, {manifestFile, manifest(b.payload)}} {
		if err := b.tag(f[0], f[1]); err != nil {
			return err
		}
	}
	_, err := b.copy(tagFile, strings.NewReader(manifest(b.tags)))
	return err
}

// manifest lists entries by name in the form that sha256sum -c reads. Names of
// ours hold nothing that RFC 8493 would have percent-encoded.
func manifest(entries []entry) string {
	entries = slices.Clone(entries)
	slices.SortFunc(entries, func(a, b entry) int { return cmp.Compare(a.name, b.name) })
	var out strings.Builder
	for _, e := range entries {
		fmt.Fprintf(&out, "%s  %s\n", e.sum, e.name)
	}
	return out.String()
}

// oxum is the number of bytes and files of the payload (RFC 8493, section 2.2.2).
func oxum(entries []entry) string {
	var size int64
	for _, e := range entries {
		size += e.size
	}
	return fmt.Sprintf("%d.%d", size, len(entries))
}

func bagInfo(b *bagWriter, src *source, o Options) string {
	var out strings.Builder
	for _, line := range [][2]string{
		{"Bag-Software-Agent", o.Software},
		{"Bagging-Date", o.MadeAt.UTC().Format(time.DateOnly)},
		{"External-Identifier", src.Case.Number},
		{"External-Description", src.Case.Title},
		{"Payload-Oxum", oxum(b.payload)},
		{"Jieshi-Chain-Head", src.head().String()},
		{"Jieshi-Run-SHA256", src.document.sum.String()},
	} {
		fmt.Fprintf(&out, "%s: %s\n", line[0], oneLine(line[1]))
	}
	return out.String()
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }
