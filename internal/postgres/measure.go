package postgres

import (
	"context"
	"fmt"
	"math"

	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"

	"jieshi/geo"
	"jieshi/geo/crs"
)

// ellipsoidal returns the area of each ground on the ellipsoid, m². Grounds are
// in the CRS srid, and as EWKB beside. Package crs measures in its own grids,
// PostGIS in any other; both follow an edge that is straight in the plane, and
// agree to 1e-9 of the area. Package crs takes 1 µs a vertex, PostGIS two.
func ellipsoidal(ctx context.Context, tx querier, srid int, grounds []orb.MultiPolygon, ewkb [][]byte) ([]float64, error) {
	projection, err := crs.ProjectionOf(crs.SRID(srid))
	if err != nil {
		return ellipsoidalByPostGIS(ctx, tx, ewkb)
	}
	measured, err := crs.EllipsoidalAreas(grounds, projection)
	if err != nil {
		return ellipsoidalByPostGIS(ctx, tx, ewkb)
	}
	areas := make([]float64, len(measured))
	for i, area := range measured {
		areas[i] = float64(area)
	}
	return areas, nil
}

// querier is a transaction or a connection.
type querier interface {
	Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error)
}

func ellipsoidalByPostGIS(ctx context.Context, tx querier, ewkb [][]byte) ([]float64, error) {
	rows, _ := tx.Query(ctx, `
		SELECT ellipsoidal_m2(ST_GeomFromEWKB(ground)) FROM unnest($1::bytea[]) WITH ORDINALITY AS each (ground, n) ORDER BY n`, ewkb)
	areas, err := pgx.CollectRows(rows, pgx.RowTo[float64])
	if err != nil {
		return nil, fmt.Errorf("ellipsoidal areas: %w", err)
	}
	return areas, nil
}

// groundSigma is the standard deviation of the plane area of a ground all of
// whose vertices err by sigma, see [geo.AreaSigma].
func groundSigma(ground orb.MultiPolygon, sigma geo.Metres) geo.SquareMetres {
	total := 0.0
	for _, polygon := range ground {
		for _, ring := range polygon {
			total = math.Hypot(total, float64(geo.AreaSigma(ring, sigma)))
		}
	}
	return geo.SquareMetres(total)
}
