package postgres

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"
)

// registerGeometry lets COPY send EWKB to geometry columns on this connection.
// Queries need no such thing: they say ST_GeomFromEWKB.
func registerGeometry(ctx context.Context, tx pgx.Tx) error {
	types := tx.Conn().TypeMap()
	if _, known := types.TypeForName("geometry"); known {
		return nil
	}
	var oid uint32
	if err := tx.QueryRow(ctx, "SELECT 'geometry'::regtype::oid").Scan(&oid); err != nil {
		return fmt.Errorf("geometry type of the database: %w", err)
	}
	// PostGIS's binary input takes EWKB as it is, which is what bytea sends.
	types.RegisterType(&pgtype.Type{Name: "geometry", OID: oid, Codec: pgtype.ByteaCodec{}})
	return nil
}
