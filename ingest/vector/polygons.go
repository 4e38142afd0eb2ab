package vector

import (
	"fmt"
	"log/slog"

	"github.com/paulmach/orb"

	"jieshi/ingest"
	"jieshi/ingest/sandbox"
)

// Ground is the polygons of one feature, in metres (see [PolygonLayer.CRS]).
// Rings are as the file has them: perhaps open, crossing, or running either way.
type Ground struct {
	// ID is the feature id that GIS programs show: the primary key in a
	// GeoPackage, the id of a GeoJSON feature if it is a number, otherwise the
	// place in the file from 0. GeoJSON files may repeat one.
	ID    int64
	Shape orb.MultiPolygon
	// Validity is what GEOS says of the feature as the file has it, before
	// anything is projected or rounded, if ReadOptions.Validity asks for it.
	Validity Validity
}

// Validity says whether a feature is valid by OGC 06-103r4 §6.1.11.
type Validity uint8

// The validities. Features with open rings, arcs, or of several kinds of
// geometry are not judged.
const (
	NotJudged Validity = iota
	Valid
	Invalid
)

// A PolygonLayer says what ReadPolygons found before the first polygon.
type PolygonLayer struct {
	Format   string // "ESRI Shapefile", "GPKG", "GeoJSON" or "FlatGeobuf"
	Name     string // of the layer
	Fields   []SourceField
	Features int // as the file says; -1 if it does not
	// Declared is the CRS of the file; CRS that of the polygons, a projected one.
	Declared, CRS CRS
	Notes         []ingest.Note
}

// Projected says whether the polygons were carried over into another CRS.
func (l *PolygonLayer) Projected() bool { return l.Declared.WKT != l.CRS.WKT }

// A SourceField is an attribute of a file, as its first feature has it.
type SourceField struct {
	Name string `json:"name"`
	Type string `json:"type"` // "integer", "real", "text", "date" or "other"
}

// A CRS is a coordinate reference system as a file or a caller names it.
type CRS struct {
	SRID int    `json:"srid"` // EPSG code; 0 if EPSG does not list it
	Name string `json:"name"`
	WKT  string `json:"wkt"` // WKT 1
	// Unit is that of the CRS: coordinates in metres are coordinates of the CRS
	// times MetresPerUnit. For degrees MetresPerUnit is 0.
	Unit          string  `json:"unit"`
	MetresPerUnit float64 `json:"metres_per_unit"`
}

// Same says whether coordinates of c and o can be compared.
func (c CRS) Same(o CRS) bool {
	if c.SRID != 0 || o.SRID != 0 {
		return c.SRID == o.SRID
	}
	return c.WKT == o.WKT
}

// ReadOptions say how to read. The zero ReadOptions read the only layer of a
// file in its own CRS, or in the working CRS of the place if that is in degrees.
type ReadOptions struct {
	Layer    string         // which of several layers; may be left out if there is one
	SRID     int            // EPSG code of the projected CRS to deliver; 0 leaves it to the file
	Validity bool           // judge each feature; takes about as long again as reading
	MaxBytes int64          // of the file, and of what it unpacks to; default 16 GiB
	WorkRoot string         // private work folders are made here; default os.TempDir()
	UID, GID uint32         // of the child when this process is root; 0 takes one that no other child has
	Limits   sandbox.Limits // zero fields get defaults that grow with the file
	Log      *slog.Logger   // gets what GDAL says; default slog.Default()
}

// Reading says what ReadPolygons has read in the end.
type Reading struct {
	Layer     *PolygonLayer
	SHA256    string // of the file named; for a bare .shp of that part only
	Bytes     int64
	Polygons  int // features delivered
	Lines     int // features left out: lines,
	Points    int // points,
	Empty     int // without geometry,
	Others    int // meshes and the like
	Parts     int // lines and points inside of collections, left out
	Arcs      int // arcs replaced by chords
	Notes     []ingest.Note
	Isolation *sandbox.Isolation
}

// Skipped is the number of features that are not polygons.
func (r *Reading) Skipped() int { return r.Lines + r.Points + r.Empty + r.Others }

// told is what the child says of the layer.
type told struct {
	Name     string        `json:"name"`
	Fields   []SourceField `json:"fields"`
	Features int           `json:"features"`
	Declared CRS           `json:"declared"`
	Plane    CRS           `json:"plane"`
	Counted  bool          `json:"counted"`   // an attribute "fid" hides the feature ids
	OldDatum bool          `json:"old_datum"` // reached without the parameters of the region
	Mercator bool          `json:"mercator"`
	Away     float64       `json:"away"` // degrees from the central meridian, where that is beyond the zone
}

// tally is what the child has counted in the end.
type tally struct {
	Polygons int `json:"polygons"`
	Lines    int `json:"lines"`
	Points   int `json:"points"`
	Empty    int `json:"empty"`
	Others   int `json:"others"`
	Parts    int `json:"parts"`
	Arcs     int `json:"arcs"`
	Rows     int `json:"rows"` // of [ReadWalks], over all layers
}

func (t *told) layer(format string) (*PolygonLayer, error) {
	l := &PolygonLayer{
		Format: format, Name: plain(t.Name, 200), Features: t.Features,
		Declared: t.Declared.shown(), CRS: t.Plane.shown(), Notes: t.notes(),
	}
	if !(l.CRS.MetresPerUnit > 0) || !finite(l.CRS.MetresPerUnit) {
		return nil, fmt.Errorf("%w: a unit of %v m", errFrame, l.CRS.MetresPerUnit)
	}
	for _, f := range t.Fields {
		l.Fields = append(l.Fields, SourceField{Name: plain(f.Name, 200), Type: plain(f.Type, 20)})
	}
	return l, nil
}

func (c CRS) shown() CRS {
	c.Name, c.WKT, c.Unit = plain(c.Name, 200), plain(c.WKT, 20_000), plain(c.Unit, 60)
	return c
}

func (t *told) notes() []ingest.Note {
	var notes []ingest.Note
	say := func(code, text string) { notes = append(notes, ingest.Note{Code: code, Text: text}) }
	if t.Plane.MetresPerUnit != 1 {
		unit := plain(t.Plane.Unit, 60)
		say("unit_converted", fmt.Sprintf("Coordinates in %s were converted to metres: 1 %s = %.12g m. 坐标单位 %s 已换算为米：1 %s = %.12g 米。",
			unit, unit, t.Plane.MetresPerUnit, unit, unit, t.Plane.MetresPerUnit))
	}
	if t.Counted {
		say("ids_counted", "An attribute named fid hides the feature ids; ids are places in the file, from 0. 属性字段 fid 掩盖了要素编号；编号改用文件中的顺序，从 0 起。")
	}
	if t.OldDatum {
		say("datum_shift_approximate", "Without transformation parameters of the region this datum is shifted to some tens of metres only. 没有当地转换参数，该基准的转换仅能达到数十米精度。")
	}
	if t.Mercator {
		say("mercator_projected", "The file is in a Mercator projection, in which areas are wrong; it was carried over into the working CRS. 文件为墨卡托投影，不能量算面积，已转换到工作坐标系。")
	}
	if t.Away > 0 {
		// The scale of areas on a transverse Mercator grid grows with the square
		// of the distance: λ² on the equator, less elsewhere.
		say("far_from_meridian", fmt.Sprintf("The ground reaches %.1f° from the central meridian, where plane areas are up to %.2f %% too large; name an equal-area CRS by --crs (EPSG:6933) for exact sums. 范围距中央经线最远 %.1f°，平面面积最多偏大 %.2f %%；如需准确合计，请用 --crs 指定等积投影（EPSG:6933）。",
			t.Away, areaScale(t.Away), t.Away, areaScale(t.Away)))
	}
	return notes
}

// areaScale is the excess of plane areas in per cent, at most.
func areaScale(degrees float64) float64 {
	const rad = 0.017453292519943295
	return 100 * degrees * degrees * rad * rad
}
