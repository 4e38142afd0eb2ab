package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/ewkb"
	"github.com/spf13/cobra"
	"github.com/xuri/excelize/v2"

	"jieshi/geo"
	"jieshi/ingest"
	"jieshi/ingest/vector"
	"jieshi/internal/offline"
	"jieshi/internal/postgres"
	"jieshi/mediation"
)

func (p *program) auditExportCommand() *cobra.Command {
	var out string
	var maxZoom int
	cmd := &cobra.Command{
		Use:   "export AUDIT --out F.gpkg|F.geojson|F.xlsx|F.mbtiles",
		Short: "write the overlaps of an audit, largest first, to a new file",
		Args:  arguments(cobra.ExactArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			id, err := auditNumber(args[0])
			if err != nil {
				return err
			}
			if err := required(map[string]string{"out": out}); err != nil {
				return err
			}
			if maxZoom < 0 || maxZoom > mediation.AuditMaxZoom {
				return usageError{fmt.Errorf("--max-zoom %d is not within 0 and %d", maxZoom, mediation.AuditMaxZoom)}
			}
			write, check := exporter(exportMap), checkOut
			switch strings.ToLower(filepath.Ext(out)) {
			case ".xlsx":
				write, check = exportTable, checkNew
			case ".mbtiles":
				check = checkNew
				write = func(ctx context.Context, db *postgres.DB, audit postgres.Audit, out string, result *exportJSON) error {
					return p.exportTiles(ctx, db, audit, out, maxZoom, result)
				}
			}
			if err := check(out); err != nil {
				return err
			}
			return p.with(cmd.Context(), func(ctx context.Context, a *app) error { return p.exportAudit(ctx, a, id, out, write) })
		},
	}
	cmd.Flags().StringVar(&out, "out", "", "new file: GeoPackage (.gpkg), GeoJSON (.geojson), Excel (.xlsx) or vector tiles (.mbtiles)")
	cmd.Flags().IntVar(&maxZoom, "max-zoom", offline.UsualMaxZoom, "last zoom level of vector tiles, 18 at most")
	return cmd
}

// exporter writes what an audit has found to a new file, and says how much.
type exporter func(ctx context.Context, db *postgres.DB, audit postgres.Audit, out string, result *exportJSON) error

// checkNew refuses a name that a new file could not be written under.
func checkNew(path string) error {
	if _, err := os.Lstat(path); err == nil {
		return usageError{fmt.Errorf("--out %s is there already; name a new file", path)}
	}
	if info, err := os.Stat(filepath.Dir(path)); err != nil || !info.IsDir() {
		return usageError{fmt.Errorf("--out %s: there is no such folder", path)}
	}
	return nil
}

// exportJSON says what was written.
type exportJSON struct {
	Status   string `json:"status"` // "exported"
	Audit    int    `json:"audit"`
	File     string `json:"file"`
	Overlaps int    `json:"overlaps"`
	// WithoutPolygon counts overlaps that are thinner than the grid of 0.1 mm: a
	// table has them, a map does not.
	WithoutPolygon int    `json:"without_polygon"`
	Tiles          int    `json:"tiles,omitempty"` // vector tiles with something on them
	Checksum       string `json:"checksum"`
}

func (p *program) exportAudit(ctx context.Context, a *app, id int, out string, write exporter) error {
	audit, err := a.db.Audit(ctx, id)
	if err != nil {
		return err
	}
	if audit.FinishedAt.IsZero() {
		return offline.RefuseUnfinished(audit)
	}
	result := exportJSON{Status: "exported", Audit: id, File: out, Checksum: audit.Checksum.String()}
	if err := write(ctx, a.db, audit, out, &result); err != nil {
		return err
	}
	p.answer(result, func(w io.Writer) {
		_, _ = fmt.Fprintf(w, "%s: %d 处重叠 overlaps\n", out, result.Overlaps)
		if result.WithoutPolygon > 0 {
			_, _ = fmt.Fprintf(w, "  %d 处窄于 0.1 mm，无法绘出 thinner than 0.1 mm, not drawn\n", result.WithoutPolygon)
		}
		if result.Tiles > 0 {
			_, _ = fmt.Fprintf(w, "  %d 个矢量瓦片 vector tiles\n", result.Tiles)
		}
	})
	return nil
}

func exportMap(ctx context.Context, db *postgres.DB, audit postgres.Audit, out string, result *exportJSON) error {
	l := vector.Layer{Name: "overlaps", Geometry: vector.MultiPolygon, Fields: []vector.Field{
		{Name: "overlap", Type: vector.Text},
		{Name: "a", Type: vector.Long},
		{Name: "b", Type: vector.Long},
		{Name: "area_m2", Type: vector.Real},
		{Name: "area_mu", Type: vector.Real},
	}}
	l.Each = func(take func(vector.Feature) error) error {
		result.Overlaps, result.WithoutPolygon = 0, 0
		return db.Overlaps(ctx, audit.ID, 0, true, func(o postgres.Overlap) error {
			if o.Ground == nil {
				result.WithoutPolygon++
				return nil
			}
			result.Overlaps++
			g, _, err := ewkb.Unmarshal(o.Ground)
			if err != nil {
				return fmt.Errorf("ground of overlap %s: %w", o, err)
			}
			ground, ok := g.(orb.MultiPolygon)
			if !ok {
				return fmt.Errorf("ground of overlap %s is a %s", o, g.GeoJSONType())
			}
			return take(vector.Feature{
				Geometry: ground, Values: []any{o.String(), o.A, o.B, o.PlaneM2, geo.SquareMetres(o.PlaneM2).Mu()},
			})
		})
	}
	if strings.EqualFold(filepath.Ext(out), ".gpkg") {
		return vector.WriteGeoPackage(out, audit.SRID, audit.FinishedAt, []vector.Layer{l})
	}
	return writeGeoJSON(out, audit.SRID, l)
}

// exportTable writes two sheets: the audit, and its overlaps.
func exportTable(ctx context.Context, db *postgres.DB, audit postgres.Audit, out string, result *exportJSON) (err error) {
	if audit.Pairs >= excelize.TotalRows {
		return &ingest.Refusal{
			Code: "too_many_for_a_table", Where: fmt.Sprint(audit.Pairs),
			Reason: ingest.Text{ZH: "重叠数超过 Excel 的行数上限。", EN: "There are more overlaps than Excel has rows."},
			Remedy: ingest.Text{ZH: "请导出 GeoPackage（.gpkg）。", EN: "Export a GeoPackage (.gpkg)."},
		}
	}
	book := excelize.NewFile()
	defer func() { err = errors.Join(err, book.Close()) }()
	if err := summarySheet(book, audit); err != nil {
		return err
	}
	const sheet = "重叠 overlaps"
	if _, err := book.NewSheet(sheet); err != nil {
		return err
	}
	rows, err := book.NewStreamWriter(sheet)
	if err != nil {
		return err
	}
	if err := rows.SetRow("A1", []any{"编号 overlap", "甲 a", "乙 b", "面积 area m²", "面积 area 亩"}); err != nil {
		return err
	}
	err = db.Overlaps(ctx, audit.ID, 0, false, func(o postgres.Overlap) error {
		result.Overlaps++
		cell, err := excelize.CoordinatesToCellName(1, result.Overlaps+1)
		if err != nil {
			return err
		}
		// Excel keeps 15 digits of a number: ids are text.
		return rows.SetRow(cell, []any{o.String(), fmt.Sprint(o.A), fmt.Sprint(o.B), o.PlaneM2, geo.SquareMetres(o.PlaneM2).Mu()})
	})
	if err != nil {
		return err
	}
	if err := rows.Flush(); err != nil {
		return err
	}
	return saveBook(book, out)
}

func summarySheet(book *excelize.File, audit postgres.Audit) error {
	const sheet = "核查 audit"
	if err := book.SetSheetName("Sheet1", sheet); err != nil {
		return err
	}
	a := auditOf(audit)
	rows := [][]any{
		{"核查 audit", a.Audit},
		{"图层 layer", a.Layer},
		{"对照图层 against", a.Against},
		{"坐标系 CRS", fmt.Sprintf("EPSG:%d", a.SRID)},
		{"引擎 engine", a.Engine},
		{"完成 finished", audit.FinishedAt.Format(time.RFC3339)},
		{"重叠对 pairs", a.Pairs},
		{"合计 sum m² (平面 plane)", a.SumM2},
	}
	if a.DistinctM2 != nil {
		rows = append(rows, []any{"不重复 counted once m²", *a.DistinctM2})
	}
	rows = append(rows, []any{"SHA-256", a.Checksum})
	for i, row := range rows {
		cell, err := excelize.CoordinatesToCellName(1, i+1)
		if err != nil {
			return err
		}
		if err := book.SetSheetRow(sheet, cell, &row); err != nil {
			return err
		}
	}
	return book.SetColWidth(sheet, "A", "B", 32)
}

func saveBook(book *excelize.File, path string) (err error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o644) //nolint:gosec // a result for others to read
	if err != nil {
		return err
	}
	defer func() {
		if err = errors.Join(err, f.Close()); err != nil {
			err = errors.Join(err, os.Remove(path))
		}
	}()
	_, err = book.WriteTo(f)
	return err
}
