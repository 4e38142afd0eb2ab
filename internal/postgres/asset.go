package postgres

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"jieshi/mediation"
)

// intakeLock is the advisory lock that whoever brings files in holds shared,
// and that sweeping takes alone: while nobody else holds it, a file without a
// row is left over from a program that died. The second key keeps schemas of
// one database apart.
const intakeLock = "hashtext('jieshi intake'), hashtext(current_schema())"

// An intakeHold is the shared intake lock of this program, on a connection of
// its own: files may be on their way for an hour, and must not keep the pool's
// connections from the transactions that they end in.
type intakeHold struct {
	mu      sync.Mutex
	holders int
	conn    *pgx.Conn // nil while there is no holder
}

// HoldIntake says that files are on their way in, until release is called or
// the program dies.
func (db *DB) HoldIntake(ctx context.Context) (release func(), err error) {
	h := &db.intake
	h.mu.Lock()
	defer h.mu.Unlock()
	// A server that was started anew has forgotten the lock.
	if h.conn == nil || h.conn.Ping(ctx) != nil {
		conn, err := db.lockIntake(ctx)
		if err != nil {
			return nil, err
		}
		h.drop(ctx)
		h.conn = conn
	}
	h.holders++
	return sync.OnceFunc(func() {
		h.mu.Lock()
		defer h.mu.Unlock()
		if h.holders--; h.holders == 0 {
			h.drop(ctx)
		}
	}), nil
}

// drop closes the connection, which gives back everything it holds.
func (h *intakeHold) drop(ctx context.Context) {
	if h.conn != nil {
		closeConn(ctx, h.conn)
	}
	h.conn = nil
}

func (db *DB) lockIntake(ctx context.Context) (*pgx.Conn, error) {
	conn, err := pgx.ConnectConfig(ctx, db.pool.Config().ConnConfig)
	if err != nil {
		return nil, fmt.Errorf("connection to the database: %w", err)
	}
	if _, err := conn.Exec(ctx, "SELECT pg_advisory_lock_shared("+intakeLock+")"); err != nil {
		return nil, errors.Join(fmt.Errorf("intake lock: %w", err), conn.Close(context.WithoutCancel(ctx)))
	}
	return conn, nil
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
	defer unlock(ctx, conn)
	return true, sweep(func(hash mediation.Hash) (known bool, err error) {
		err = conn.QueryRow(ctx, "SELECT file_is_known($1)", hash[:]).Scan(&known)
		return known, err
	})
}

// unlock gives the lock back; if that fails the connection is closed, which
// gives back everything it holds.
func unlock(ctx context.Context, conn *pgxpool.Conn) {
	ctx = context.WithoutCancel(ctx)
	if _, err := conn.Exec(ctx, "SELECT pg_advisory_unlock("+intakeLock+")"); err != nil {
		_ = conn.Conn().Close(ctx) // nothing more can be done for it
	}
}

// saveAsset notes that bytes are in the store of files. Noting them twice is
// the same as once. They may be given their name after it, see lockFile.
func saveAsset(ctx context.Context, tx pgx.Tx, a mediation.Asset) error {
	batch := &pgx.Batch{}
	queueAsset(batch, a)
	if err := send(ctx, tx, batch); err != nil {
		return fmt.Errorf("asset %s: %w", a.SHA256, err)
	}
	return nil
}

// queueAsset is saveAsset among other statements.
func queueAsset(batch *pgx.Batch, a mediation.Asset) {
	batch.Queue(fileLock, a.SHA256[:])
	var from []byte
	var by *string
	if a.DerivedFrom != nil {
		from, by = a.DerivedFrom[:], &a.DerivedBy
	}
	batch.Queue(`
		INSERT INTO asset (sha256, size_bytes, media_type, derived_from, derived_by, received_by)
		VALUES ($1, $2, $3, $4, $5, current_setting('app.user'))
		ON CONFLICT (sha256) DO NOTHING`,
		a.SHA256[:], a.Size, a.MediaType, from, by)
}
