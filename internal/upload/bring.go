package upload

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/google/uuid"

	"jieshi/ingest"
	"jieshi/internal/blob"
	"jieshi/internal/intake"
	"jieshi/mediation"
)

// A Source is a file on this machine, or what is made of a folder: the same bytes
// each time that it is read.
type Source interface {
	// Measure reads all of it once and says what it is.
	Measure(ctx context.Context) (size int64, sum mediation.Hash, err error)
	// Open reads it from a byte on.
	Open(ctx context.Context, offset int64) (io.ReadCloser, error)
}

// broughtPatience is how long Bring waits for a program that brought the same file,
// and was killed, to be seen dead by the database.
const broughtPatience = 10 * time.Second

// Bring takes in a file in this process, by the way of every upload: its size and
// SHA-256 are declared, room is asked for (quotas, disk), the bytes are verified
// while they are written, and handed to the job of the order. An upload of the same
// file for the same order that was killed is gone on with. When ctx ends, or the
// bytes are not those that were declared, nothing is left of it.
func (d *Desk) Bring(ctx context.Context, from Source, o mediation.Order) (p intake.Placed, err error) {
	if _, err := d.Store.Case(ctx, o.Case); err != nil {
		return p, err // before anything is read in vain
	}
	if err := d.Sweep(ctx); err != nil { // where nobody serves, nobody else does
		return p, err
	}
	if o.Size, o.SHA256, err = from.Measure(ctx); err != nil {
		return p, err
	}
	if o.Size <= 0 {
		return p, intake.RefuseEmpty()
	}
	id, release, err := d.beginOrGoOn(ctx, o)
	if err != nil {
		return p, err
	}
	after := context.WithoutCancel(ctx)
	defer func() {
		err = errors.Join(err, release(after))
		if errors.Is(err, blob.ErrMismatch) {
			err = refuseBroken()
		}
		// A disk that is full for a while is no end.
		refused := (*ingest.Refusal)(nil)
		if errors.As(err, &refused) && refused.Code != blob.DiskFull().Code || err != nil && ctx.Err() != nil {
			err = errors.Join(err, d.end(after, id, mediation.ActorOf(ctx).Name))
		}
	}()
	// Bytes that are lost from under an upload are sent again, a few times.
	for range 3 {
		if p, err = d.carry(ctx, id, from); !errors.Is(err, blob.ErrLost) {
			break
		}
	}
	return p, explainUpload(err)
}

// beginOrGoOn holds the upload of an order: the one that was broken off, or a new one.
func (d *Desk) beginOrGoOn(ctx context.Context, o mediation.Order) (id uuid.UUID, release func(context.Context) error, err error) {
	id, err = d.Store.BegunUpload(ctx, o)
	if err == nil {
		waiting, cancel := context.WithTimeout(ctx, broughtPatience)
		defer cancel()
		release, err = d.Store.HoldUpload(waiting, id, func() {})
		if err == nil || ctx.Err() != nil {
			return id, release, err
		}
	}
	// Somebody who lives brings the same file: then it comes twice, and is kept once.
	if !errors.Is(err, mediation.ErrNotFound) && !errors.Is(err, mediation.ErrUploadHeld) {
		return id, nil, err
	}
	u := mediation.Upload{ID: uuid.New(), Filename: o.Filename, Size: o.Size, SHA256: &o.SHA256, Order: &o, ExpiresAt: time.Now().Add(d.expiry())}
	if _, err := d.admit(ctx, u); err != nil {
		return id, nil, err
	}
	release, err = d.Store.HoldUpload(ctx, u.ID, func() {})
	return u.ID, release, err
}

// carry brings what is missing of an upload, verifies it and hands it to its job.
func (d *Desk) carry(ctx context.Context, id uuid.UUID, from Source) (p intake.Placed, err error) {
	partial, err := d.Store.WriteUpload(ctx, id)
	if err != nil {
		return p, err
	}
	declared := blob.Declared{ID: id, Size: partial.Size, SHA256: *partial.SHA256}
	at := blob.Received{Offset: partial.Offset, State: partial.State, Parts: partial.Parts}
	bytes, err := from.Open(ctx, at.Offset)
	if err != nil {
		return p, err
	}
	at, err = d.Files.Append(ctx, declared, at, interruptible{ctx, bytes}, nil, func(ctx context.Context, at blob.Received) error {
		partial.Offset, partial.State, partial.Parts = at.Offset, at.State, at.Parts
		return d.Store.CommitUpload(ctx, partial)
	})
	if err = errors.Join(err, bytes.Close()); err != nil {
		return p, err
	}
	if at.Offset != declared.Size {
		return p, refuseLength(declared.Size) // it was made shorter since it was measured
	}
	if err := blob.Verify(declared, at); err != nil {
		return p, err
	}
	after := context.WithoutCancel(ctx)
	p.Job, p.Known, err = d.Store.TakeUpload(after, partial, func() error { return d.Files.Place(after, declared, at) })
	switch {
	case errors.Is(err, blob.ErrLost): // it begins anew
		partial.Offset, partial.State, partial.Parts = 0, nil, nil
		return p, errors.Join(err, d.Store.CommitUpload(after, partial), d.Files.Forget(after, id, declared.SHA256, at.Parts))
	case err != nil:
		return p, fmt.Errorf("upload %s: %w", id, err)
	}
	if err := d.Files.Forget(after, id, declared.SHA256, at.Parts); err != nil {
		d.Log.WarnContext(ctx, "bytes of an upload stay until the next sweep", "upload", id, "error", err)
	}
	return p, nil
}

// An interruptible reader ends with ctx.
type interruptible struct {
	ctx context.Context //nolint:containedctx // of the one call that reads
	r   io.Reader
}

func (i interruptible) Read(p []byte) (int, error) {
	if err := i.ctx.Err(); err != nil {
		return 0, err
	}
	return i.r.Read(p)
}
