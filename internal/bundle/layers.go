package bundle

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/paulmach/orb"

	"jieshi/geo"
	"jieshi/ingest/vector"
	"jieshi/mediation"
)

// writeLayers writes the ground for other programs.
func writeLayers(_ context.Context, bag *bagWriter, src *source, o Options) error {
	claims, err := claimLayer(src.claims)
	if err != nil {
		return err
	}
	walks, fixes := walkLayers(src.Walks)
	for _, l := range []vector.Layer{claims, pieceLayer(src.document), walks} {
		b, err := geoJSON(l, src.document.SRID)
		if err != nil {
			return fmt.Errorf("%s.geojson: %w", l.Name, err)
		}
		if err := bag.addBytes(l.Name+".geojson", b); err != nil {
			return err
		}
	}
	layers := append([]vector.Layer{claims}, runLayers(src.document)...)
	return writeGeoPackage(bag, src.document.SRID, o.MadeAt, append(layers, walks, fixes))
}

// geoJSON returns l as a GeoJSON file, whatever CRS it is in.
func geoJSON(l vector.Layer, srid int) ([]byte, error) {
	if !l.LonLat {
		geometries := make([]orb.Geometry, len(l.Features))
		for i, f := range l.Features {
			geometries[i] = f.Geometry
		}
		moved, err := vector.ToLonLat(srid, geometries...)
		if err != nil {
			return nil, err
		}
		features := make([]vector.Feature, len(l.Features))
		for i, f := range l.Features {
			features[i] = vector.Feature{Geometry: moved[i], Values: f.Values}
		}
		l.Features, l.LonLat = features, true
	}
	var out bytes.Buffer
	err := vector.WriteGeoJSON(&out, l)
	return out.Bytes(), err
}

// writeGeoPackage goes through a file of its own, since SQLite must be able to
// turn back in it.
func writeGeoPackage(bag *bagWriter, srid int, at time.Time, layers []vector.Layer) (err error) {
	dir, err := os.MkdirTemp("", "jieshi-bundle-*")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	path := filepath.Join(dir, "claims.gpkg")
	if err := vector.WriteGeoPackage(path, srid, at, layers); err != nil {
		return err
	}
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	_, err = bag.add("claims.gpkg", f)
	return err
}

func claimLayer(list claimList) (vector.Layer, error) {
	l := vector.Layer{Name: "claims", Geometry: vector.MultiPolygon, Fields: append([]vector.Field{
		{Name: "claim", Type: vector.Text},
		{Name: "version", Type: vector.Integer},
		{Name: "party", Type: vector.Text},
		{Name: "side", Type: vector.Integer},
		{Name: "sigma_m", Type: vector.Real},
		{Name: "source", Type: vector.Text},
		{Name: "filed_at", Type: vector.Text},
		{Name: "sha256", Type: vector.Text},
	}, areaFields("")...)}
	for _, c := range list.Claims {
		ground, err := c.ground()
		if err != nil {
			return l, err
		}
		l.Features = append(l.Features, vector.Feature{Geometry: ground, Values: append([]any{
			c.Claim.String(), c.Version, c.Party, c.Side, c.SigmaM, c.Source, c.FiledAt, c.SHA256.String(),
		}, areaValues(c.Area)...)})
	}
	return l, nil
}

// areaFields are the columns of a measure; the prefix says of which ground.
func areaFields(prefix string) []vector.Field {
	return []vector.Field{
		{Name: prefix + "ellipsoidal_m2", Type: vector.Real},
		{Name: prefix + "plane_m2", Type: vector.Real},
		{Name: prefix + "sigma_m2", Type: vector.Real},
		{Name: prefix + "ellipsoidal_mu", Type: vector.Real},
	}
}

func areaValues(m mediation.Measure) []any {
	e := m.Ellipsoidal
	return []any{round4(e.SquareMetres), round4(m.Plane.SquareMetres), round4(e.Sigma), math.Round(e.SquareMetres.Mu()*1e4) / 1e4}
}

// round4 is how areas are rounded at every border ([geo.Area]).
func round4(a geo.SquareMetres) float64 { return math.Round(float64(a)*1e4) / 1e4 }

// pieceLayer holds everything of a run in one layer: nominal pieces and their
// cores, and the outer extent of the case and of each pair.
func pieceLayer(d *runDocument) vector.Layer {
	l := vector.Layer{Name: "pieces", Geometry: vector.MultiPolygon, Fields: append([]vector.Field{
		{Name: "level", Type: vector.Text},
		{Name: "n", Type: vector.Integer},
		{Name: "sides", Type: vector.Text},
		{Name: "parties", Type: vector.Text},
		{Name: "verdict", Type: vector.Text},
		{Name: "width_m", Type: vector.Real},
		{Name: "tolerance_m", Type: vector.Real},
		{Name: "sliver", Type: vector.Boolean},
	}, areaFields("")...)}
	add := func(level mediation.Level, p documentPiece, g ground, m mediation.Measure) {
		l.Features = append(l.Features, vector.Feature{Geometry: orb.MultiPolygon(g), Values: append([]any{
			string(level), p.N, numbers(p.Sides), d.parties(p.Sides), string(p.Verdict), p.WidthM, p.ToleranceM, p.Sliver,
		}, areaValues(m)...)})
	}
	for _, p := range d.Pieces {
		add(mediation.Nominal, p, p.Ground, p.Nominal)
		if len(p.CoreGround) > 0 {
			add(mediation.Core, p, p.CoreGround, p.Core)
		}
	}
	for _, e := range d.Extents {
		if e.Level != mediation.Outer || len(e.Ground) == 0 {
			continue
		}
		l.Features = append(l.Features, vector.Feature{Geometry: orb.MultiPolygon(e.Ground), Values: append([]any{
			string(e.Level), nil, numbers(e.Sides), d.parties(e.Sides), nil, nil, nil, nil,
		}, areaValues(e.Area)...)})
	}
	return l
}

// runLayers are the layers of a run for a GeoPackage: one a level, so that each
// opens with one style.
func runLayers(d *runDocument) []vector.Layer {
	all := pieceLayer(d)
	layers := []vector.Layer{
		{Name: "pieces", Geometry: vector.Polygon, Fields: all.Fields},
		{Name: "cores", Geometry: vector.MultiPolygon, Fields: all.Fields},
		{Name: "outer", Geometry: vector.MultiPolygon, Fields: all.Fields},
	}
	for _, f := range all.Features {
		switch ground := f.Geometry.(orb.MultiPolygon); mediation.Level(f.Values[0].(string)) {
		case mediation.Nominal:
			for _, polygon := range ground { // a piece is connected: one
				layers[0].Features = append(layers[0].Features, vector.Feature{Geometry: polygon, Values: f.Values})
			}
		case mediation.Core:
			layers[1].Features = append(layers[1].Features, f)
		case mediation.Outer:
			layers[2].Features = append(layers[2].Features, f)
		}
	}
	return layers
}

func numbers(sides []int) string {
	out := make([]string, len(sides))
	for i, n := range sides {
		out[i] = strconv.Itoa(n)
	}
	return strings.Join(out, ",")
}

func (d *runDocument) parties(sides []int) string {
	out := make([]string, len(sides))
	for i, n := range sides {
		out[i] = d.names[n]
	}
	return strings.Join(out, "；")
}

// walkLayers are the raw lines and every fix, as they were recorded.
func walkLayers(walks []mediation.BundleWalk) (lines, fixes vector.Layer) {
	lines = vector.Layer{Name: "walks", Geometry: vector.LineString, LonLat: true, Fields: []vector.Field{
		{Name: "walk", Type: vector.Text},
		{Name: "party", Type: vector.Text},
		{Name: "side", Type: vector.Integer},
		{Name: "filename", Type: vector.Text},
		{Name: "format", Type: vector.Text},
		{Name: "sha256", Type: vector.Text},
		{Name: "fixes", Type: vector.Integer},
		{Name: "received_at", Type: vector.Text},
	}}
	fixes = vector.Layer{Name: "fixes", Geometry: vector.Point, LonLat: true, Fields: []vector.Field{
		{Name: "walk", Type: vector.Text},
		{Name: "party", Type: vector.Text},
		{Name: "n", Type: vector.Integer},
		{Name: "time_utc", Type: vector.Text},
		{Name: "quality", Type: vector.Text},
		{Name: "sigma_m", Type: vector.Real},
		{Name: "height_m", Type: vector.Real},
		{Name: "height_type", Type: vector.Text},
		{Name: "satellites", Type: vector.Integer},
		{Name: "jump", Type: vector.Boolean},
	}}
	for _, w := range walks {
		id := w.Walk.ID.String()
		var line orb.LineString
		for _, f := range w.Fixes {
			line = append(line, f.LonLat)
			fixes.Features = append(fixes.Features, vector.Feature{Geometry: orb.Point(f.LonLat), Values: []any{
				id, w.Walk.Party.Name, f.N, timeOrNil(f.Time), string(f.Quality), orNil(f.SigmaM), orNil(f.HeightM), string(f.HeightType),
				orNil(f.Satellites), f.Jump,
			}})
		}
		if len(line) > 0 {
			lines.Features = append(lines.Features, vector.Feature{Geometry: line, Values: []any{
				id, w.Walk.Party.Name, w.Walk.Party.Side, w.Walk.Filename, w.Walk.Format, w.Walk.SHA256.String(), len(w.Fixes),
				w.Walk.ReceivedAt.UTC().Format(time.RFC3339),
			}})
		}
	}
	return lines, fixes
}

func timeOrNil(t *time.Time) any {
	if t == nil || t.IsZero() {
		return nil
	}
	return t.UTC().Format("2006-01-02T15:04:05.000Z")
}

func orNil[T any](p *T) any {
	if p == nil {
		return nil
	}
	return *p
}
