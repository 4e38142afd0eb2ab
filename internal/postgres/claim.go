package postgres

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"

	"jieshi/geo"
	"jieshi/ingest"
	"jieshi/mediation"
)

// maxScaleError is how far a plane area may be from the ellipsoidal one: a grid
// used where it belongs is within 0.1 %, a national one within 0.7 %.
const maxScaleError = 0.01

// checkScale refuses ground where the working CRS does not belong: its plane
// areas and every distance from a line (sigma, widths, bands) would be wrong.
func checkScale(srid int, planeM2, ellipsoidalM2 float64) error {
	if math.Abs(planeM2-ellipsoidalM2) <= maxScaleError*ellipsoidalM2+1 {
		return nil
	}
	return &ingest.Refusal{
		Code: "ground_outside_crs",
		Reason: ingest.Text{
			ZH: fmt.Sprintf("该范围不在案件坐标系 EPSG:%d 的适用区域内：平面面积 %.0f m²，实地面积 %.0f m²。", srid, planeM2, ellipsoidalM2),
			EN: fmt.Sprintf("This ground lies where the CRS of the case, EPSG:%d, does not hold: %.0f m² in its plane are %.0f m² on the ground.", srid, planeM2, ellipsoidalM2),
		},
		Remedy: ingest.Text{
			ZH: "请核对数据是否属于本案；如属于，请以适合当地的坐标系另立新案。",
			EN: "Check whether this belongs to the case; if it does, open a new case with the CRS of the place.",
		},
	}
}

// SaveClaim makes a drawn or generated ground the live claim of a party, and
// contests the case anew, in one transaction. ground is an EWKB MultiPolygon in
// the working CRS of the case; it is snapped to the grid, and must be valid.
func (db *DB) SaveClaim(ctx context.Context, number, party, source string, sigmaM float64, ground []byte) (claim *mediation.Claim, run *uuid.UUID, err error) {
	err = db.write(ctx, func(tx pgx.Tx) error {
		c, err := lockCase(ctx, tx, number)
		if err != nil {
			return err
		}
		if c.ended {
			return mediation.ErrEnded
		}
		n := newClaim{source: source, sigma: geo.Metres(sigmaM)}
		var srid int
		err = tx.QueryRow(ctx, `
			SELECT ST_SRID(ground), ST_AsEWKB(ground, 'NDR'), ellipsoidal_m2(ground)
			FROM (SELECT ST_Multi(ST_ForcePolygonCCW(ST_ReducePrecision(ST_GeomFromEWKB($1), $2))) AS ground) AS snapped`,
			ground, mediation.GridMetres).Scan(&srid, &n.ground, &n.ellipsoidalM2)
		if err != nil {
			return fmt.Errorf("ground of the claim: %w", err)
		}
		if err := settleSRID(ctx, tx, &c, srid); err != nil {
			return err
		}
		if n.party, err = joinParty(ctx, tx, c.id, party); err != nil {
			return err
		}
		claim, run, err = saveClaim(ctx, tx, c, n)
		return err
	})
	return claim, run, err
}

// Claims returns the live claims of a case, in the order of their sides.
func (db *DB) Claims(ctx context.Context, number string) (claims []mediation.Claim, err error) {
	err = db.read(ctx, func(tx pgx.Tx) error {
		id, err := caseID(ctx, tx, number)
		if err != nil {
			return err
		}
		claims, err = queryClaims(ctx, tx, "case", id)
		return err
	})
	return claims, err
}

// RunClaims returns the claim versions that a run was computed from.
func (db *DB) RunClaims(ctx context.Context, run uuid.UUID) (claims []mediation.Claim, err error) {
	err = db.read(ctx, func(tx pgx.Tx) error {
		if claims, err = queryClaims(ctx, tx, "run", run); err != nil || len(claims) > 0 {
			return err
		}
		var known bool // a run of no claims: all were withdrawn
		err = tx.QueryRow(ctx, "SELECT EXISTS (SELECT FROM contest_run WHERE id = $1)", run).Scan(&known)
		return errors.Join(err, unknownRun(known, run))
	})
	return claims, err
}

var claimsQuery = query("claims")

// queryClaims returns the claims of one case (live ones), run, walk or claim
// (newest version first).
func queryClaims(ctx context.Context, tx pgx.Tx, of string, id uuid.UUID) ([]mediation.Claim, error) {
	rows, _ := tx.Query(ctx, claimsQuery, pgx.StrictNamedArgs{"of": of, "id": id})
	claims, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (c mediation.Claim, err error) {
		var ground, sum []byte
		var endpoint, vertex []float64
		var lonLat json.RawMessage
		var m measureColumns
		err = row.Scan(&c.ID, &c.Version, &c.Party.ID, &c.Party.Name, &c.Party.Side, &c.Source, &c.Walk, &c.SigmaM, &c.SRID,
			&ground, &m.plane, &m.ellipsoidal, &vertex, &sum, &c.FiledAt, &c.FiledBy, &lonLat, &endpoint, &c.Class)
		if err != nil {
			return c, err
		}
		copy(c.SHA256[:], sum)
		c.LonLat, c.FiledAt, c.VertexSigmas = lonLat, c.FiledAt.UTC(), metresOf(vertex)
		if len(endpoint) == 2 {
			c.Endpoint = (*[2]float64)(endpoint)
		}
		err = decode(ground, func(g orb.Geometry) { c.Ground, _ = g.(orb.MultiPolygon) })
		m.sigma = float64(geo.GroundSigma(c.Ground, line{c.Ground, c.SigmaM, c.VertexSigmas}.sigmas()))
		c.Area = m.measure()
		return c, err
	})
	if err != nil {
		return nil, fmt.Errorf("claims of %s %s: %w", of, id, err)
	}
	return claims, nil
}
