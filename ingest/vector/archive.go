package vector

import (
	"archive/zip"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"
)

const (
	// maxEntries is far above what one Shapefile with its side files has.
	maxEntries = 200
	// maxRatio is how many times its size an archive may unpack to, once that
	// is more than freeInflated: tables of short names compress very well.
	maxRatio     = 100
	freeInflated = 64 << 20
)

// nested are the endings of archives, of which none may lie in another.
var nested = []string{".zip", ".kmz", ".rar", ".7z", ".gz", ".tgz", ".tar", ".bz2", ".xz", ".zst"}

// unpack takes the parts of one Shapefile out of original.zip, and removes that.
func (o *original) unpack() (err error) {
	f, err := os.Open(o.folder.file(archive.name))
	if err != nil {
		return fmt.Errorf("vector: private copy: %w", err)
	}
	defer func() { err = errors.Join(err, f.Close(), os.Remove(o.folder.file(archive.name))) }()
	z, err := zip.NewReader(f, o.size)
	if err != nil {
		return refuse(CodeTruncated, "zip")
	}
	sets, err := shapefilesIn(z.File)
	if err != nil {
		return err
	}
	set, err := o.choose(sets)
	if err != nil {
		return err
	}
	o.format, o.title, o.total = shapefile, set.name, 0
	for _, part := range shapefileParts {
		if file := set.parts[part]; file != nil {
			if err := o.inflate(file, part); err != nil {
				return err
			}
		}
	}
	return checkShapefile(o.folder)
}

// shapefileSet is the parts of one Shapefile in an archive.
type shapefileSet struct {
	name  string // as a person names it
	parts map[string]*zip.File
}

// shapefilesIn checks every entry and returns the Shapefiles by name. An entry
// that breaks a rule refuses the archive, even if nobody would unpack it.
func shapefilesIn(files []*zip.File) ([]shapefileSet, error) {
	if len(files) > maxEntries {
		return nil, refuse(CodeArchiveUnsafe, fmt.Sprintf("%d > %d entries", len(files), maxEntries))
	}
	seen := map[string]bool{}
	sets := map[string]map[string]*zip.File{}
	for _, file := range files {
		name := entryName(file)
		if why := unsafeEntry(file, name); why != "" {
			return nil, refuse(CodeArchiveUnsafe, why+": "+plain(name, 200))
		}
		if seen[strings.ToLower(name)] {
			return nil, refuse(CodeArchiveUnsafe, "repeated name: "+plain(name, 200))
		}
		seen[strings.ToLower(name)] = true
		ext := strings.ToLower(path.Ext(name))
		// What the Finder adds has the names of the parts, but is none.
		if !slices.Contains(shapefileParts, ext) || strings.HasPrefix(name, "__MACOSX/") || strings.HasPrefix(path.Base(name), "._") {
			continue
		}
		if file.Flags&1 != 0 {
			return nil, refuse(CodeArchiveEncrypted, plain(name, 200))
		}
		stem := strings.ToLower(strings.TrimSuffix(name, path.Ext(name)))
		if sets[stem] == nil {
			sets[stem] = map[string]*zip.File{}
		}
		sets[stem][ext] = file
	}
	return named(sets), nil
}

// named sorts the sets that have a .shp by name, and calls each by its last
// name, or by its whole path where two share that.
func named(sets map[string]map[string]*zip.File) []shapefileSet {
	var found []shapefileSet
	short := map[string]int{}
	for stem, parts := range sets {
		if parts[".shp"] != nil {
			name := entryName(parts[".shp"])
			found = append(found, shapefileSet{strings.TrimSuffix(name, path.Ext(name)), parts})
			short[path.Base(stem)]++
		}
	}
	slices.SortFunc(found, func(a, b shapefileSet) int { return strings.Compare(a.name, b.name) })
	for i, set := range found {
		if base := path.Base(set.name); short[strings.ToLower(base)] == 1 {
			found[i].name = base
		}
	}
	return found
}

// entryName is the name of an entry in UTF-8. Chinese Windows writes GBK and
// does not say so.
func entryName(file *zip.File) string {
	if utf8.ValidString(file.Name) {
		return file.Name
	}
	name, err := simplifiedchinese.GB18030.NewDecoder().String(file.Name)
	if err != nil {
		return file.Name
	}
	return name
}

// unsafeEntry says which rule an entry breaks, or nothing. Names are never used
// as paths here; a file that needs such names is still not to be trusted.
func unsafeEntry(file *zip.File, name string) string {
	mode := file.Mode()
	switch {
	case !utf8.ValidString(name), strings.ContainsFunc(name, unicode.IsControl):
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

func (o *original) choose(sets []shapefileSet) (shapefileSet, error) {
	var names []string
	for _, set := range sets {
		if o.layer == set.name {
			return set, nil
		}
		names = append(names, set.name)
	}
	switch {
	case len(sets) == 0:
		return shapefileSet{}, refuse(CodeNoShapefile, "")
	case o.layer != "":
		return shapefileSet{}, refuse(CodeLayerUnknown, listed(names))
	case len(sets) > 1:
		return shapefileSet{}, refuse(CodeLayerChoose, listed(names))
	}
	return sets[0], nil
}

// inflate unpacks one part, counting what really comes: sizes in an archive are
// only said.
func (o *original) inflate(file *zip.File, part string) error {
	in, err := file.Open()
	if err != nil {
		return refuse(CodeUnreadable, "zip, "+part)
	}
	defer in.Close() //nolint:errcheck // only read
	allowed := min(o.maxBytes, max(freeInflated, maxRatio*o.size))
	out, err := o.folder.create("original" + part)
	if err != nil {
		return err
	}
	n, err := io.Copy(out, io.LimitReader(&steady{o.ctx, in}, allowed-o.total+1))
	o.total += n
	closed := errors.Join(out.Chmod(0o444), out.Close())
	switch {
	case o.ctx.Err() != nil:
		return fmt.Errorf("vector: private copy: %w", o.ctx.Err())
	case o.total > allowed:
		return refuse(CodeArchiveTooLarge, fmt.Sprintf("> %d bytes", allowed))
	case errors.Is(err, io.ErrUnexpectedEOF):
		return refuse(CodeTruncated, "zip, "+part)
	case errors.Is(err, zip.ErrChecksum), errors.Is(err, zip.ErrFormat), errors.Is(err, zip.ErrAlgorithm):
		return refuse(CodeUnreadable, "zip, "+part)
	case err != nil && !isPathError(err):
		return refuse(CodeUnreadable, "zip, "+part) // flate.CorruptInputError and its kind
	}
	return errors.Join(err, closed)
}

// isPathError tells a fault of our disk from one of the archive.
func isPathError(err error) bool {
	var fault *os.PathError
	return errors.As(err, &fault)
}
