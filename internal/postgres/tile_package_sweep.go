package postgres

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"jieshi/mediation"
)

// RetirePackages retires packages that nobody has ordered or downloaded for unused,
// or for replaced if a newer one shows the same thing as it is now, and returns those
// whose files are to be let go with [DB.LetPackageGo]: from here on nobody finds them.
func (db *DB) RetirePackages(ctx context.Context, unused, replaced time.Duration) (ids []uuid.UUID, err error) {
	err = db.write(ctx, func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, `
			UPDATE tile_package SET removed_at = now()
			WHERE removed_at IS NULL AND (used_at < now() - make_interval(secs => $1)
				OR greatest(used_at, superseded_at) < now() - make_interval(secs => $2) AND superseded_at IS NOT NULL)`,
			unused.Seconds(), replaced.Seconds())
		if err != nil {
			return err
		}
		rows, _ := tx.Query(ctx, "SELECT id FROM tile_package WHERE removed_at IS NOT NULL AND NOT let_go ORDER BY removed_at LIMIT 1000")
		ids, err = pgx.CollectRows(rows, pgx.RowTo[uuid.UUID])
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("packages of tiles: %w", err)
	}
	return ids, nil
}

// LetPackageGo lets the file of a retired package go: remove is called if nobody
// vouches for the same bytes. Who dies in between leaves it to the next who calls.
func (db *DB) LetPackageGo(ctx context.Context, id uuid.UUID, remove func(mediation.Hash) error) error {
	err := db.write(ctx, func(tx pgx.Tx) error {
		var sum []byte
		err := tx.QueryRow(ctx, "UPDATE tile_package SET let_go = true WHERE id = $1 AND removed_at IS NOT NULL RETURNING sha256", id).Scan(&sum)
		if err != nil {
			return domainError(err)
		}
		hash := mediation.Hash(sum)
		if err := lockFile(ctx, tx, hash); err != nil {
			return err
		}
		var known bool
		if err := tx.QueryRow(ctx, "SELECT file_is_known($1)", sum).Scan(&known); err != nil || known {
			return err
		}
		return remove(hash)
	})
	if err != nil {
		return fmt.Errorf("package %s: %w", id, err)
	}
	return nil
}
