package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/google/uuid"

	"jieshi/internal/sheet"
)

// writeRecord writes the field record of a walk as a PDF.
func (p *program) writeRecord(ctx context.Context, a *app, walk uuid.UUID, w io.Writer) error {
	r := sheet.Record{Software: software()}
	var err error
	if r.Walk, err = a.db.Walk(ctx, walk); err != nil {
		return err
	}
	if err := json.Unmarshal(r.Walk.Report, &r.Report); err != nil {
		return fmt.Errorf("report of walk %s: %w", walk, err)
	}
	if r.Case, err = a.db.Case(ctx, r.Walk.Case); err != nil {
		return err
	}
	if r.Fixes, err = a.db.Fixes(ctx, walk); err != nil {
		return err
	}
	font, err := sheet.LoadFont(p.config.FontFile)
	if err != nil {
		return err
	}
	return sheet.WriteRecord(w, r, font)
}

// saveRecord writes the field record of a walk into a file that is not there yet.
func (p *program) saveRecord(ctx context.Context, a *app, walk uuid.UUID, path string) (err error) {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644) //nolint:gosec // the person's own file
	if err != nil {
		return usageError{err}
	}
	defer func() {
		if err = errors.Join(err, f.Close()); err != nil {
			err = errors.Join(err, os.Remove(path))
		}
	}()
	return p.writeRecord(ctx, a, walk, f)
}
