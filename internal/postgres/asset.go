package postgres

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"jieshi/mediation"
)

// intakeLock is the advisory lock that whoever brings files in holds shared,
// and that sweeping takes alone: while nobody else holds it, a file without a
// row is left over from a program that died. The second key keeps schemas of
// one database apart.
const intakeLock = "hashtext('jieshi intake'), hashtext(current_schema())"

// HoldIntake says that files are on their way in, until release is called or
// the program dies.
func (db *DB) HoldIntake(ctx context.Context) (release func(), err error) {
	return db.hold(ctx, "pg_advisory_lock_shared", "pg_advisory_unlock_shared")
}

// SweepIntake calls sweep with a function that tells whether a file has a row,
// if nobody is bringing files in; otherwise it does nothing and reports false.
func (db *DB) SweepIntake(ctx context.Context, sweep func(known func(mediation.Hash) (bool, error)) error) (swept bool, err error) {
	conn, err := db.pool.Acquire(ctx)
	if err != nil {
		return false, fmt.Errorf("connection to the database: %w", err)
	}
	defer conn.Release()
	if err := conn.QueryRow(ctx, "SELECT pg_try_advisory_lock("+intakeLock+")").Scan(&swept); err != nil || !swept {
		return false, err
	}
	defer unlock(ctx, conn, "pg_advisory_unlock")
	return true, sweep(func(hash mediation.Hash) (known bool, err error) {
		err = conn.QueryRow(ctx, "SELECT EXISTS (SELECT FROM asset WHERE sha256 = $1)", hash[:]).Scan(&known)
		return known, err
	})
}

func (db *DB) hold(ctx context.Context, lock, release string) (func(), error) {
	conn, err := db.pool.Acquire(ctx)
	if err != nil {
		return nil, fmt.Errorf("connection to the database: %w", err)
	}
	if _, err := conn.Exec(ctx, "SELECT "+lock+"("+intakeLock+")"); err != nil {
		conn.Release()
		return nil, fmt.Errorf("intake lock: %w", err)
	}
	return func() {
		unlock(ctx, conn, release)
		conn.Release()
	}, nil
}

// unlock gives the lock back; if that fails the connection is closed, which
// gives back everything it holds.
func unlock(ctx context.Context, conn *pgxpool.Conn, release string) {
	ctx = context.WithoutCancel(ctx)
	if _, err := conn.Exec(ctx, "SELECT "+release+"("+intakeLock+")"); err != nil {
		_ = conn.Conn().Close(ctx) // nothing more can be done for it
	}
}

// saveAsset notes that bytes are in the store of files. Noting them twice is
// the same as once.
func saveAsset(ctx context.Context, tx pgx.Tx, a mediation.Asset) error {
	var from []byte
	var by *string
	if a.DerivedFrom != nil {
		from, by = a.DerivedFrom[:], &a.DerivedBy
	}
	_, err := tx.Exec(ctx, `
		INSERT INTO asset (sha256, size_bytes, media_type, derived_from, derived_by, received_by)
		VALUES ($1, $2, $3, $4, $5, current_setting('app.user'))
		ON CONFLICT (sha256) DO NOTHING`,
		a.SHA256[:], a.Size, a.MediaType, from, by)
	if err != nil {
		return fmt.Errorf("asset %s: %w", a.SHA256, err)
	}
	return nil
}
