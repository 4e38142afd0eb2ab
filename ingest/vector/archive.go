package vector

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"slices"
	"strings"

	"jieshi/ingest/archive"
)

// unpack takes the parts of one Shapefile out of original.zip, and removes that.
func (o *original) unpack() (err error) {
	f, err := os.Open(o.folder.file(zipArchive.name))
	if err != nil {
		return fmt.Errorf("vector: private copy: %w", err)
	}
	defer func() { err = errors.Join(err, f.Close(), os.Remove(o.folder.file(zipArchive.name))) }()
	a, err := archive.Open(f, o.size, archive.Limits{Bytes: o.maxBytes})
	if err != nil {
		return err
	}
	set, err := o.choose(shapefilesIn(a.Entries))
	if err != nil {
		return err
	}
	o.format, o.title, o.total = shapefile, set.name, 0
	for _, part := range shapefileParts {
		if entry := set.parts[part]; entry != nil {
			if err := o.inflate(a, entry, part); err != nil {
				return err
			}
		}
	}
	return checkShapefile(o.folder)
}

// shapefileSet is the parts of one Shapefile in an archive.
type shapefileSet struct {
	name  string // as a person names it
	parts map[string]*archive.Entry
}

// shapefilesIn returns the Shapefiles among the entries, by name.
func shapefilesIn(entries []*archive.Entry) []shapefileSet {
	sets := map[string]map[string]*archive.Entry{}
	for _, entry := range entries {
		// What the Finder adds has the names of the parts, but is none.
		if entry.Hidden || !slices.Contains(shapefileParts, entry.Ext()) {
			continue
		}
		stem := strings.ToLower(stemOf(entry))
		if sets[stem] == nil {
			sets[stem] = map[string]*archive.Entry{}
		}
		sets[stem][entry.Ext()] = entry
	}
	return named(sets)
}

func stemOf(entry *archive.Entry) string { return strings.TrimSuffix(entry.Name, path.Ext(entry.Name)) }

// named sorts the sets that have a .shp by name, and calls each by its last
// name, or by its whole path where two share that.
func named(sets map[string]map[string]*archive.Entry) []shapefileSet {
	var found []shapefileSet
	short := map[string]int{}
	for stem, parts := range sets {
		if parts[".shp"] != nil {
			found = append(found, shapefileSet{stemOf(parts[".shp"]), parts})
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

func (o *original) choose(sets []shapefileSet) (shapefileSet, error) {
	var names []string
	for _, set := range sets {
		if o.layer == set.name {
			return set, nil
		}
		names = append(names, set.name)
	}
	o.sets = names
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

// inflate unpacks one part.
func (o *original) inflate(a *archive.Archive, entry *archive.Entry, part string) error {
	in, err := a.Reader(o.ctx, entry)
	if err != nil {
		return err
	}
	defer in.Close() //nolint:errcheck // only read
	out, err := o.folder.create("original" + part)
	if err != nil {
		return err
	}
	n, err := io.Copy(out, in)
	o.total += n
	return errors.Join(err, out.Chmod(0o444), out.Close())
}
