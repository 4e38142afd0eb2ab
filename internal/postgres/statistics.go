package postgres

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"jieshi/mediation"
)

var (
	caseFigures  = query("case_figures")
	sharedGround = query("shared_ground")
	unitedGround = query("united_ground")
	areaPath     = query("area_path")
)

// Statistics counts the cases that match, in one snapshot of the database.
func (db *DB) Statistics(ctx context.Context, f mediation.CaseFilter) (s mediation.Statistics, err error) {
	err = db.read(ctx, func(tx pgx.Tx) error {
		figures, err := queryFigures(ctx, tx, f)
		if err != nil {
			return err
		}
		path, err := queryAreas(ctx, tx, areaPath, f.Area)
		if err != nil {
			return err
		}
		var area *mediation.Area
		if f.Area != "" {
			if len(path) == 0 {
				return fmt.Errorf("area %s: %w", f.Area, mediation.ErrNotFound)
			}
			area = &path[len(path)-1]
		}
		below, err := queryAreas(ctx, tx, areasOneLevelDown, f.Area)
		if err != nil {
			return err
		}
		s, err = mediation.NewStatistics(ctx, figures, area, below, func(ctx context.Context, numbers []string, code string) (mediation.Levels, error) {
			return queryUnitedGround(ctx, tx, numbers, code)
		})
		s.Path = path
		return err
	})
	return s, err
}

const areasOneLevelDown = `
	SELECT code, name, level FROM administrative_area WHERE parent_code IS NOT DISTINCT FROM @code ORDER BY code`

func queryAreas(ctx context.Context, tx pgx.Tx, sql, code string) ([]mediation.Area, error) {
	rows, _ := tx.Query(ctx, sql, pgx.StrictNamedArgs{"code": textOrNull(code)})
	areas, err := pgx.CollectRows(rows, pgx.RowToStructByPos[mediation.Area])
	if err != nil {
		return nil, fmt.Errorf("areas: %w", err)
	}
	return areas, nil
}

func queryFigures(ctx context.Context, tx pgx.Tx, f mediation.CaseFilter) ([]mediation.CaseFigure, error) {
	args := pgx.StrictNamedArgs{
		"kind": textOrNull(string(f.Kind)), "area": textOrNull(f.Area),
		"accepted_from": dateOrNull(f.AcceptedFrom), "accepted_before": dateOrNull(f.AcceptedBefore),
	}
	rows, _ := tx.Query(ctx, caseFigures, args)
	figures, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (c mediation.CaseFigure, err error) {
		var ended *time.Time
		var codes []string
		var nominal, core, outer []float64
		err = row.Scan(&c.Number, &c.Kind, &c.AcceptedOn, &ended, &c.Resolved, &c.ThreeCross,
			&c.Ground.Nominal, &c.Ground.Core, &c.Ground.Outer, &codes, &nominal, &core, &outer)
		if ended != nil {
			c.EndedOn = *ended
		}
		c.Shares = make(map[string]mediation.Levels, len(codes))
		for i, code := range codes {
			c.Shares[code] = mediation.Levels{Nominal: nominal[i], Core: core[i], Outer: outer[i]}
		}
		return c, err
	})
	if err != nil {
		return nil, fmt.Errorf("figures of cases: %w", err)
	}
	return figures, addOverlaps(ctx, tx, figures)
}

// addOverlaps notes which cases dispute ground that another one disputes too.
func addOverlaps(ctx context.Context, tx pgx.Tx, figures []mediation.CaseFigure) error {
	at := make(map[string]int, len(figures))
	for i, f := range figures {
		at[f.Number] = i
	}
	rows, _ := tx.Query(ctx, sharedGround)
	var a, b string
	_, err := pgx.ForEachRow(rows, []any{&a, &b}, func() error {
		i, inA := at[a]
		j, inB := at[b]
		if inA && inB {
			figures[i].Overlaps = append(figures[i].Overlaps, b)
			figures[j].Overlaps = append(figures[j].Overlaps, a)
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("ground that cases share: %w", err)
	}
	return nil
}

func queryUnitedGround(ctx context.Context, tx pgx.Tx, numbers []string, areaCode string) (l mediation.Levels, err error) {
	err = tx.QueryRow(ctx, unitedGround, pgx.StrictNamedArgs{"numbers": numbers, "area": textOrNull(areaCode)}).Scan(&l.Nominal, &l.Core, &l.Outer)
	if errors.Is(err, pgx.ErrNoRows) {
		return l, nil
	}
	return l, err
}
