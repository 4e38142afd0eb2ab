package postgres

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/jackc/pgx/v5"

	"jieshi/mediation"
)

// SaveAreas adds administrative areas, parents before children, or brings those
// that exist up to date. Cases that lie there are placed anew.
func (db *DB) SaveAreas(ctx context.Context, source string, areas []mediation.AreaOutline) error {
	return db.write(ctx, func(tx pgx.Tx) error {
		for _, a := range areas {
			_, err := tx.Exec(ctx, `
				INSERT INTO administrative_area (code, parent_code, level, name, outline, source)
				VALUES ($1, nullif($2, ''), $3, $4, ST_Multi(ST_SetSRID(ST_GeomFromGeoJSON($5), 4490)), $6)
				ON CONFLICT (code) DO UPDATE SET parent_code = excluded.parent_code, level = excluded.level,
					name = excluded.name, outline = excluded.outline, source = excluded.source`,
				a.Code, a.Parent, a.Level, a.Name, string(a.Outline), source)
			if err != nil {
				return fmt.Errorf("area %s %s: %w", a.Code, a.Name, err)
			}
		}
		return placeCases(ctx, tx)
	})
}

// placeCases places every case with claims, after the areas have changed.
func placeCases(ctx context.Context, tx pgx.Tx) error {
	rows, _ := tx.Query(ctx, `
		SELECT case_id, (array_agg(id ORDER BY number DESC))[1] FROM contest_run GROUP BY case_id`)
	type placed struct{ Case, Run [16]byte }
	cases, err := pgx.CollectRows(rows, pgx.RowToStructByPos[placed])
	if err != nil {
		return fmt.Errorf("cases with ground: %w", err)
	}
	for _, c := range cases {
		if err := placeCase(ctx, tx, c.Case, c.Run); err != nil {
			return err
		}
	}
	return nil
}

// Areas returns the areas below parent (the top ones for an empty parent) down
// to level, with their outlines simplified for a map of the whole.
func (db *DB) Areas(ctx context.Context, parent string, level int) (areas []mediation.AreaOutline, err error) {
	err = db.read(ctx, func(tx pgx.Tx) error {
		if parent != "" {
			var top int
			if err := tx.QueryRow(ctx, "SELECT level FROM administrative_area WHERE code = $1", parent).Scan(&top); err != nil {
				return fmt.Errorf("area %s: %w", parent, domainError(err))
			}
			if level == 0 {
				level = top + 1
			}
		}
		rows, _ := tx.Query(ctx, areasBelow, pgx.StrictNamedArgs{"parent": textOrNull(parent), "level": max(level, 1)})
		areas, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (a mediation.AreaOutline, err error) {
			var outline json.RawMessage
			err = row.Scan(&a.Code, &a.Parent, &a.Level, &a.Name, &outline)
			a.Outline = outline
			return a, err
		})
		return err
	})
	return areas, err
}

var areasBelow = query("areas_below")
