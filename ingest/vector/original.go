package vector

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/sys/unix"
)

// A format is what a file is, by its content.
type format struct {
	driver string // of GDAL; empty for an archive
	name   string // of the private copy; the name outside is never shown to GDAL
	open   string // by which the child opens it, if not by its name
}

var (
	zipArchive = format{name: "original.zip"}
	shapefile  = format{driver: "ESRI Shapefile", name: "original.shp"}
	// An absolute name is left alone by GDAL's file system for SQLite, and the
	// kernel goes to the folder without walking there.
	geoPackage = format{driver: "GPKG", name: "original.gpkg", open: "/proc/self/cwd/original.gpkg"}
	geoJSON    = format{driver: "GeoJSON", name: "original.geojson"}
	flatGeobuf = format{driver: "FlatGeobuf", name: "original.fgb"}
)

// sniff tells the format by the first bytes, or refuses.
func sniff(head []byte) (format, error) {
	if len(head) == 0 {
		return format{}, refuse(CodeEmptyFile, "")
	}
	has := func(magic string) bool { return bytes.HasPrefix(head, []byte(magic)) }
	switch {
	case has("PK\x03\x04"), has("PK\x05\x06"):
		return zipArchive, nil
	case has("\x00\x00\x27\x0a"):
		return shapefile, nil
	case has("SQLite format 3\x00"):
		return geoPackage, nil
	case len(head) >= 8 && has("fgb") && string(head[4:7]) == "fgb":
		return flatGeobuf, nil
	}
	text := bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\xef\xbb\xbf")), " \t\r\n")
	if len(text) > 0 && text[0] == '{' {
		return geoJSON, nil
	}
	return format{}, refuse(CodeFormat, "")
}

// headBytes are enough to tell a format, white space before GeoJSON included.
const headBytes = 4 << 10

// original is the private copy of a file.
type original struct {
	ctx      context.Context
	folder   *folder
	maxBytes int64
	layer    string   // which Shapefile of an archive
	sets     []string // the Shapefiles of the archive, if it was left open which

	format format
	gbk    bool   // a Shapefile says that its attributes are GBK
	title  string // of the only layer of formats that GDAL names after the file, which it knows as a copy
	srid   int    // EPSG code that the file names; 0 leaves it to GDAL to find out
	sha256 string
	size   int64 // of the file named
	total  int64 // of all that the child gets
}

// take copies the file at path, checks its frame, and unpacks an archive.
func (o *original) take(path string) error {
	in, err := openRegular(path)
	if err != nil {
		return err
	}
	defer in.Close() //nolint:errcheck // only read
	head := make([]byte, headBytes)
	n, err := io.ReadFull(in, head)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return fmt.Errorf("vector: original: %w", err)
	}
	if o.format, err = sniff(head[:n]); err != nil {
		return err
	}
	hash := sha256.New()
	if o.size, err = o.copy(o.format.name, io.MultiReader(bytes.NewReader(head[:n]), in), hash); err != nil {
		return err
	}
	o.sha256, o.total = hex.EncodeToString(hash.Sum(nil)), o.size
	base := filepath.Base(path)
	o.title = strings.TrimSuffix(base, filepath.Ext(base))
	switch o.format {
	case zipArchive:
		return o.unpack()
	case shapefile:
		if err := o.takeSiblings(path); err != nil {
			return err
		}
		return checkShapefile(o.folder)
	case geoJSON:
		o.srid, err = geoJSONCRS(o.folder.file(geoJSON.name))
		if err != nil {
			return err
		}
		ref, err := spatialRef(o.srid)
		if err != nil {
			return refuse(CodeCRSUnknown, fmt.Sprintf("EPSG:%d", o.srid))
		}
		ref.Close()
	case geoPackage:
		o.title = "" // its tables have names
		return o.checkGeoPackage(path, head[:n])
	}
	return nil
}

// openRegular opens an ordinary file only.
func openRegular(path string) (*os.File, error) {
	// O_NONBLOCK: a named pipe must not hang us before it is found to be one.
	in, err := os.OpenFile(path, os.O_RDONLY|unix.O_NONBLOCK, 0) //nolint:gosec // the caller's own path
	if err != nil {
		return nil, fmt.Errorf("vector: original: %w", err)
	}
	info, err := in.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = refuse(CodeNotAFile, info.Mode().Type().String())
	}
	if err != nil {
		return nil, errors.Join(err, in.Close())
	}
	return in, nil
}

// copy makes the private file name from in, hashing on the way. It never
// writes more than is allowed in all.
func (o *original) copy(name string, in io.Reader, also io.Writer) (n int64, err error) {
	out, err := o.folder.create(name)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, out.Close()) }()
	n, err = io.Copy(io.MultiWriter(out, also), io.LimitReader(&steady{o.ctx, in}, o.maxBytes-o.total+1))
	if err != nil {
		return n, fmt.Errorf("vector: private copy: %w", err)
	}
	if o.total+n > o.maxBytes {
		return n, refuse(CodeTooLarge, fmt.Sprintf("> %d bytes", o.maxBytes))
	}
	return n, out.Chmod(0o444)
}

// steady is a reader that ends with its context.
type steady struct {
	ctx context.Context //nolint:containedctx // lives for one copy
	r   io.Reader
}

func (s *steady) Read(p []byte) (int, error) {
	if err := context.Cause(s.ctx); err != nil {
		return 0, err
	}
	return s.r.Read(p)
}

// shapefileParts are what is read of a Shapefile. Indexes (.qix, .sbn, .idx)
// and metadata are left out: they can only mislead.
var shapefileParts = []string{".shp", ".shx", ".dbf", ".prj", ".cpg"}

// takeSiblings copies what lies beside a .shp and has its name.
func (o *original) takeSiblings(path string) error {
	base := filepath.Base(path)
	if !strings.EqualFold(filepath.Ext(base), ".shp") {
		return refuse(CodeShapefileIncomplete, plain(base, 200))
	}
	entries, err := os.ReadDir(filepath.Dir(path))
	if err != nil {
		return fmt.Errorf("vector: original: %w", err)
	}
	for _, part := range shapefileParts[1:] {
		for _, e := range entries {
			if !strings.EqualFold(filepath.Ext(e.Name()), part) || strings.TrimSuffix(e.Name(), filepath.Ext(e.Name())) != o.title {
				continue
			}
			if err := o.takePart(filepath.Join(filepath.Dir(path), e.Name()), part); err != nil {
				return err
			}
			break
		}
	}
	return nil
}

func (o *original) takePart(path, part string) error {
	in, err := openRegular(path)
	if err != nil {
		return err
	}
	defer in.Close() //nolint:errcheck // only read
	n, err := o.copy("original"+part, in, io.Discard)
	o.total += n
	return err
}

// checkGeoPackage compares the length that the header of the database states
// (SQLite file format, section 1.3) with the real one.
func (o *original) checkGeoPackage(path string, head []byte) error {
	if len(head) < 100 {
		return refuse(CodeTruncated, fmt.Sprintf("%d bytes", o.size))
	}
	page, pages := int64(binary.BigEndian.Uint16(head[16:])), int64(binary.BigEndian.Uint32(head[28:]))
	if page == 1 {
		page = 65536
	}
	// The count is meant only if it was written together with the last change.
	meant := bytes.Equal(head[24:28], head[92:96])
	if meant && page*pages > o.size {
		return refuse(CodeTruncated, fmt.Sprintf("%d < %d bytes", o.size, page*pages))
	}
	if log, err := os.Stat(path + "-wal"); err == nil && log.Size() > 0 {
		return refuse(CodeNotClosed, plain(filepath.Base(path), 200)+"-wal")
	}
	return nil
}
