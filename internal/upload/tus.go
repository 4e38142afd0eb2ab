package upload

import (
	"context"
	"crypto/sha1" //nolint:gosec // the tus protocol wants it; SHA-256 of the whole file decides
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"hash"
	"io"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/google/uuid"
	"github.com/tus/tusd/v2/pkg/handler"
	"golang.org/x/exp/slog"

	"jieshi/internal/blob"
	"jieshi/mediation"
)

// A Call is what a request says to the desk, and the desk of the request, past
// the tus handler in between.
type Call struct {
	checksum *checksum

	mu  sync.Mutex
	err error
	row *mediation.Upload
}

type callKey struct{}

// WithCall returns a context that carries a new Call, with the Upload-Checksum
// header of the request. ok is false for a header that cannot be read.
func WithCall(ctx context.Context, header string) (_ context.Context, c *Call, ok bool) {
	c = &Call{}
	if header != "" {
		if c.checksum, ok = parseChecksum(header); !ok {
			return ctx, c, false
		}
	}
	return context.WithValue(ctx, callKey{}, c), c, true
}

// Err is the error in the words of this program that the request ended in, if
// it was one.
func (c *Call) Err() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.err
}

// Upload is the upload that the request was about; nil if there was none.
func (c *Call) Upload() *mediation.Upload {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.row
}

func callOf(ctx context.Context) *Call {
	c, ok := ctx.Value(callKey{}).(*Call)
	if !ok {
		return &Call{} // nobody asks
	}
	return c
}

// note keeps an error for whoever answers the request.
func note(ctx context.Context, err error) error {
	if err != nil {
		c := callOf(ctx)
		c.mu.Lock()
		defer c.mu.Unlock()
		c.err = err
	}
	return err
}

func noteRow(ctx context.Context, u mediation.Upload) {
	c := callOf(ctx)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.row = &u
}

// A checksum is of the bytes of one request.
type checksum struct {
	hash hash.Hash
	want string
}

func (c *checksum) check() error {
	if string(c.hash.Sum(nil)) != c.want {
		return refuseChunk()
	}
	return nil
}

// Algorithms are those that an Upload-Checksum may be made with.
const Algorithms = "sha256,sha1"

func parseChecksum(header string) (*checksum, bool) {
	name, digits, _ := strings.Cut(header, " ")
	want, err := base64.StdEncoding.DecodeString(digits)
	c := &checksum{want: string(want)}
	switch name {
	case "sha256":
		c.hash = sha256.New()
	case "sha1":
		c.hash = sha1.New() //nolint:gosec // see above
	default:
		return nil, false
	}
	return c, err == nil && len(want) == c.hash.Size()
}

// Tus returns the handler of the protocol. It answers below base; errors of the
// desk are with the [Call] of the request.
func (d *Desk) Tus(base string) (http.Handler, error) {
	composer := handler.NewStoreComposer()
	composer.UseCore(store{d})
	composer.UseTerminater(store{d})
	composer.UseLocker(locker{d})
	h, err := handler.NewHandler(handler.Config{
		StoreComposer: composer, BasePath: base, DisableDownload: true, DisableConcatenation: true,
		Cors: &handler.CorsConfig{Disable: true}, NetworkTimeout: d.Idle, AcquireLockTimeout: d.Patience,
		MaxSize: d.limit(nil),
		Logger:  slog.New(slog.NewTextHandler(io.Discard, nil)), // the access log has every request
	})
	if err != nil {
		return nil, err
	}
	return http.StripPrefix(strings.TrimSuffix(base, "/"), h), nil
}

// A store shows the desk to tusd.
type store struct{ desk *Desk }

func (s store) NewUpload(ctx context.Context, info handler.FileInfo) (handler.Upload, error) {
	var sum mediation.Hash
	if sum.UnmarshalText([]byte(strings.ToLower(info.MetaData["sha256"]))) != nil {
		return nil, note(ctx, refuseHash())
	}
	if info.MetaData["filename"] == "" {
		return nil, note(ctx, refuseField("filename"))
	}
	row, err := s.desk.begin(ctx, New{Filename: info.MetaData["filename"], Size: info.Size, SHA256: &sum, For: info.MetaData})
	if err != nil {
		return nil, note(ctx, err)
	}
	noteRow(ctx, row)
	return &tusUpload{desk: s.desk, row: row}, nil
}

func (s store) GetUpload(ctx context.Context, id string) (handler.Upload, error) {
	parsed, err := uuid.Parse(id)
	if err != nil {
		return nil, handler.ErrNotFound
	}
	row, err := s.desk.Store.Upload(ctx, parsed)
	switch {
	case errors.Is(err, mediation.ErrNotFound):
		return nil, handler.ErrNotFound
	case err != nil:
		return nil, note(ctx, err)
	}
	noteRow(ctx, row)
	switch row.Status {
	case mediation.UploadExpired:
		return nil, note(ctx, refuseGone())
	case mediation.UploadBroken:
		return nil, note(ctx, refuseBroken())
	case mediation.UploadReceiving, mediation.UploadComplete, mediation.UploadTaken:
	}
	return &tusUpload{desk: s.desk, row: row}, nil
}

func (s store) AsTerminatableUpload(u handler.Upload) handler.TerminatableUpload {
	return u.(*tusUpload) //nolint:forcetypeassert // tusd hands back what the store gave it
}

// A tusUpload is one upload in the hands of one request.
type tusUpload struct {
	desk    *Desk
	row     mediation.Upload
	partial mediation.PartialUpload // once it is written to
	at      blob.Received
}

func (u *tusUpload) GetInfo(context.Context) (handler.FileInfo, error) {
	return handler.FileInfo{
		ID: u.row.ID.String(), Size: u.row.Size, Offset: u.row.Offset,
		MetaData: handler.MetaData{"filename": u.row.Filename, "sha256": u.row.SHA256.String()},
	}, nil
}

func (u *tusUpload) GetReader(context.Context) (io.ReadCloser, error) {
	return nil, handler.ErrNotImplemented
}

func (u *tusUpload) declared() blob.Declared {
	return blob.Declared{ID: u.row.ID, Size: u.row.Size, SHA256: *u.row.SHA256}
}

// WriteChunk returns how far the upload has come for good.
func (u *tusUpload) WriteChunk(ctx context.Context, offset int64, r io.Reader) (n int64, err error) {
	if u.partial, err = u.desk.Store.WriteUpload(ctx, u.row.ID); err != nil {
		return 0, u.writeError(ctx, err)
	}
	at := blob.Received{Offset: u.partial.Offset, State: u.partial.State, Parts: u.partial.Parts}
	if at.Offset != offset {
		return 0, handler.ErrMismatchOffset
	}
	var check func() error
	if c := callOf(ctx).checksum; c != nil {
		r, check = io.TeeReader(r, c.hash), c.check
	}
	u.at, err = u.desk.Files.Append(ctx, u.declared(), at, r, check, func(ctx context.Context, at blob.Received) error {
		u.partial.Offset, u.partial.State, u.partial.Parts = at.Offset, at.State, at.Parts
		return u.desk.Store.CommitUpload(ctx, u.partial)
	})
	if err != nil {
		err = u.writeError(ctx, err)
	}
	return max(u.at.Offset-offset, 0), err
}

func (u *tusUpload) writeError(ctx context.Context, err error) error {
	switch {
	case errors.Is(err, blob.ErrLost):
		u.desk.Log.WarnContext(ctx, "bytes of an upload were lost", "upload", u.row.ID, "goes_on_at", u.at.Offset, "error", err)
		return handler.ErrMismatchOffset
	case errors.Is(err, blob.ErrBusy), errors.Is(err, mediation.ErrUploadLost):
		return handler.ErrFileLocked
	}
	return note(ctx, explainUpload(err))
}

// FinishUpload verifies, gives the bytes their place, and places the order. It
// does so whether or not the sender still waits.
func (u *tusUpload) FinishUpload(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Minute)
	defer cancel()
	d := u.declared()
	err := blob.Verify(d, u.at)
	if errors.Is(err, blob.ErrMismatch) {
		return note(ctx, errors.Join(refuseBroken(),
			u.desk.Store.BreakUpload(ctx, u.row.ID, u.partial.Epoch, "checksum_mismatch"),
			u.desk.Files.Forget(ctx, d.ID, d.SHA256, u.at.Parts)))
	}
	if err != nil {
		return note(ctx, err)
	}
	row, err := u.desk.Store.CompleteUpload(ctx, u.partial, time.Now().Add(u.desk.expiry()), func() error {
		return u.desk.Files.Place(ctx, d, u.at)
	})
	switch {
	case errors.Is(err, blob.ErrLost):
		// The sender begins anew.
		u.partial.Offset, u.partial.State, u.partial.Parts = 0, nil, nil
		return u.writeError(ctx, errors.Join(err, u.desk.Store.CommitUpload(ctx, u.partial), u.desk.Files.Forget(ctx, d.ID, d.SHA256, u.at.Parts)))
	case err != nil:
		return u.writeError(ctx, err)
	}
	noteRow(ctx, row)
	if err := u.desk.Files.Forget(ctx, d.ID, d.SHA256, u.at.Parts); err != nil {
		u.desk.Log.WarnContext(ctx, "bytes of an upload stay until the next sweep", "upload", d.ID, "error", err)
	}
	return nil
}

// Terminate ends the upload at the wish of its sender.
func (u *tusUpload) Terminate(ctx context.Context) error {
	return note(ctx, u.desk.Remove(ctx, u.row.ID))
}
