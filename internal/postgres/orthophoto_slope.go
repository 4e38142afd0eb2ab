package postgres

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/ewkb"

	"jieshi/geo"
	"jieshi/ingest"
	"jieshi/mediation"
)

var orthophotoSlope = query("orthophoto_slope")

// SlopeGrounds returns the contested pieces of the newest run in the CRS of a
// model of heights; without a run there are none. A picture, and a model whose
// projection has no code, are [*ingest.Refusal].
func (db *DB) SlopeGrounds(ctx context.Context, id uuid.UUID) (g mediation.SlopeGrounds, err error) {
	err = db.read(ctx, func(tx pgx.Tx) error {
		photo, err := queryOrthophoto(ctx, tx, id)
		if err != nil {
			return err
		}
		var told struct {
			Unit float64 `json:"unit_m"`
		}
		if err := json.Unmarshal(photo.Report, &told); err != nil {
			return fmt.Errorf("report of orthophoto %s: %w", id, err)
		}
		if photo.Kind == mediation.Picture || photo.SRID == 0 || told.Unit == 0 {
			return refuseSlope(photo)
		}
		g = mediation.SlopeGrounds{Measure: photo.Measure, Kind: photo.Kind, Unit: geo.Metres(told.Unit)}
		rows, _ := tx.Query(ctx, orthophotoSlope, pgx.StrictNamedArgs{"id": id})
		g.Pieces, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (p mediation.SlopeGround, err error) {
			var ground []byte
			if err := row.Scan(&g.Run, &g.RunNumber, &p.N, &p.M2, &ground); err != nil {
				return p, err
			}
			shape, _, err := ewkb.Unmarshal(ground)
			if err != nil {
				return p, err
			}
			var ok bool
			if p.Ground, ok = shape.(orb.MultiPolygon); !ok {
				return p, fmt.Errorf("piece %d is a %s", p.N, shape.GeoJSONType())
			}
			return p, nil
		})
		if err != nil {
			return fmt.Errorf("pieces under orthophoto %s: %w", id, err)
		}
		return nil
	})
	return g, err
}

func refuseSlope(photo mediation.Orthophoto) *ingest.Refusal {
	return &ingest.Refusal{
		Code: "no_slope", Where: photo.Filename,
		Reason: ingest.Text{ZH: "该影像不是投影坐标系下的高程模型，没有坡面面积。", EN: "This is no model of heights in a known projection, so there is no area along the slope."},
		Remedy: ingest.Text{ZH: "请导入声明为 DSM 或 DTM、采用 CGCS2000 或 UTM 投影的高程模型。", EN: "Bring in a model of heights, declared as DSM or DTM, in a CGCS2000 or UTM projection."},
	}
}
