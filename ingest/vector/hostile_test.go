package vector_test

import (
	"encoding/binary"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/airbusgeo/godal"

	"jieshi/ingest"
	"jieshi/ingest/gnss"
	"jieshi/ingest/hostiletest"
	"jieshi/ingest/sandbox"
	"jieshi/ingest/vector"
)

// A hostile file names the bait where OGR, SQLite or PROJ might follow it.
type hostile struct {
	file  string
	codes []string // one of these refuses it; none: it may be taken
}

// Whether such a file is taken or refused, as a register and as a walk, nobody
// may come to the listener, the tenant's file is not read, and nothing that comes
// out has its words. docs/isolation.md lists them.
func TestWhatAVectorFileNamesIsNeverFollowed(t *testing.T) {
	b := hostiletest.Lay(t)
	vrt := `<OGRVRTDataSource><OGRVRTLayer name="x"><SrcDataSource>` + b.File + `</SrcDataSource><SrcSQL>SELECT * FROM x</SrcSQL></OGRVRTLayer></OGRVRTDataSource>`
	triangle := `{"type":"Polygon","coordinates":[[[109,24],[109.1,24],[109.1,24.1],[109,24]]]}`
	unknown := []string{vector.CodeFormat}
	for name, c := range map[string]hostile{
		"an OGR VRT named .gpkg":             {written(t, "a.gpkg", []byte(vrt)), unknown},
		"an OGR VRT named .shp":              {written(t, "a.shp", []byte(vrt)), unknown},
		"an OGR VRT named .fgb":              {written(t, "a.fgb", []byte(vrt)), unknown},
		"an OGR VRT as a .shp in a zip":      {archived(t, entry{name: "a.shp", content: []byte(vrt)}, entry{name: "a.shx", content: []byte(vrt)}), []string{vector.CodeUnreadable, vector.CodeTruncated}},
		"an OGR VRT beside a Shapefile":      {archived(t, append(parts(t, "a"), entry{name: "a.vrt", content: []byte(vrt)}, entry{name: "a.ovf", content: []byte(vrt)})...), nil},
		"KML with a network link":            {written(t, "a.gpkg", []byte(`<kml><NetworkLink><Link><href>`+b.URL()+`</href></Link></NetworkLink></kml>`)), unknown},
		"GML with external entities":         {written(t, "a.geojson", []byte(`<!DOCTYPE a [<!ENTITY x SYSTEM "`+b.File+`">]><gml:FeatureCollection>&x;</gml:FeatureCollection>`)), unknown},
		"GML with a schema elsewhere":        {written(t, "a.gml", []byte(`<gml:FeatureCollection xsi:schemaLocation="a `+b.URL()+`"/>`)), unknown},
		"a WFS or OAPIF connection":          {written(t, "a.geojson", []byte(`<OGRWFSDataSource><URL>`+b.URL()+`</URL></OGRWFSDataSource>`)), unknown},
		"a CSV of WKT":                       {written(t, "a.csv", []byte("WKT,name\n\"POLYGON((0 0,1 0,1 1,0 0))\",x\n")), unknown},
		"a PostgreSQL dump":                  {written(t, "a.gpkg", []byte("COPY t FROM PROGRAM 'cat "+b.File+"';")), unknown},
		"an SQLite text that attaches":       {written(t, "a.gpkg", []byte("-- SQL SQLITE\nATTACH '"+b.File+"' AS x;")), unknown},
		"a DXF with an external reference":   {written(t, "a.dxf", []byte("0\nSECTION\n2\nBLOCKS\n0\nBLOCK\n1\n"+b.File+"\n")), unknown},
		"GeoJSON with pages elsewhere":       {written(t, "a.geojson", []byte(`{"type":"FeatureCollection","links":[{"rel":"next","href":"`+b.URL()+`"}],"next":"`+b.URL()+`","features":[{"type":"Feature","properties":{},"geometry":`+triangle+`}]}`)), nil},
		"GeoJSON with a CRS that is a file":  {written(t, "a.geojson", []byte(`{"type":"FeatureCollection","crs":{"type":"name","properties":{"name":"`+b.File+`"}},"features":[{"type":"Feature","properties":{},"geometry":`+triangle+`}]}`)), []string{vector.CodeCRSNotAllowed}},
		"GeoJSON of ArcGIS with an address":  {written(t, "a.geojson", []byte(`{"geometryType":"esriGeometryPolygon","url":"`+b.URL()+`","features":[]}`)), nil},
		"TopoJSON":                           {written(t, "a.geojson", []byte(`{"type":"Topology","objects":{"a":{"type":"`+b.URL()+`"}},"arcs":[]}`)), nil},
		"a name in GeoJSON that is an order": {written(t, "a.geojson", []byte(`{"type":"FeatureCollection","name":"x\" UNION SELECT * FROM '`+b.Curl()+`' --","features":[{"type":"Feature","properties":{},"geometry":`+triangle+`}]}`)), nil},
	} {
		t.Run(name, func(t *testing.T) { neverFollowed(t, b, c) })
	}
}

// neverFollowed reads a file as a register and as a walk, in the cage that the
// machine offers and in the weaker one of a machine without namespaces.
func neverFollowed(t *testing.T, b *hostiletest.Bait, c hostile) {
	t.Helper()
	try := func() {
		r, grounds, err := read(t, c.file, vector.ReadOptions{})
		var refusal *ingest.Refusal
		if err != nil && !errors.As(err, &refusal) {
			t.Errorf("got the fault %v, want a reading or a refusal", err)
		}
		if c.codes != nil && (refusal == nil || !strings.Contains(strings.Join(c.codes, " "), refusal.Code)) {
			t.Errorf("got %v, want one of the refusals %v", err, c.codes)
		}
		walks, walkErr := walksOf(t, c.file, gnss.Told{})
		if refusal = nil; walkErr != nil && !errors.As(walkErr, &refusal) {
			t.Errorf("as a walk: got the fault %v, want walks or a refusal", walkErr)
		}
		b.Untouched(t, r, grounds, err, walks, walkErr)
	}
	try()
	defer sandbox.WithoutNamespaces()()
	try()
}

// The parts of a Shapefile are texts and tables that GDAL believes.
func TestPartsOfAShapefileAreNeverFollowed(t *testing.T) {
	b := hostiletest.Lay(t)
	changed := func(ext string, content []byte) string {
		all := parts(t, "a")
		for i := range all {
			if filepath.Ext(all[i].name) == ext {
				all[i].content = content
				return archived(t, all...)
			}
		}
		return archived(t, append(all, entry{name: "a" + ext, content: content})...)
	}
	shp := func(change func(b []byte)) string {
		content := parts(t, "a")[0].content
		change(content)
		return changed(".shp", content)
	}
	huge := func(at int) func([]byte) {
		return func(b []byte) { binary.LittleEndian.PutUint32(b[at:], 0x7fffffff) }
	}
	const record = 100 + 8 // where the first record has its shape
	for name, c := range map[string]hostile{
		"a .prj that is an address":               {changed(".prj", []byte(b.URL())), nil},
		"a .prj that is a name of GDAL's":         {changed(".prj", []byte(b.Curl())), nil},
		"a .prj that is a file":                   {changed(".prj", []byte(b.File)), nil},
		"a .prj of PROJ that includes a file":     {changed(".prj", []byte("+init="+b.File+":4326 +type=crs")), nil},
		"a .prj with a grid elsewhere":            {changed(".prj", []byte("+proj=longlat +nadgrids="+b.File+","+b.URL()+" +type=crs")), nil},
		"a .prj with a grid in WKT":               {changed(".prj", []byte(`PROJCS["x",GEOGCS["x",DATUM["x",SPHEROID["x",6378137,298],EXTENSION["PROJ4_GRIDS","`+b.URL()+`"]],PRIMEM["g",0],UNIT["degree",0.0174532925199433]],PROJECTION["Transverse_Mercator"],PARAMETER["central_meridian",108],UNIT["metre",1]]`)), nil},
		"a .prj of ESRI's old kind":               {changed(".prj", []byte("Projection GEOGRAPHIC\nDatum "+b.File+"\nUnits DD\nParameters\n")), nil},
		"a .cpg that is a file":                   {changed(".cpg", []byte(b.File)), nil},
		"a .cpg that is an address":               {changed(".cpg", []byte(b.Curl())), nil},
		"a .cpg of a megabyte":                    {changed(".cpg", []byte(strings.Repeat("GB", 1<<19))), nil},
		"an index that is a database":             {changed(".idm", []byte("SQLite format 3\x00"+b.File)), nil},
		"a .dbf of 65535 columns":                 {changed(".dbf", append([]byte{3, 126, 1, 1, 1, 0, 0, 0, 0xff, 0xff, 0xff, 0xff}, make([]byte, 100)...)), nil},
		"a polygon of 2³¹ parts":                  {shp(huge(record + 36)), nil},
		"a polygon of 2³¹ points":                 {shp(huge(record + 40)), nil},
		"a ring that begins far behind":           {shp(huge(record + 44)), nil},
		"a shape of a type that nobody knows":     {shp(func(b []byte) { b[record] = 99 }), nil},
		"a header that says points, and polygons": {shp(func(b []byte) { b[32] = 1 }), nil},
	} {
		t.Run(name, func(t *testing.T) { neverFollowed(t, b, c) })
	}
}

// A GeoPackage is a database from a stranger: what it would have SQLite do is not done.
func TestADatabaseOfAStrangerDoesNothing(t *testing.T) {
	b := hostiletest.Lay(t)
	for name, orders := range map[string][]string{
		"a view that loads an extension": {
			`CREATE VIEW v AS SELECT fid, geom, load_extension('` + b.File + `') AS owner FROM t`,
		},
		"a view that reads a file": {
			`CREATE VIEW v AS SELECT fid, geom, readfile('` + b.File + `') AS owner FROM t`,
		},
		"a view that opens a file by GDAL's functions": {
			`CREATE VIEW v AS SELECT fid, geom, GDAL_GetPixelValue('` + b.Curl() + `',1,'pixel',0,0) AS owner FROM t`,
		},
		"a view that counts for ever": {
			`CREATE VIEW v AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i AS fid, (SELECT geom FROM t) AS geom, 'x' AS owner FROM n`,
		},
		"a trigger that attaches a database": {
			`CREATE TRIGGER x AFTER INSERT ON t BEGIN SELECT load_extension('` + b.File + `'); END`,
		},
		"a definition of a CRS that is an address": {
			`UPDATE gpkg_spatial_ref_sys SET organization = 'NONE', organization_coordsys_id = 77, definition = '` + b.URL() + `' WHERE srs_id = 4545`,
		},
		"a definition of a CRS that is a file": {
			`UPDATE gpkg_spatial_ref_sys SET organization = 'NONE', organization_coordsys_id = 77, definition = '` + b.File + `' WHERE srs_id = 4545`,
		},
		"a layer that is a name of GDAL's": {
			`UPDATE gpkg_contents SET table_name = '` + b.Curl() + `'`,
		},
		"metadata that are an address": {
			`CREATE TABLE gpkg_metadata (id INTEGER PRIMARY KEY, md_scope TEXT, md_standard_uri TEXT, mime_type TEXT, metadata TEXT)`,
			`INSERT INTO gpkg_metadata VALUES (1, 'dataset', '` + b.URL() + `', 'text/xml', '<GDALMultiDomainMetadata><Metadata domain="OVERVIEWS"><MDI key="OVERVIEW_FILE">` + b.Curl() + `</MDI></Metadata></GDALMultiDomainMetadata>')`,
		},
		"a layer of tiles that is a raster": {
			`INSERT INTO gpkg_contents (table_name, data_type, identifier, srs_id) VALUES ('` + b.File + `', 'tiles', 'x', 4326)`,
		},
		"a geometry that is no geometry": {
			`UPDATE t SET geom = zeroblob(5000000)`,
		},
		"a geometry that says it is longer": {
			`UPDATE t SET geom = X'47500001C11100000106000000FFFFFF7F0103000000FFFFFF7F'`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			path := ogrFile(t, godal.GeoPackage, "a.gpkg", 4545, table{name: "t", geometry: godal.GTPolygon, shapes: two[:1]})
			ordered(t, path, orders)
			before, err := os.ReadFile(path)
			must(t, err)
			c := hostile{file: path}
			if strings.Contains(name, "for ever") {
				endless(t, b, path)
				return
			}
			neverFollowed(t, b, c)
			after, err := os.ReadFile(path)
			must(t, err)
			if string(before) != string(after) {
				t.Error("the file was changed")
			}
		})
	}
}

// endless is a file whose layer never ends: the time limit ends it.
func endless(t *testing.T, b *hostiletest.Bait, path string) {
	t.Helper()
	o := vector.ReadOptions{}
	o.Limits.CPU, o.Limits.Wall = 2e9, 10e9
	_, _, err := read(t, path, o)
	var refusal *ingest.Refusal
	if !errors.As(err, &refusal) {
		t.Errorf("got %v, want a refusal", err)
	}
	b.Untouched(t, err)
}

// ordered lets a database do what SQL orders, without the checks that are for people.
func ordered(t testing.TB, path string, orders []string) {
	t.Helper()
	orders = append([]string{`SELECT DisableSpatialIndex('t', 'geom')`}, orders...)
	if strings.HasPrefix(orders[1], "CREATE VIEW v ") {
		orders = append(orders, `PRAGMA foreign_keys = 0`,
			`UPDATE gpkg_contents SET table_name = 'v', identifier = 'v'`, `UPDATE gpkg_geometry_columns SET table_name = 'v'`)
	}
	ds, err := godal.Open(path, godal.VectorOnly(), godal.Drivers("GPKG"), godal.Update(), lax)
	must(t, err)
	for _, order := range orders {
		rows, err := ds.ExecuteSQL(order, lax)
		if err != nil {
			t.Fatalf("%s: %v", order, err)
		}
		if rows != nil {
			_ = rows.Close()
		}
	}
	must(t, ds.Close())
}
