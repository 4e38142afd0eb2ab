package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"

	"github.com/paulmach/orb"

	"jieshi/geo/overlay"
	"jieshi/geo/overlay/overlaytest"
)

// realData returns the folder of real layers: the one that JIESHI_REAL_DATA names,
// else one beside the checkout, as for CI; or nothing.
func realData() string {
	if dir := os.Getenv("JIESHI_REAL_DATA"); dir != "" {
		return dir
	}
	const beside = "../shared/data"
	if info, err := os.Stat(beside); err == nil && info.IsDir() {
		return beside
	}
	return ""
}

// realLayers returns the layers that other people drew, under dir.
func realLayers(dir string) []layer {
	at := func(name string) string { return filepath.Join(dir, "claims", name) }
	all := layer{kinds: allKinds, serial: true, parallel: true, geos: true}
	neighbourhoods, municipalities := all, all
	neighbourhoods.name = "albuquerque"
	neighbourhoods.about = "neighbourhoods as their associations drew them, EPSG:6933"
	neighbourhoods.make = func() ([]overlaytest.Claim, error) {
		return readReal("EPSG:6933", at("albuquerque.geojson"))
	}
	municipalities.name = "municipalities"
	municipalities.about = "Swiss municipalities of 2010 and of 2026 in one layer, EPSG:2056"
	municipalities.make = func() ([]overlaytest.Claim, error) {
		return readReal("EPSG:2056", "/vsizip/"+at("municipalities_2010.zip"), "/vsizip/"+at("municipalities_2026.zip"))
	}
	return []layer{neighbourhoods, municipalities}
}

// readReal reads polygons through ogr2ogr. Broken boundaries are repaired, so
// that everybody measures the same valid claims.
func readReal(crs string, files ...string) (claims []overlaytest.Claim, err error) {
	for _, file := range files {
		var text, trouble bytes.Buffer
		ogr := exec.Command("ogr2ogr", "-q", "-f", "GeoJSON", "-lco", "COORDINATE_PRECISION=4", "-dim", "XY", "-t_srs", crs, "/vsistdout/", file) //nolint:gosec // the folder that the person named
		ogr.Stdout, ogr.Stderr = &text, &trouble
		if err := ogr.Run(); err != nil {
			return nil, fmt.Errorf("ogr2ogr %s: %w: %s", filepath.Base(file), err, firstLine(trouble.String()))
		}
		var collection struct{ Features []struct{ Geometry outline } }
		if err := json.Unmarshal(text.Bytes(), &collection); err != nil {
			return nil, fmt.Errorf("%s as GeoJSON: %w", filepath.Base(file), err)
		}
		for _, f := range collection.Features {
			ground, err := f.Geometry.ground(context.Background())
			if err != nil {
				return nil, fmt.Errorf("%s: %w", filepath.Base(file), err)
			}
			if len(ground) > 0 {
				claims = append(claims, overlaytest.Claim{ID: int64(len(claims) + 1), Ground: ground})
			}
		}
	}
	if len(claims) == 0 {
		return nil, errors.New("no polygons in " + filepath.Base(files[0]))
	}
	return claims, nil
}

// An outline is a GeoJSON geometry.
type outline struct {
	Type        string
	Coordinates json.RawMessage
}

// ground returns the outline on the grid; what is no polygon has no ground.
func (o outline) ground(ctx context.Context) (overlay.MultiPolygon, error) {
	m := make(orb.MultiPolygon, 1)
	var into any = &m
	switch o.Type {
	case "Polygon":
		into = &m[0]
	case "MultiPolygon":
	default:
		return nil, nil
	}
	if err := json.Unmarshal(o.Coordinates, into); err != nil {
		return nil, err
	}
	ground, err := overlay.Snap(m)
	if err != nil {
		return nil, err
	}
	faults, err := overlay.Validate(ctx, ground)
	if err != nil || !slices.ContainsFunc(faults, func(f overlay.Fault) bool { return f.Rule.Breaks() }) {
		return ground, err
	}
	return overlay.Repair(ctx, ground)
}
