package postgres

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"math/big"

	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/ewkb"

	"jieshi/geo"
	"jieshi/mediation"
)

var (
	auditOverlaps = query("audit_overlaps")
	overlapDetail = query("overlap_detail")
)

// Overlaps calls each for the overlaps of an audit, largest first, limit of them
// at most (0: all). The ground is read only when asked for.
func (db *DB) Overlaps(ctx context.Context, audit, limit int, ground bool, each func(Overlap) error) error {
	return db.read(ctx, func(tx pgx.Tx) error {
		rows, _ := tx.Query(ctx, `
			SELECT a, b, plane_m2, CASE WHEN $3 THEN ST_AsEWKB(ground, 'NDR') END
			FROM overlap WHERE audit_id = $1 ORDER BY audit_id, units DESC, a, b LIMIT nullif($2, 0)`, audit, limit, ground) // ForEachRow reports its error
		o := Overlap{OverlapRef: OverlapRef{Audit: audit}}
		_, err := pgx.ForEachRow(rows, []any{&o.A, &o.B, &o.PlaneM2, &o.Ground}, func() error { return each(o) })
		return err
	})
}

// OverlapPage returns a page of the overlaps of an audit, largest first, without
// their ground. A cursor that is not of such a list is [mediation.ErrBadCursor].
func (db *DB) OverlapPage(ctx context.Context, audit int, f mediation.OverlapFilter) (page mediation.OverlapPage, err error) {
	args := pgx.StrictNamedArgs{"audit_id": audit, "over_m2": f.OverM2, "limit": f.Limit + 1, "units": nil, "a": nil, "b": nil}
	if f.After != "" {
		last, ok := overlapAfter(f.After)
		if !ok {
			return page, mediation.ErrBadCursor
		}
		args["units"], args["a"], args["b"] = last.units, last.a, last.b
	}
	var places []overlapPlace
	err = db.read(ctx, func(tx pgx.Tx) error {
		if err := knownAudit(ctx, tx, audit); err != nil {
			return err
		}
		rows, _ := tx.Query(ctx, auditOverlaps, args) // ForEachRow reports its error
		var at overlapPlace
		var m2 float64
		_, err := pgx.ForEachRow(rows, []any{&at.a, &at.b, &at.units, &m2}, func() error {
			places = append(places, at)
			page.Items = append(page.Items, Overlap{OverlapRef: OverlapRef{Audit: audit, A: at.a, B: at.b}, PlaneM2: m2})
			return nil
		})
		return err
	})
	if err != nil {
		return mediation.OverlapPage{}, fmt.Errorf("overlaps of audit %d: %w", audit, err)
	}
	if len(page.Items) > f.Limit { // one more than the page holds tells that there is a next one
		page.Items, page.Next = page.Items[:f.Limit], places[f.Limit-1].cursor()
	}
	return page, nil
}

func knownAudit(ctx context.Context, tx pgx.Tx, id int) error {
	var known bool
	if err := tx.QueryRow(ctx, "SELECT EXISTS (SELECT FROM audit WHERE id = $1)", id).Scan(&known); err != nil {
		return err
	}
	if !known {
		return unknownAudit(id)
	}
	return nil
}

// overlapPlace is where an overlap stands in the list.
type overlapPlace struct {
	units string // exact area
	a, b  int64
}

func (p overlapPlace) cursor() string {
	return base64.RawURLEncoding.EncodeToString(fmt.Appendf(nil, "%s|%d|%d", p.units, p.a, p.b))
}

func overlapAfter(cursor string) (p overlapPlace, ok bool) {
	text, err := base64.RawURLEncoding.DecodeString(cursor)
	if err != nil {
		return p, false
	}
	var units big.Int
	_, err = fmt.Sscanf(string(text), "%d|%d|%d", &units, &p.a, &p.b)
	p.units = units.String()
	return p, err == nil
}

// OverlapDetail returns an overlap with its two parcels and, if it has become a
// case, the number of that.
func (db *DB) OverlapDetail(ctx context.Context, ref OverlapRef) (d mediation.OverlapDetail, err error) {
	d.OverlapRef = ref
	err = db.read(ctx, func(tx pgx.Tx) error {
		if err := knownAudit(ctx, tx, ref.Audit); err != nil {
			return err
		}
		var layer int
		var grounds [2][]byte
		var plane, ellipsoidal [2]float64
		p, q := &d.Parcels[0], &d.Parcels[1]
		p.Feature, q.Feature = ref.A, ref.B
		err := tx.QueryRow(ctx, overlapDetail, pgx.StrictNamedArgs{"audit_id": ref.Audit, "a": ref.A, "b": ref.B}).Scan(
			&layer, &d.SRID, &d.PlaneM2, &d.M2, &d.LonLat,
			&p.Layer, &p.Kind, &p.SigmaM, &grounds[0], &plane[0], &ellipsoidal[0], &p.LonLat,
			&q.Layer, &q.Kind, &q.SigmaM, &grounds[1], &plane[1], &ellipsoidal[1], &q.LonLat)
		if errors.Is(err, pgx.ErrNoRows) {
			return unknownOverlap(ref)
		}
		if err != nil {
			return err
		}
		for i := range d.Parcels {
			g, _, err := ewkb.Unmarshal(grounds[i])
			ground, ok := g.(orb.MultiPolygon)
			if err == nil && !ok {
				err = fmt.Errorf("ground of parcel %d is a %T", d.Parcels[i].Feature, g)
			}
			if err != nil {
				return err
			}
			sigma := groundSigma(ground, geo.Metres(d.Parcels[i].SigmaM))
			d.Parcels[i].Area = mediation.NewMeasure(ellipsoidal[i], plane[i], float64(sigma))
		}
		d.Case, err = caseOfOverlap(ctx, tx, requestOf(layer, sha256.Sum256(grounds[0]), sha256.Sum256(grounds[1])))
		return err
	})
	if err != nil {
		return d, fmt.Errorf("overlap %s: %w", ref, err)
	}
	return d, nil
}

// caseOfOverlap returns the number of the case that was made of a finding, if any.
func caseOfOverlap(ctx context.Context, tx pgx.Tx, asked request) (number string, err error) {
	err = tx.QueryRow(ctx, `
		SELECT number FROM idempotency_key JOIN dispute_case ON dispute_case.id = subject_id
		WHERE operation = $1 AND key = $2`, asked.operation, asked.key).Scan(&number)
	if errors.Is(err, pgx.ErrNoRows) {
		return "", nil
	}
	return number, err
}
