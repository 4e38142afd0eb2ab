package postgres

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"jieshi/mediation"
)

// An uploadHolder is this process among those that write uploads: a number, and
// a connection that holds the advisory lock of the number as long as the process
// lives. However it ends, the lock ends with it, and who finds that goes on with
// its uploads at once. A process that lost only its connection cannot commit
// what others took over: every taking has a number of its own, too.
type uploadHolder struct {
	mu     sync.Mutex
	number int32              // 0: none yet, or the connection is lost
	stop   context.CancelFunc // of the listening
	done   chan struct{}
	held   map[uuid.UUID]func() // what lets go of an upload
}

// releaseChannel carries schema and id of an upload that somebody waits for.
const releaseChannel = "jieshi_upload_wanted"

// holderLock is the advisory lock of a number. Schemas of one database have
// numbers of their own.
const holderLock = "hashtext('jieshi upload holder ' || current_schema())"

// uploadPoll is how often who waits for an upload looks again.
const uploadPoll = 100 * time.Millisecond

func (h *uploadHolder) current() int32 {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.number
}

var uploadHold = query("upload_hold")

// HoldUpload lets this process write to an upload of the acting person, alone,
// until release is called or it dies. Whoever holds it already is asked to let
// go, again and again until ctx ends, which is [mediation.ErrUploadHeld]. letGo
// is called when another one asks, at least once.
func (db *DB) HoldUpload(ctx context.Context, id uuid.UUID, letGo func()) (release func(context.Context) error, err error) {
	for {
		number, err := db.beHolder(ctx)
		if err != nil {
			return nil, err
		}
		epoch, err := db.tryHold(ctx, id, number)
		switch {
		case err == nil:
			db.uploads.add(id, letGo)
			return func(ctx context.Context) error {
				db.uploads.remove(id)
				return db.releaseUpload(ctx, id, epoch)
			}, nil
		case ctx.Err() != nil:
			return nil, mediation.ErrUploadHeld
		case !errors.Is(err, mediation.ErrUploadHeld):
			return nil, err
		}
		select {
		case <-ctx.Done():
			return nil, mediation.ErrUploadHeld
		case <-time.After(uploadPoll):
		}
	}
}

// tryHold takes the upload, or asks its holder to let go.
func (db *DB) tryHold(ctx context.Context, id uuid.UUID, number int32) (epoch int64, err error) {
	held := false
	err = db.write(ctx, func(tx pgx.Tx) error {
		err := tx.QueryRow(ctx, uploadHold, pgx.StrictNamedArgs{"id": id, "holder": number}).Scan(&epoch)
		if !errors.Is(err, pgx.ErrNoRows) {
			return err
		}
		err = tx.QueryRow(ctx, "SELECT EXISTS (SELECT FROM upload WHERE id = $1 AND created_by = current_setting('app.user'))", id).Scan(&held)
		if err != nil || !held {
			return errors.Join(err, mediation.ErrNotFound)
		}
		_, err = tx.Exec(ctx, "SELECT pg_notify($1, current_schema() || ' ' || $2)", releaseChannel, id.String())
		return err
	})
	if err == nil && held {
		err = mediation.ErrUploadHeld
	}
	return epoch, err
}

func (db *DB) releaseUpload(ctx context.Context, id uuid.UUID, epoch int64) error {
	return db.write(ctx, func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, "UPDATE upload SET lock_holder = NULL WHERE id = $1 AND lock_epoch = $2", id, epoch)
		if err != nil {
			return fmt.Errorf("release of upload %s: %w", id, err)
		}
		return nil
	})
}

func (h *uploadHolder) add(id uuid.UUID, letGo func()) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.held[id] = letGo
}

func (h *uploadHolder) remove(id uuid.UUID) {
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.held, id)
}

// beHolder gives this process a number, if it has none.
func (db *DB) beHolder(ctx context.Context) (int32, error) {
	h := &db.uploads
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.number != 0 {
		return h.number, nil
	}
	conn, number, schema, err := db.connectHolder(ctx)
	if err != nil {
		return 0, err
	}
	if h.held == nil {
		h.held = map[uuid.UUID]func(){}
	}
	listening, stop := context.WithCancel(context.WithoutCancel(ctx))
	h.number, h.stop, h.done = number, stop, make(chan struct{})
	go h.listen(listening, conn, schema, h.done)
	return number, nil
}

// connectHolder opens a connection that holds the lock of a new number and
// listens. A machine that vanished without a word is given up after half a
// minute.
func (db *DB) connectHolder(ctx context.Context) (conn *pgx.Conn, number int32, schema string, err error) {
	config := db.pool.Config().ConnConfig.Copy()
	for name, value := range map[string]string{"tcp_keepalives_idle": "10", "tcp_keepalives_interval": "5", "tcp_keepalives_count": "4"} {
		config.RuntimeParams[name] = value
	}
	if conn, err = pgx.ConnectConfig(ctx, config); err != nil {
		return nil, 0, "", fmt.Errorf("connection to the database: %w", err)
	}
	err = conn.QueryRow(ctx, "SELECT nextval('upload_holder')::integer, current_schema()").Scan(&number, &schema)
	if err == nil {
		_, err = conn.Exec(ctx, "SELECT pg_advisory_lock("+holderLock+", $1)", number)
	}
	if err == nil {
		_, err = conn.Exec(ctx, "LISTEN "+releaseChannel)
	}
	if err != nil {
		return nil, 0, "", errors.Join(fmt.Errorf("writer of uploads: %w", err), conn.Close(context.WithoutCancel(ctx)))
	}
	return conn, number, schema, nil
}

// listen asks holders to let go of what others wait for, until the connection ends.
func (h *uploadHolder) listen(ctx context.Context, conn *pgx.Conn, schema string, done chan struct{}) {
	defer close(done)
	for {
		wanted, err := conn.WaitForNotification(ctx)
		if err != nil {
			break
		}
		theirs, digits, _ := strings.Cut(wanted.Payload, " ")
		id, err := uuid.Parse(digits)
		if err != nil || theirs != schema {
			continue
		}
		h.mu.Lock()
		letGo := h.held[id]
		h.mu.Unlock()
		if letGo != nil {
			letGo()
		}
	}
	closing, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	_ = conn.Close(closing) // it is closed, whatever the server says
	h.mu.Lock()
	defer h.mu.Unlock()
	h.number = 0
}

// close ends the listening and gives everything back.
func (h *uploadHolder) close() {
	h.mu.Lock()
	stop, done := h.stop, h.done
	h.mu.Unlock()
	if stop != nil {
		stop()
		<-done
	}
}
