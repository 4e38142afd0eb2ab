package vector

import (
	"errors"
	"fmt"
	"os"
	"sync"
	"time"

	"github.com/airbusgeo/godal"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/wkb"
)

// registerGeoPackage makes GDAL know GeoPackage and nothing else. Registering
// twice does no harm, but it is not safe from two goroutines.
var registerGeoPackage = sync.OnceValue(func() error {
	return godal.RegisterVector(godal.GeoPackage)
})

// WriteGeoPackage writes layers, in their order, to a new GeoPackage at path,
// in EPSG:srid, which PROJ must know. A file that is already there is an error.
//
// Equal layers and equal at give equal bytes with one version of GDAL and
// SQLite. GDAL stamps each table with the time of writing (gpkg_contents.
// last_change); at is written over it. What is left of versions: the SQLite
// version number in the file header, and the definitions of well-known CRSs.
func WriteGeoPackage(path string, srid int, at time.Time, layers []Layer) error {
	if _, err := os.Lstat(path); err == nil {
		return fmt.Errorf("vector: %s: %w", path, os.ErrExist)
	}
	if err := registerGeoPackage(); err != nil {
		return fmt.Errorf("vector: GDAL was built without GeoPackage: %w", err)
	}
	if err := writeLayers(path, srid, layers); err != nil {
		return errors.Join(err, os.Remove(path))
	}
	return stamp(path, at)
}

func writeLayers(path string, srid int, layers []Layer) (err error) {
	sr, err := spatialRef(srid)
	if err != nil {
		return err
	}
	defer sr.Close()
	ds, err := godal.CreateVector(godal.GeoPackage, path, godal.CreationOption("ADD_GPKG_OGR_CONTENTS=YES"))
	if err != nil {
		return fmt.Errorf("vector: create %s: %w", path, err)
	}
	defer func() { err = errors.Join(err, ds.Close()) }()
	if err := ds.StartTransaction(); err != nil {
		return fmt.Errorf("vector: %s: %w", path, err)
	}
	for _, l := range layers {
		if err := writeLayer(ds, sr, srid, l); err != nil {
			return fmt.Errorf("layer %s of %s: %w", l.Name, path, err)
		}
	}
	return ds.CommitTransaction()
}

func writeLayer(ds *godal.Dataset, sr *godal.SpatialRef, srid int, l Layer) error {
	options := make([]godal.CreateLayerOption, len(l.Fields))
	for i, f := range l.Fields {
		options[i] = godal.NewFieldDefinition(f.Name, ogrTypes[f.Type])
	}
	table, err := ds.CreateLayer(l.Name, sr, ogrGeometry[l.Geometry], options...)
	if err != nil {
		return err
	}
	if !l.LonLat {
		return writeFeatures(table, l, nil)
	}
	return project(lonLatSRID, srid, func(move func([]orb.Point) error) error { return writeFeatures(table, l, move) })
}

func writeFeatures(table godal.Layer, l Layer, move func([]orb.Point) error) error {
	return l.each(func(n int, f Feature) error {
		g := f.Geometry
		if move != nil {
			var err error
			if g, err = moved(g, move); err != nil {
				return err
			}
		}
		if err := writeFeature(table, l.Fields, g, f.Values); err != nil {
			return fmt.Errorf("feature %d: %w", n, err)
		}
		return nil
	})
}

func moved(g orb.Geometry, move func([]orb.Point) error) (orb.Geometry, error) {
	if p, ok := g.(orb.Point); ok {
		one := []orb.Point{p}
		err := move(one)
		return one[0], err
	}
	g = orb.Clone(g)
	return g, eachLine(g, move)
}

func writeFeature(table godal.Layer, fields []Field, g orb.Geometry, values []any) error {
	feature, err := table.NewFeature(nil)
	if err != nil {
		return err
	}
	defer feature.Close()
	bytes, err := wkb.Marshal(g)
	if err != nil {
		return err
	}
	geometry, err := godal.NewGeometryFromWKB(bytes, nil)
	if err != nil {
		return err
	}
	defer geometry.Close()
	if err := feature.SetGeometry(geometry); err != nil {
		return err
	}
	byName := feature.Fields()
	for i, v := range values {
		switch t := v.(type) {
		case nil:
			continue
		case bool:
			v = 0
			if t {
				v = 1
			}
		}
		if err := feature.SetFieldValue(byName[fields[i].Name], v); err != nil {
			return fmt.Errorf("field %s: %w", fields[i].Name, err)
		}
	}
	return table.CreateFeature(feature)
}

var ogrTypes = map[FieldType]godal.FieldType{
	Integer: godal.FTInt, Long: godal.FTInt64, Real: godal.FTReal, Text: godal.FTString, Boolean: godal.FTInt,
}

var ogrGeometry = map[GeometryType]godal.GeometryType{
	Point: godal.GTPoint, LineString: godal.GTLineString, Polygon: godal.GTPolygon, MultiPolygon: godal.GTMultiPolygon,
}

// stamp writes at where GDAL wrote the time of day. GDAL has an option for
// that, OGR_CURRENT_DATE, but it can only be set for the whole process (the
// tables are stamped in calls that godal gives no options), and then two files
// written at once would share one date.
func stamp(path string, at time.Time) (err error) {
	ds, err := godal.Open(path, godal.Drivers("GPKG"), godal.VectorOnly(), godal.Update())
	if err != nil {
		return fmt.Errorf("vector: %s: %w", path, err)
	}
	defer func() { err = errors.Join(err, ds.Close()) }()
	rs, err := ds.ExecuteSQL("UPDATE gpkg_contents SET last_change = '" + at.UTC().Format("2006-01-02T15:04:05.000Z") + "'")
	if err != nil {
		return fmt.Errorf("vector: date of %s: %w", path, err)
	}
	return rs.Close()
}
