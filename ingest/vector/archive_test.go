package vector_test

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/airbusgeo/godal"

	"jieshi/ingest/vector"
)

// entry is one file of an archive.
type entry struct {
	name    string
	content []byte
	mode    fs.FileMode
	flags   uint16
}

func archived(t testing.TB, entries ...entry) string {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, e := range entries {
		h := &zip.FileHeader{Name: e.name, Method: zip.Deflate, Flags: e.flags}
		if e.mode != 0 {
			h.SetMode(e.mode)
		}
		w, err := z.CreateHeader(h)
		must(t, err)
		_, err = w.Write(e.content)
		must(t, err)
	}
	must(t, z.Close())
	return written(t, "a.zip", b.Bytes())
}

// parts are the files of a small Shapefile, under another name.
func parts(t testing.TB, stem string) []entry {
	t.Helper()
	shp := ogrFile(t, godal.Shapefile, "s.shp", 4545, table{name: "s", geometry: godal.GTPolygon, shapes: two})
	var entries []entry
	for _, ext := range []string{".shp", ".shx", ".dbf", ".prj"} {
		b, err := os.ReadFile(strings.TrimSuffix(shp, ".shp") + ext)
		must(t, err)
		entries = append(entries, entry{name: stem + ext, content: b})
	}
	return entries
}

// zipped packs a folder.
func zipped(t testing.TB, dir string) string {
	t.Helper()
	var entries []entry
	files, err := os.ReadDir(dir)
	must(t, err)
	for _, f := range files {
		b, err := os.ReadFile(filepath.Join(dir, f.Name()))
		must(t, err)
		entries = append(entries, entry{name: f.Name(), content: b})
	}
	return archived(t, entries...)
}

func TestArchivesThatBreakARuleAreNotUnpacked(t *testing.T) {
	good := parts(t, "parcels")
	with := func(more ...entry) string { return archived(t, append(append([]entry{}, good...), more...)...) }
	readme := []byte("read me")
	many := make([]entry, 201)
	for i := range many {
		many[i] = entry{name: strings.Repeat("x", i+1), content: readme}
	}
	huge := append(append([]entry{}, good[1:]...), entry{name: "parcels.shp", content: make([]byte, 200<<20)})
	for name, c := range map[string]struct {
		path  string
		code  string
		where string
	}{
		"a parent folder":         {with(entry{name: "../evil.txt", content: readme}), vector.CodeArchiveUnsafe, "parent folder"},
		"a parent folder inside":  {with(entry{name: "a/../../evil.txt", content: readme}), vector.CodeArchiveUnsafe, "parent folder"},
		"an absolute path":        {with(entry{name: "/etc/evil", content: readme}), vector.CodeArchiveUnsafe, "absolute"},
		"a backslash":             {with(entry{name: `a\b.txt`, content: readme}), vector.CodeArchiveUnsafe, "backslash"},
		"a drive letter":          {with(entry{name: "C:evil.txt", content: readme}), vector.CodeArchiveUnsafe, "drive letter"},
		"a link":                  {with(entry{name: "link.txt", content: []byte("/etc/passwd"), mode: fs.ModeSymlink | 0o777}), vector.CodeArchiveUnsafe, "link"},
		"a repeated name":         {with(entry{name: "PARCELS.SHP", content: readme}), vector.CodeArchiveUnsafe, "repeated"},
		"an archive inside":       {with(entry{name: "more.ZIP", content: readme}), vector.CodeArchiveUnsafe, "archive"},
		"a control character":     {with(entry{name: "a\nb.txt", content: readme}), vector.CodeArchiveUnsafe, "name"},
		"201 entries":             {archived(t, many...), vector.CodeArchiveUnsafe, "201"},
		"a password":              {with(entry{name: "locked.shp", content: readme, flags: 1}), vector.CodeArchiveEncrypted, "locked.shp"},
		"no Shapefile":            {archived(t, entry{name: "a.gpkg", content: readme}), vector.CodeNoShapefile, ""},
		"an empty archive":        {archived(t), vector.CodeNoShapefile, ""},
		"a .shp without its .shx": {archived(t, good[0], good[2], good[3]), vector.CodeShapefileIncomplete, ".shx"},
		"200 MB of zeros":         {archived(t, huge...), vector.CodeArchiveTooLarge, ""},
		"a directory cut off":     {cut(t, with(), 10), vector.CodeTruncated, "zip"},
		"two Shapefiles":          {archived(t, append(parts(t, "b/forest"), parts(t, "a/parcels")...)...), vector.CodeLayerChoose, "parcels, forest"},
		"two of one name":         {archived(t, append(parts(t, "2010/parcels"), parts(t, "2026/parcels")...)...), vector.CodeLayerChoose, "2010/parcels, 2026/parcels"},
	} {
		t.Run(name, func(t *testing.T) {
			_, _, err := read(t, c.path, vector.ReadOptions{})
			refusedAs(t, err, c.code, c.where)
		})
	}
}

func TestWhatElseLiesInAnArchiveDoesNotMatter(t *testing.T) {
	path := archived(t, append(parts(t, "数据/宗地"),
		entry{name: "数据/", mode: fs.ModeDir | 0o755},
		entry{name: "数据/宗地.sbn", content: []byte("an index that lies")},
		entry{name: "数据/说明.txt", content: []byte("说明")},
		entry{name: "__MACOSX/数据/._宗地.shp", content: []byte("resource fork")})...)
	r, grounds := mustRead(t, path, vector.ReadOptions{})
	if r.Layer.Name != "宗地" || len(grounds) != 2 {
		t.Errorf("layer %q with %d features, want 宗地 with 2", r.Layer.Name, len(grounds))
	}
}

func TestNamesWrittenByChineseWindowsAreRead(t *testing.T) {
	gbk := "\xd7\xda\xb5\xd8" // 宗地
	r, _ := mustRead(t, archived(t, append(parts(t, gbk), parts(t, "other")...)...), vector.ReadOptions{Layer: "宗地"})
	if r.Layer.Name != "宗地" {
		t.Errorf("layer %q, want 宗地", r.Layer.Name)
	}
}

// The sizes in an archive are only said. Here 100 MB of zeros say that they are
// 1000 bytes, in the directory at the end as well as at the entry.
func TestSizesThatAnArchiveStatesAreNotBelieved(t *testing.T) {
	path := archived(t, append(parts(t, "p")[1:], entry{name: "p.shp", content: make([]byte, 100<<20)})...)
	b, err := os.ReadFile(path)
	must(t, err)
	var size [4]byte
	binary.LittleEndian.PutUint32(size[:], 100<<20)
	small := []byte{0xe8, 3, 0, 0}
	if n := bytes.Count(b, size[:]); n < 2 {
		t.Fatalf("the size stands in the archive %d times", n)
	}
	_, _, err = read(t, written(t, "liar.zip", bytes.ReplaceAll(b, size[:], small)), vector.ReadOptions{})
	refusedAs(t, err, vector.CodeUnreadable, "")
}
