package main

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"jieshi/ingest"
	"jieshi/ingest/raster"
	"jieshi/ingest/vector"
	"jieshi/internal/postgres"
	"jieshi/mediation"
)

func (p *program) layerCommand() *cobra.Command {
	return group("layer", "registers of parcels, in bulk, to be audited",
		p.layerImportCommand(), p.layerUpdateCommand(), p.layerListCommand(), p.layerFaultsCommand())
}

// layerJSON is a layer at the border of the command line.
type layerJSON struct {
	Name       string     `json:"name"`
	Kind       string     `json:"kind"`
	SRID       int        `json:"srid"`
	SigmaM     *float64   `json:"sigma_m"` // null: nobody has said
	Source     string     `json:"source"`
	SHA256     string     `json:"source_sha256"`
	Parcels    int64      `json:"parcels"`
	ImportedAt *time.Time `json:"imported_at"` // null: under way, or cut short
	ImportedBy string     `json:"imported_by"`
}

func layerOf(l postgres.Layer) layerJSON {
	out := layerJSON{
		Name: l.Name, Kind: l.Kind, SRID: l.SRID, Source: l.Source, SHA256: l.SHA256.String(), Parcels: l.Parcels, ImportedBy: l.ImportedBy,
	}
	if l.SigmaM > 0 {
		out.SigmaM = &l.SigmaM
	}
	if l.ImportedAt.Year() > 1 {
		out.ImportedAt = &l.ImportedAt
	}
	return out
}

func (p *program) layerListCommand() *cobra.Command {
	return &cobra.Command{
		Use: "list", Short: "list the layers", Args: arguments(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			return p.with(cmd.Context(), func(ctx context.Context, a *app) error {
				layers, err := a.db.Layers(ctx)
				if err != nil {
					return err
				}
				out := []layerJSON{}
				for _, l := range layers {
					out = append(out, layerOf(l))
				}
				p.answer(map[string]any{"layers": out}, func(w io.Writer) {
					for _, l := range layers {
						state := "未完成 unfinished: import the same file again"
						if l.ImportedAt.Year() > 1 {
							state = l.ImportedAt.Format(time.RFC3339)
						}
						_, _ = fmt.Fprintf(w, "%-24s %-7s EPSG:%-6d %10d 宗 parcels  %s  %s\n", l.Name, l.Kind, l.SRID, l.Parcels, l.Source, state)
					}
				})
				return nil
			})
		},
	}
}

// layerRequest is one call of `jieshi layer import`.
type layerRequest struct {
	path, layer string // layer of the file
	new         postgres.NewLayer
	srid        int // 0 leaves the CRS to the file
}

func (p *program) layerImportCommand() *cobra.Command {
	var q layerRequest
	var crs string
	cmd := &cobra.Command{
		Use:   "import FILE --layer NAME [--kind land|forest|water|other] [--sigma M]",
		Short: "import a register: Shapefile (zip), GeoPackage, GeoJSON, FlatGeobuf; goes on where it was cut short",
		Args:  arguments(cobra.ExactArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) (err error) {
			q.path = args[0]
			if err := required(map[string]string{"layer": q.new.Name}); err != nil {
				return err
			}
			if q.srid, err = sridFlag(crs); err != nil {
				return err
			}
			if s := q.new.SigmaM; s != 0 && !(s > 0 && s <= 50) {
				return usageError{fmt.Errorf("--sigma %v is not between 0 and 50 m", s)}
			}
			switch q.new.Kind {
			case "land", "forest", "water", "other":
			default:
				return usageError{fmt.Errorf("--kind %q is none of land, forest, water, other", q.new.Kind)}
			}
			return p.with(cmd.Context(), func(ctx context.Context, a *app) error { return p.importLayer(ctx, a, q) })
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&q.new.Name, "layer", "", "name by which the register is called from now on")
	flags.StringVar(&q.new.Kind, "kind", "other", "land, forest, water or other")
	flags.Float64Var(&q.new.SigmaM, "sigma", 0, "1σ error of its boundary lines in metres, for cases made of overlaps")
	flags.StringVar(&q.layer, "file-layer", "", "layer of FILE (needed where it has several)")
	flags.StringVar(&crs, "crs", "", "import in EPSG:N, a projected CRS in metres (default: that of FILE; for degrees the zone of the place)")
	return cmd
}

// importJSON says what an import did.
type importJSON struct {
	Status   string        `json:"status"` // "imported"
	Layer    layerJSON     `json:"layer"`
	Features int64         `json:"features"`
	Resumed  int64         `json:"resumed"` // features that an earlier import had committed
	Skipped  int           `json:"skipped"` // features that are not polygons
	Repaired int64         `json:"repaired"`
	Refused  int64         `json:"refused"`
	Harmless int64         `json:"harmless"`
	Faults   []faultJSON   `json:"faults"` // the first of them; layer faults lists all
	Notes    []ingest.Note `json:"notes"`
	Seconds  float64       `json:"seconds"`
}

type faultJSON struct {
	Feature int64       `json:"feature"`
	Rule    string      `json:"rule"`
	Reason  ingest.Text `json:"reason"`
	At      *[2]float64 `json:"at"` // x east, y north in the CRS of the layer; null: of the whole parcel
	Outcome string      `json:"outcome"`
}

func faultsOf(faults []postgres.ParcelFault) []faultJSON {
	out := []faultJSON{}
	for _, f := range faults {
		out = append(out, faultJSON{f.Feature, string(f.Rule), f.Reason(), f.At, string(f.Outcome)})
	}
	return out
}

// shownFaults is how many faults an import prints; layer faults has the rest.
const shownFaults = 20

func (p *program) importLayer(ctx context.Context, a *app, q layerRequest) (err error) {
	begin := time.Now()
	if q.new.SHA256, err = hashFile(q.path); err != nil {
		return err
	}
	q.new.Source = filepath.Base(q.path)
	show := p.progress()
	defer show.end()
	var m *postgres.LayerImport
	defer func() {
		if m != nil {
			m.Close()
		}
	}()
	options := vector.ReadOptions{Layer: q.layer, SRID: q.srid, Log: p.log}
	n := 0
	reading, err := vector.ReadPolygons(ctx, q.path, options, func(l *vector.PolygonLayer, g vector.Ground) error {
		if m == nil {
			if err := fitsDatabase(l); err != nil {
				return err
			}
			q.new.SRID = l.CRS.SRID
			if m, err = a.db.BeginImport(ctx, q.new); err != nil {
				return err
			}
		}
		if n++; n%256 == 0 && l.Features > 0 {
			show.stage(raster.Progress{Stage: "import", Done: min(1, float64(n)/float64(l.Features))})
		}
		return m.Add(ctx, g.ID, g.Shape)
	})
	if err != nil {
		return err
	}
	if m == nil {
		return &ingest.Refusal{
			Code: "layer_empty", Where: q.path,
			Reason: ingest.Text{ZH: "文件中没有面要素。", EN: "There is no polygon in the file."},
			Remedy: ingest.Text{ZH: "请选择宗地图层（--file-layer）。", EN: "Choose the layer with the parcels (--file-layer)."},
		}
	}
	report, err := m.Finish(ctx)
	if err != nil {
		return err
	}
	faults, err := a.db.LayerFaults(ctx, q.new.Name, shownFaults)
	if err != nil {
		return err
	}
	show.end()
	out := importJSON{
		Status: "imported", Layer: layerOf(report.Layer), Features: report.Features, Resumed: report.Resumed, Skipped: reading.Skipped(),
		Repaired: report.Repaired, Refused: report.Refused, Harmless: report.Harmless, Faults: faultsOf(faults),
		Notes: append([]ingest.Note{}, reading.Notes...), Seconds: seconds(begin),
	}
	p.answer(out, func(w io.Writer) { tellImport(w, out, faults) })
	return nil
}

func tellImport(w io.Writer, r importJSON, faults []postgres.ParcelFault) {
	_, _ = fmt.Fprintf(w, "图层 layer %s: %d 宗 parcels, EPSG:%d, %.1f s\n", r.Layer.Name, r.Layer.Parcels, r.Layer.SRID, r.Seconds)
	if r.Resumed > 0 {
		_, _ = fmt.Fprintf(w, "  从第 %d 个要素继续 went on after %d features\n", r.Resumed+1, r.Resumed)
	}
	if r.Repaired+r.Refused > 0 {
		_, _ = fmt.Fprintf(w, "  修复 repaired %d, 未收 refused %d (jieshi layer faults %s)\n", r.Repaired, r.Refused, r.Layer.Name)
	}
	tellFaults(w, faults)
}

func tellFaults(w io.Writer, faults []postgres.ParcelFault) {
	for _, f := range faults {
		at := ""
		if f.At != nil {
			at = fmt.Sprintf("  X(北) %.3f  Y(东) %.3f", f.At[1], f.At[0])
		}
		reason := f.Reason()
		_, _ = fmt.Fprintf(w, "  %10d  %s %s  %s%s\n", f.Feature, reason.ZH, reason.EN, f.Outcome, at)
	}
}

// fitsDatabase refuses a CRS that the database could not name.
func fitsDatabase(l *vector.PolygonLayer) error {
	if l.CRS.SRID != 0 && l.CRS.MetresPerUnit == 1 {
		return nil
	}
	return &ingest.Refusal{
		Code: "crs_not_for_registers", Where: l.CRS.Name,
		Reason: ingest.Text{ZH: "图层的坐标系没有 EPSG 代码，或单位不是米。", EN: "The CRS of the layer has no EPSG code, or its unit is not the metre."},
		Remedy: ingest.Text{ZH: "请用 --crs EPSG:N 指定以米为单位的投影坐标系。", EN: "Name a projected CRS in metres by --crs EPSG:N."},
	}
}

func hashFile(path string) (h mediation.Hash, err error) {
	f, err := os.Open(path) //nolint:gosec // the person's own file
	if err != nil {
		return h, usageError{err}
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	if info, err := f.Stat(); err != nil || info.IsDir() {
		return h, usageError{errors.Join(err, fmt.Errorf("%s is a folder; name one file", path))}
	}
	sum := sha256.New()
	if _, err := io.Copy(sum, f); err != nil {
		return h, fmt.Errorf("%s: %w", path, err)
	}
	copy(h[:], sum.Sum(nil))
	return h, nil
}

func (p *program) layerFaultsCommand() *cobra.Command {
	return &cobra.Command{
		Use: "faults NAME", Short: "what was wrong with the parcels of a layer as they came, by feature id", Args: arguments(cobra.ExactArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			return p.with(cmd.Context(), func(ctx context.Context, a *app) error {
				faults, err := a.db.LayerFaults(ctx, args[0], 0)
				if err != nil {
					return err
				}
				p.answer(map[string]any{"layer": args[0], "faults": faultsOf(faults)}, func(w io.Writer) { tellFaults(w, faults) })
				return nil
			})
		},
	}
}
