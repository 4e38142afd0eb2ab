package blob

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding"
	"encoding/binary"
	"errors"
	"fmt"
	"hash"
	"io"
	"time"

	"github.com/google/uuid"

	"jieshi/mediation"
)

// A Declared upload is what its sender said of it before the first byte.
type Declared struct {
	ID     uuid.UUID
	Size   int64
	SHA256 mediation.Hash
}

// Received says how far an upload has come. All of it is remembered in one row,
// so that whoever goes on with the upload, after whatever end of this program,
// has bytes and hash that belong together.
type Received struct {
	Offset int64
	State  []byte // of SHA-256 after Offset bytes; empty at 0
	Parts  []byte // JSON, where the bytes lie in a bucket; opaque to others
}

// Errors of partial uploads.
var (
	// ErrBusy says that another process is writing this upload.
	ErrBusy = errors.New("blob: another process writes this upload")
	// ErrMismatch says that the bytes are not those that were declared.
	ErrMismatch = errors.New("blob: the bytes have another SHA-256 than declared")
	// ErrLost says that not all bytes are there that were remembered. What is
	// there has been told to commit.
	ErrLost = errors.New("blob: bytes of an upload are lost")
)

// partials is where a shelf keeps the bytes of uploads.
type partials interface {
	// open returns where the bytes after at go. ErrLost comes with how much is there.
	open(ctx context.Context, d Declared, at Received) (partialWriter, Received, error)
	// finish gives the bytes their place, unless equal ones have it.
	finish(ctx context.Context, d Declared, at Received) error
	// forget removes what is not placed; nothing there is no error.
	forget(ctx context.Context, id uuid.UUID, h mediation.Hash, parts []byte) error
	// begun lists uploads that have bytes.
	begun(ctx context.Context) ([]uuid.UUID, error)
	onDisk() bool
	check(ctx context.Context, name string) error
}

// A partialWriter takes the bytes of one request.
type partialWriter interface {
	io.WriteCloser
	// room is how much may be written before the next checkpoint.
	room() int
	// patience is how long bytes may wait for one.
	patience() time.Duration
	// checkpoint makes all bytes last, and returns where they lie. last says
	// that no more will come for this upload.
	checkpoint(ctx context.Context, last bool) (parts []byte, err error)
	// committed says that the checkpoint is remembered.
	committed(ctx context.Context)
}

// Append writes the bytes of r behind those that were received, and calls
// commit whenever more of them have reached the disk; when commit fails,
// somebody else has taken over, and nothing more is written. It ends with the
// declared size, with r, or with an error of r, which it returns; all that came
// before is committed then. The last bytes of an upload are not: they are with
// [Store.Place].
//
// check, if not nil, must agree to the bytes of this request before any of them
// is committed.
func (s *Store) Append(ctx context.Context, d Declared, at Received, r io.Reader, check func() error, commit func(context.Context, Received) error) (_ Received, err error) {
	w, at, err := s.resume(ctx, d, at, commit)
	if err != nil {
		return at, err
	}
	defer func() { err = errors.Join(err, w.Close()) }()
	h, err := restore(at)
	if err != nil {
		return at, err
	}
	a := appending{store: s, w: w, hash: h, commit: commit, at: at}
	err = a.run(ctx, d.Size, r, check)
	return a.at, err
}

// resume opens the upload; where the row remembers more than there is, the row
// is told and the sender must look again.
func (s *Store) resume(ctx context.Context, d Declared, at Received, commit func(context.Context, Received) error) (partialWriter, Received, error) {
	if at.Offset > 0 && stateLength(at.State) != at.Offset {
		at.State = nil // so that it is made again
	}
	w, there, err := s.shelf.open(ctx, d, at)
	switch {
	case errors.Is(err, ErrLost):
		return nil, there, errors.Join(ErrLost, commit(ctx, there))
	case err != nil:
		return nil, at, err
	case !bytes.Equal(there.Parts, at.Parts):
		// The upload has got a place of its own just now, which must not be forgotten.
		if err := commit(ctx, there); err != nil {
			return nil, at, errors.Join(err, w.Close())
		}
	}
	return w, there, nil
}

// appending is one call of Append.
type appending struct {
	store  *Store
	w      partialWriter
	hash   hash.Hash
	commit func(context.Context, Received) error
	at     Received // committed
}

func (a *appending) run(ctx context.Context, size int64, r io.Reader, check func() error) error {
	offset, since, buf := a.at.Offset, time.Now(), make([]byte, 256<<10)
	var broken error
	for offset < size && broken == nil {
		n, err := r.Read(buf[:min(int64(len(buf)), int64(a.w.room()), size-offset)])
		if n > 0 {
			if _, err := a.w.Write(buf[:n]); err != nil {
				return refuseFull(err)
			}
			_, _ = a.hash.Write(buf[:n]) // never fails
			offset += int64(n)
		}
		broken = err
		if broken == nil && offset < size && (a.w.room() == 0 || time.Since(since) > a.w.patience()) {
			if err := a.save(ctx, offset, check == nil); err != nil {
				return err
			}
			since = time.Now()
		}
	}
	if errors.Is(broken, io.EOF) {
		broken = nil
	}
	if check != nil {
		if err := errors.Join(broken, check()); err != nil {
			return err
		}
	}
	// Whoever sent them may be gone; the bytes are here.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 30*time.Second)
	defer cancel()
	if offset == size {
		return errors.Join(broken, a.end(ctx, offset))
	}
	return errors.Join(broken, a.save(ctx, offset, true))
}

// save makes the bytes last and remembers them.
func (a *appending) save(ctx context.Context, offset int64, remember bool) error {
	if offset == a.at.Offset {
		return nil
	}
	parts, err := a.w.checkpoint(ctx, false)
	if err != nil {
		return refuseFull(err)
	}
	if remember {
		at, err := received(offset, a.hash, parts)
		if err != nil {
			return err
		}
		if err := a.commit(ctx, at); err != nil {
			return err
		}
		a.at = at
		a.w.committed(ctx)
	}
	if a.store.shelf.onDisk() {
		return a.store.checkFree(0)
	}
	return nil
}

func (a *appending) end(ctx context.Context, offset int64) error {
	parts, err := a.w.checkpoint(ctx, true)
	if err != nil {
		return refuseFull(err)
	}
	a.at, err = received(offset, a.hash, parts)
	return err
}

func received(offset int64, h hash.Hash, parts []byte) (Received, error) {
	state, err := h.(encoding.BinaryMarshaler).MarshalBinary() // every hash of the standard library has it
	if err != nil {
		return Received{}, fmt.Errorf("state of the hash: %w", err)
	}
	return Received{Offset: offset, State: state, Parts: parts}, nil
}

func restore(at Received) (hash.Hash, error) {
	h := sha256.New()
	if at.Offset == 0 {
		return h, nil
	}
	if err := h.(encoding.BinaryUnmarshaler).UnmarshalBinary(at.State); err != nil {
		return nil, fmt.Errorf("state of the hash: %w", err)
	}
	return h, nil
}

// stateLength reads from the state of a SHA-256 how many bytes went in: the last
// eight bytes, big endian. Anything else is -1.
func stateLength(state []byte) int64 {
	if _, err := restore(Received{Offset: 1, State: state}); err != nil {
		return -1
	}
	return int64(binary.BigEndian.Uint64(state[len(state)-8:])) //nolint:gosec // a length
}

// Verify reports whether all bytes have come and are the declared ones; other
// bytes are [ErrMismatch].
func Verify(d Declared, at Received) error {
	if at.Offset != d.Size || stateLength(at.State) != d.Size {
		return fmt.Errorf("blob: upload %s has %d of %d bytes", d.ID, at.Offset, d.Size)
	}
	h, err := restore(at)
	if err != nil {
		return err
	}
	if mediation.Hash(h.Sum(nil)) != d.SHA256 {
		return ErrMismatch
	}
	return nil
}

// Place gives a complete upload its place, unless equal bytes have it. The
// caller has called [Verify], holds off whoever might remove those bytes, and
// commits a row that vouches for them; then it calls [Store.Forget]. ErrLost
// says that the upload must begin anew.
func (s *Store) Place(ctx context.Context, d Declared, at Received) error {
	return s.shelf.finish(ctx, d, at)
}

// Forget removes the bytes of an upload from where they arrived. Those that
// were placed stay.
func (s *Store) Forget(ctx context.Context, id uuid.UUID, h mediation.Hash, parts []byte) error {
	return s.shelf.forget(ctx, id, h, parts)
}

// SweepPartials forgets what is there of uploads that live does not know, and
// returns how many there were.
func (s *Store) SweepPartials(ctx context.Context, live func(uuid.UUID) (bool, error)) (left int, err error) {
	ids, err := s.shelf.begun(ctx)
	if err != nil {
		return 0, err
	}
	for _, id := range ids {
		known, err := live(id)
		if err != nil {
			return left, err
		}
		if !known {
			if err := s.shelf.forget(ctx, id, mediation.Hash{}, nil); err != nil {
				return left, err
			}
			left++
		}
	}
	return left, nil
}

// A placed writer only lets bytes pass: they have their place from an earlier
// time, when a program died before its row said so.
type placed struct{ parts []byte }

func (placed) Write(p []byte) (int, error)                        { return len(p), nil }
func (placed) Close() error                                       { return nil }
func (placed) room() int                                          { return stride }
func (placed) patience() time.Duration                            { return time.Minute }
func (p placed) checkpoint(context.Context, bool) ([]byte, error) { return p.parts, nil }
func (placed) committed(context.Context)                          {}
