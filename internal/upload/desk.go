package upload

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"time"

	"github.com/google/uuid"

	"jieshi/internal/blob"
	"jieshi/internal/intake"
	"jieshi/mediation"
)

// Store is the part of the database that uploads need.
type Store interface {
	Case(ctx context.Context, number string) (mediation.Case, error)
	CreateUpload(ctx context.Context, u mediation.Upload, quota mediation.Quota) error
	Upload(ctx context.Context, id uuid.UUID) (mediation.Upload, error)
	PendingBytes(ctx context.Context) (int64, error)
	HoldUpload(ctx context.Context, id uuid.UUID, letGo func()) (release func(context.Context) error, err error)
	WriteUpload(ctx context.Context, id uuid.UUID) (mediation.PartialUpload, error)
	CommitUpload(ctx context.Context, p mediation.PartialUpload) error
	CompleteUpload(ctx context.Context, p mediation.PartialUpload, expires time.Time, place func() error) (mediation.Upload, error)
	BreakUpload(ctx context.Context, id uuid.UUID, epoch int64, code string) error
	OrderUpload(ctx context.Context, id uuid.UUID, o mediation.Order) (uuid.UUID, error)
	ExpiredUploads(ctx context.Context) ([]uuid.UUID, error)
	UploadIsLive(ctx context.Context, id uuid.UUID) (bool, error)
	BegunUpload(ctx context.Context, o mediation.Order) (uuid.UUID, error)
	TakeUpload(ctx context.Context, p mediation.PartialUpload, place func() error) (job uuid.UUID, known bool, err error)
	EndUpload(ctx context.Context, id uuid.UUID, by string, forget func(p mediation.PartialUpload, unvouched bool) error) error
	HoldIntake(ctx context.Context) (release func(), err error)
}

// A Desk takes uploads. Its fields are set once, before the first one.
type Desk struct {
	Store  Store
	Files  *blob.Store
	Limits intake.Limits
	Quota  mediation.Quota
	// Expiry is how long an upload that is not complete, or that nobody orders
	// anything of, is kept. Defaults to 7 days.
	Expiry time.Duration
	// Idle is how long a sender may stand still. Defaults to 60 s.
	Idle time.Duration
	// Patience is how long a request waits for another one to let go of an
	// upload. Defaults to 20 s.
	Patience time.Duration
	Log      *slog.Logger
}

// A New upload is what its sender says before the first byte.
type New struct {
	Filename string
	Size     int64
	SHA256   *mediation.Hash   // nil only where all comes in one request
	For      map[string]string // kind, case, party and how to read it, see [orderOf]; may be empty
}

func (d *Desk) expiry() time.Duration {
	if d.Expiry > 0 {
		return d.Expiry
	}
	return 7 * 24 * time.Hour
}

// begin makes the row of an upload, if there is room for it.
func (d *Desk) begin(ctx context.Context, n New) (u mediation.Upload, err error) {
	u = mediation.Upload{ID: uuid.New(), Filename: intake.Filename(n.Filename), Size: n.Size, SHA256: n.SHA256, ExpiresAt: time.Now().Add(d.expiry())}
	if n.Size <= 0 {
		return u, intake.RefuseEmpty()
	}
	if u.Order, err = orderOf(u.Filename, n.For); err != nil {
		return u, err
	}
	if u.Order != nil {
		c, err := d.Store.Case(ctx, u.Order.Case)
		switch {
		case err != nil:
			return u, err
		case !c.EndedOn.IsZero():
			return u, mediation.ErrEnded
		}
	}
	return d.admit(ctx, u)
}

// admit makes the row of u, if there is room for it.
func (d *Desk) admit(ctx context.Context, u mediation.Upload) (mediation.Upload, error) {
	if limit := d.limit(u.Order); u.Size > limit {
		return u, refuseTooLarge(u.Size, limit)
	}
	if err := d.checkRoom(ctx, u.Size); err != nil {
		return u, err
	}
	if err := d.Store.CreateUpload(ctx, u, d.Quota); err != nil {
		return u, intake.ExplainQuota(err)
	}
	return d.Store.Upload(ctx, u.ID)
}

// limit is the longest file of a kind; of a file of which nobody has said what
// it is, the longest of all.
func (d *Desk) limit(o *mediation.Order) int64 {
	walks, photos := intake.LimitOf(d.Limits, mediation.JobWalk), intake.LimitOf(d.Limits, mediation.JobOrthophoto)
	switch {
	case o == nil:
		return max(walks, photos)
	case o.Kind == mediation.JobWalk:
		return walks
	default:
		return photos
	}
}

// checkRoom refuses a file that the disk has no room for, with what others have
// said they will send. Disks get full all the same; then writing stops.
func (d *Desk) checkRoom(ctx context.Context, size int64) error {
	if !d.Files.LocalPartials() {
		return nil
	}
	free, err := d.Files.Free()
	if err != nil {
		return err
	}
	pending, err := d.Store.PendingBytes(ctx)
	if err != nil {
		return err
	}
	if free-pending < size {
		return blob.DiskFull()
	}
	return nil
}

// Put takes a whole file in one request. It goes first to the disk of this
// machine, since its hash may be known at the end only.
func (d *Desk) Put(ctx context.Context, r io.Reader, n New) (u mediation.Upload, err error) {
	if u, err = d.begin(ctx, n); err != nil {
		return u, err
	}
	after := context.WithoutCancel(ctx)
	release, err := d.Store.HoldUpload(ctx, u.ID, func() {})
	if err != nil {
		return u, err
	}
	defer func() {
		err = errors.Join(err, release(after))
		if err != nil { // what cannot be gone on with leaves nothing
			err = errors.Join(err, d.end(after, u.ID, mediation.ActorOf(ctx).Name))
		}
	}()
	letGo, err := d.Store.HoldIntake(ctx)
	if err != nil {
		return u, err
	}
	defer letGo()
	file, err := d.Files.Receive(ctx, r, u.Size)
	switch {
	case errors.Is(err, blob.ErrTooLarge):
		return u, refuseLength(u.Size)
	case err != nil:
		return u, err
	}
	// After a commit that failed, the sweep of incoming files decides.
	defer func() {
		if err == nil || !file.Kept() {
			err = errors.Join(err, file.Discard())
		}
	}()
	switch {
	case file.Size != u.Size:
		return u, refuseLength(u.Size)
	case u.SHA256 != nil && *u.SHA256 != file.SHA256:
		return u, refuseMismatch(*u.SHA256, file.SHA256)
	}
	p, err := d.Store.WriteUpload(ctx, u.ID)
	if err != nil {
		return u, err
	}
	p.SHA256 = &file.SHA256
	return d.Store.CompleteUpload(after, p, time.Now().Add(d.expiry()), func() error { return file.Keep(after) })
}

// Order asks for a complete upload to become what the fields say, see [orderOf].
func (d *Desk) Order(ctx context.Context, id uuid.UUID, fields map[string]string) (job uuid.UUID, err error) {
	o, err := orderOf("", fields)
	if err != nil {
		return job, err
	}
	if o == nil {
		return job, refuseField("kind")
	}
	job, err = d.Store.OrderUpload(ctx, id, *o)
	if errors.Is(err, mediation.ErrUploadLost) {
		return job, refuseIncomplete()
	}
	return job, explainUpload(err)
}

// Remove gives up an upload of the acting person, with its bytes unless
// something was made of them.
func (d *Desk) Remove(ctx context.Context, id uuid.UUID) error {
	return d.end(ctx, id, mediation.ActorOf(ctx).Name)
}

func (d *Desk) end(ctx context.Context, id uuid.UUID, by string) error {
	err := d.Store.EndUpload(ctx, id, by, func(p mediation.PartialUpload, unvouched bool) error {
		var h mediation.Hash
		if p.SHA256 != nil {
			h = *p.SHA256
		}
		if err := d.Files.Forget(ctx, id, h, p.Parts); err != nil {
			return err
		}
		if unvouched {
			return d.Files.Remove(ctx, h)
		}
		return nil
	})
	if errors.Is(err, mediation.ErrUploadGone) {
		return nil
	}
	return err
}

// Sweep ends uploads whose time is over, and removes bytes that no upload knows.
// Any number of processes may sweep, at any time.
func (d *Desk) Sweep(ctx context.Context) error {
	ids, err := d.Store.ExpiredUploads(ctx)
	if err != nil {
		return fmt.Errorf("expired uploads: %w", err)
	}
	var failed []error
	ended := 0
	for _, id := range ids {
		switch err := d.end(ctx, id, ""); {
		case errors.Is(err, mediation.ErrUploadHeld):
		case err != nil:
			failed = append(failed, err)
		default:
			ended++
		}
	}
	left, err := d.Files.SweepPartials(ctx, func(id uuid.UUID) (bool, error) { return d.Store.UploadIsLive(ctx, id) })
	if ended+left > 0 {
		d.Log.InfoContext(ctx, "uploads have expired", "uploads", ended, "leftovers", left)
	}
	return errors.Join(append(failed, err)...)
}

// SweepEvery sweeps until ctx ends.
func (d *Desk) SweepEvery(ctx context.Context, interval time.Duration) {
	ticker := time.NewTicker(interval)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
			if err := d.Sweep(ctx); err != nil && ctx.Err() == nil {
				d.Log.ErrorContext(ctx, "uploads stay until the next sweep", "error", err)
			}
		}
	}
}
