package upload

import (
	"context"
	"errors"
	"time"

	"github.com/google/uuid"
	"github.com/tus/tusd/v2/pkg/handler"

	"jieshi/mediation"
)

// A locker gives tusd locks that all processes on one database share.
type locker struct{ desk *Desk }

func (l locker) NewLock(id string) (handler.Lock, error) {
	parsed, err := uuid.Parse(id)
	if err != nil {
		return nil, handler.ErrNotFound
	}
	return &lock{desk: l.desk, id: parsed}, nil
}

type lock struct {
	desk    *Desk
	id      uuid.UUID
	release func() error
}

// Lock asks who has the upload to let go, so that a sender whose old line died
// unnoticed goes on at once by a new one.
func (l *lock) Lock(ctx context.Context, letGo func()) error {
	release, err := l.desk.Store.HoldUpload(ctx, l.id, letGo)
	switch {
	case errors.Is(err, mediation.ErrNotFound):
		return handler.ErrNotFound
	case errors.Is(err, mediation.ErrUploadHeld):
		return handler.ErrFileLocked
	case err != nil:
		return note(ctx, err)
	}
	l.release = func() error {
		ending, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
		defer cancel()
		return release(ending)
	}
	return nil
}

func (l *lock) Unlock() error { return l.release() }
