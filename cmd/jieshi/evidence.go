package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/spf13/cobra"
	"golang.org/x/sys/unix"

	"jieshi/ingest/raster"
	"jieshi/internal/bundle"
	"jieshi/internal/sheet"
	"jieshi/mediation"
)

func (p *program) evidenceCommand() *cobra.Command {
	return group("evidence", "list, export and verify evidence", p.evidenceListCommand(), p.evidenceExportCommand(), p.evidenceVerifyCommand())
}

func (p *program) evidenceListCommand() *cobra.Command {
	var number string
	cmd := &cobra.Command{
		Use:   "list --case NUMBER",
		Short: "list the chain of evidence of a case and check it",
		Args:  arguments(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := required(map[string]string{"case": number}); err != nil {
				return err
			}
			return p.with(cmd.Context(), func(ctx context.Context, a *app) error {
				items, fault, err := a.db.Evidence(ctx, number)
				if err != nil {
					return err
				}
				p.answer(map[string]any{"case": number, "evidence": items, "verified": fault == nil, "fault": faultText(fault)}, func(w io.Writer) {
					tellEvidence(w, items, fault)
				})
				if fault != nil {
					return errQuestioned
				}
				return nil
			})
		},
	}
	cmd.Flags().StringVar(&number, "case", "", "case number")
	return cmd
}

func faultText(f *mediation.ChainFault) *string {
	if f == nil {
		return nil
	}
	text := f.Error()
	return &text
}

func tellEvidence(w io.Writer, items []mediation.Evidence, fault *mediation.ChainFault) {
	for _, e := range items {
		_, _ = fmt.Fprintf(w, "%3d  %s  %-10s  %s\n     %s  %s\n", e.Seq, e.FiledAt.Format(time.RFC3339), e.Kind, e.Title, e.LinkSHA256, e.FiledBy)
	}
	if fault != nil {
		_, _ = fmt.Fprintf(w, "✗ %v\n", fault)
		return
	}
	_, _ = fmt.Fprintf(w, "✓ 证据链完整 the chain is whole: %d\n", len(items))
}

func (p *program) evidenceExportCommand() *cobra.Command {
	var number, out string
	cmd := &cobra.Command{
		Use:   "export --case NUMBER [--out DIR|FILE.zip]",
		Short: "write the evidence bundle (BagIt), with the newest run filed",
		Args:  arguments(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := required(map[string]string{"case": number}); err != nil {
				return err
			}
			if out == "" {
				out = number + "-evidence.zip"
			}
			return p.with(cmd.Context(), func(ctx context.Context, a *app) error {
				// A bundle without the contested areas as they stand would mislead.
				if _, err := a.db.FileRun(ctx, number, uuid.Nil); err != nil {
					return err
				}
				if err := p.export(ctx, a, number, out); err != nil {
					return err
				}
				p.answer(map[string]string{"case": number, "bundle": out}, func(w io.Writer) {
					_, _ = fmt.Fprintf(w, "证据包 bundle: %s\n核验 verify: jieshi evidence verify %s\n", out, out)
				})
				return nil
			})
		},
	}
	cmd.Flags().StringVar(&number, "case", "", "case number")
	cmd.Flags().StringVar(&out, "out", "", "folder, or file that ends in .zip (default NUMBER-evidence.zip)")
	return cmd
}

// export writes the bundle of a case to a folder or a zip file.
func (p *program) export(ctx context.Context, a *app, number, out string) (err error) {
	b, err := a.db.Bundle(ctx, number)
	if err != nil {
		return err
	}
	options := p.bundleOptions(a)
	if !strings.HasSuffix(out, ".zip") {
		return bundle.WriteDir(ctx, out, b, options)
	}
	f, err := createPartial(out)
	if err != nil {
		return err
	}
	err = errors.Join(bundle.WriteZip(ctx, f, b, options), f.Sync())
	if err == nil {
		err = os.Rename(f.Name(), out)
	}
	if err != nil {
		err = errors.Join(err, os.Remove(f.Name()))
	}
	return errors.Join(err, f.Close())
}

// createPartial opens the file that becomes out when it is whole. What a program
// that was killed left of one is written over; the lock tells it from one that
// somebody is writing just now.
func createPartial(out string) (*os.File, error) {
	f, err := os.OpenFile(out+".partial", os.O_CREATE|os.O_WRONLY, 0o644) //nolint:gosec // the person's own file
	if err != nil {
		return nil, usageError{fmt.Errorf("--out cannot be written: %w", err)}
	}
	err = unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB)
	if err == nil {
		err = stillAt(f) // else the other has just ended, and the file is its bundle
	}
	if err != nil {
		return nil, errors.Join(usageError{fmt.Errorf("--out %s is being written by another program: %w", out, err)}, f.Close())
	}
	if err := f.Truncate(0); err != nil {
		return nil, errors.Join(fmt.Errorf("bundle: %w", err), f.Close())
	}
	return f, nil
}

// stillAt returns an error if f has lost the name that it was opened by.
func stillAt(f *os.File) error {
	open, err1 := f.Stat()
	named, err2 := os.Lstat(f.Name())
	if err := errors.Join(err1, err2); err != nil {
		return err
	}
	if !os.SameFile(open, named) {
		return fs.ErrNotExist
	}
	return nil
}

func (p *program) bundleOptions(a *app) bundle.Options {
	return bundle.Options{
		Open: a.files.Open, Software: software(), MadeAt: time.Now().UTC().Truncate(time.Second), FontFile: p.config.FontFile,
		Picture: func(ctx context.Context, photo mediation.Orthophoto, srid int, window sheet.Window) (*sheet.Picture, error) {
			return underlay(ctx, a, photo, srid, window)
		},
	}
}

// underlayPixels are across the map: 200 to the inch on A4.
const underlayPixels = 1600

// underlay draws the part of an orthophoto that lies under the map of a case.
func underlay(ctx context.Context, a *app, photo mediation.Orthophoto, srid int, window sheet.Window) (*sheet.Picture, error) {
	height := int(underlayPixels*window.Height/window.Width + 0.5)
	file, release, err := a.files.Local(ctx, photo.Display)
	if err != nil {
		return nil, err
	}
	defer release()
	var shift raster.Shift
	if photo.Shift != nil {
		shift = photo.Shift.Web
	}
	image, err := raster.Underlay(ctx, file, srid, shift, window.Bounds, underlayPixels, height)
	if errors.Is(err, raster.ErrEmpty) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return sheet.PictureOf(photo, image, window.Bounds), nil
}

func (p *program) evidenceVerifyCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "verify BUNDLE",
		Short: "verify an evidence bundle, folder or zip, without any database",
		Args:  arguments(cobra.ExactArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			if _, err := os.Stat(args[0]); err != nil {
				return usageError{err}
			}
			report, err := bundle.Verify(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			p.answer(report, func(w io.Writer) { tellBundle(w, report) })
			return nil
		},
	}
}

func tellBundle(w io.Writer, r bundle.Report) {
	for _, c := range r.Checked {
		_, _ = fmt.Fprintf(w, "✓ %s\n  %s\n", c.Text.ZH, c.Text.EN)
	}
	_, _ = fmt.Fprintf(w, "✓ 证据包完整 the bundle of case %s is whole\n", r.Case)
}
