package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"jieshi/ingest/raster"
	"jieshi/internal/intake"
)

func (p *program) ingestCommand() *cobra.Command {
	return group("ingest", "take in boundary walks, orthophotos and drone flights", p.ingestWalkCommand(), p.ingestOrthoCommand(), p.ingestFlightCommand())
}

func (p *program) ingestOrthoCommand() *cobra.Command {
	var q intake.OrthophotoRequest
	var from, to, crs, world, prj, kind string
	cmd := &cobra.Command{
		Use:   "ortho FILE --case NUMBER",
		Short: "take in an orthophoto (GeoTIFF)",
		Args:  arguments(cobra.ExactArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) (err error) {
			if err := required(map[string]string{"case": q.Case}); err != nil {
				return err
			}
			if q.CapturedFrom, err = instant("captured-from", from); err != nil {
				return err
			}
			if q.CapturedTo, err = instant("captured-to", to); err != nil {
				return err
			}
			if q.CapturedFrom.IsZero() && !q.CapturedTo.IsZero() {
				return usageError{errors.New("--captured-to needs --captured-from")}
			}
			if q.Told, err = toldOf(crs, world, prj); err != nil {
				return err
			}
			switch q.Told.Kind = raster.Kind(kind); q.Told.Kind {
			case raster.KindPicture, raster.KindDSM, raster.KindDTM:
			default:
				return usageError{fmt.Errorf("--kind %q is neither dsm nor dtm", kind)}
			}
			p.jsonIfPiped(cmd.Flags().Changed("json"))
			file, err := p.openBrought(args[0], false)
			if err != nil {
				return err
			}
			q.Filename = file.name()
			return p.with(cmd.Context(), func(ctx context.Context, a *app) error {
				order, err := intake.OrthophotoOrder(q)
				if err != nil {
					return err
				}
				result, err := bring[intake.OrthophotoResult](ctx, a, file, order)
				if err != nil {
					return err
				}
				p.answer(result, func(w io.Writer) { tellOrthophoto(w, result) })
				return nil
			})
		},
	}
	cmd.Flags().StringVar(&q.Case, "case", "", "case number")
	cmd.Flags().StringVar(&from, "captured-from", "", "start of the flight, RFC 3339")
	cmd.Flags().StringVar(&to, "captured-to", "", "end of the flight, RFC 3339")
	cmd.Flags().StringVar(&crs, "crs", "", "CRS that you declare for a file without one, EPSG:4545")
	cmd.Flags().StringVar(&world, "world", "", "world file (.tfw) that belongs to it; never looked for by itself")
	cmd.Flags().StringVar(&kind, "kind", "", "dsm or dtm for a model of heights (default: a picture)")
	cmd.Flags().StringVar(&prj, "prj", "", ".prj file that belongs to it; never looked for by itself")
	return cmd
}

// toldOf reads what is told beside the file.
func toldOf(crs, world, prj string) (told raster.Told, err error) {
	if crs != "" {
		code, ok := strings.CutPrefix(strings.ToUpper(crs), "EPSG:")
		if told.CRS, err = strconv.Atoi(code); !ok || err != nil || told.CRS <= 0 {
			return told, usageError{fmt.Errorf("--crs %q is no code like EPSG:4545", crs)}
		}
	}
	if told.World, err = sideFile(world); err != nil {
		return told, err
	}
	told.PRJ, err = sideFile(prj)
	return told, err
}

// maxSideFile is far above what a world or .prj file has.
const maxSideFile = 64 << 10

func sideFile(path string) (string, error) {
	if path == "" {
		return "", nil
	}
	f, err := os.Open(path) //nolint:gosec // the person's own file
	if err != nil {
		return "", usageError{err}
	}
	defer func() { _ = f.Close() }() // only read
	b, err := io.ReadAll(io.LimitReader(f, maxSideFile+1))
	switch {
	case err != nil:
		return "", usageError{err}
	case len(b) == 0 || len(b) > maxSideFile:
		return "", usageError{fmt.Errorf("%s has %d bytes: no world or .prj file", path, len(b))}
	}
	return string(b), nil
}

func instant(flag, value string) (time.Time, error) {
	if value == "" {
		return time.Time{}, nil
	}
	at, err := time.Parse(time.RFC3339, value)
	if err != nil {
		return at, usageError{fmt.Errorf("--%s %q is no time like 2026-11-22T08:30:00+08:00", flag, value)}
	}
	return at, nil
}

// withFile opens the store and a file that the person named.
func (p *program) withFile(ctx context.Context, path string, fn func(ctx context.Context, a *app, f io.Reader) error) (err error) {
	f, err := os.Open(path) //nolint:gosec // the person's own file
	if err != nil {
		return usageError{err}
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	if info, err := f.Stat(); err != nil || info.IsDir() {
		return usageError{errors.Join(err, fmt.Errorf("%s is a folder; name one file", path))}
	}
	return p.with(ctx, func(ctx context.Context, a *app) error { return fn(ctx, a, f) })
}
