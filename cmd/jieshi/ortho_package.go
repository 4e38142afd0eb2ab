package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"

	"github.com/google/uuid"
	"github.com/spf13/cobra"

	"jieshi/ingest/raster"
	"jieshi/internal/intake"
	"jieshi/internal/offline"
	"jieshi/mediation"
)

func (p *program) orthoPackageCommand() *cobra.Command {
	var f photoFlags
	var out, pictures string
	var maxZoom int
	cmd := &cobra.Command{
		Use:   "package --case NUMBER --out F.mbtiles",
		Short: "write an orthophoto as a package for offline maps (MBTiles, for QField, QGIS, Locus)",
		Args:  arguments(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := required(map[string]string{"case": f.number, "out": out}); err != nil {
				return err
			}
			if err := checkNew(out); err != nil {
				return err
			}
			q := intake.PackageRequest{Pictures: raster.Format(pictures)}
			if !slices.Contains(offline.Formats, q.Pictures) {
				return usageError{fmt.Errorf("--format %q is none of jpeg, png, webp", pictures)}
			}
			if cmd.Flags().Changed("max-zoom") {
				q.MaxZoom = &maxZoom
			}
			return p.with(cmd.Context(), func(ctx context.Context, a *app) error {
				photo, err := f.find(ctx, a)
				if err != nil {
					return err
				}
				q.Of = mediation.PackageSubject{Orthophoto: photo.ID}
				return p.writePackage(ctx, a, q, out)
			})
		},
	}
	f.add(cmd)
	cmd.Flags().StringVar(&out, "out", "", "new file (.mbtiles)")
	cmd.Flags().StringVar(&pictures, "format", string(offline.Formats[0]), "of the tiles: jpeg, png (transparent where there is nothing, and long) or webp (not every program opens it)")
	cmd.Flags().IntVar(&maxZoom, "max-zoom", 0, "last zoom (default: the finest of the picture)")
	return cmd
}

// packageJSON says what was written.
type packageJSON struct {
	Status string `json:"status"` // "packaged"
	File   string `json:"file"`
	intake.PackageResult
}

// writePackage orders a package, works on it unless somebody else does, and copies
// it to out.
func (p *program) writePackage(ctx context.Context, a *app, q intake.PackageRequest, out string) error {
	placed, err := a.intake.OrderPackage(ctx, q)
	if err != nil {
		return err
	}
	show := p.progress()
	result, err := intake.Finish[intake.PackageResult](ctx, a.intake, placed, show.job)
	show.end()
	if err != nil {
		return err
	}
	if err := copyPackage(ctx, a, result.Package, out); err != nil {
		return err
	}
	p.answer(packageJSON{"packaged", out, result}, func(w io.Writer) {
		_, _ = fmt.Fprintf(w, "%s: 离线地图包 offline map package, %d 个瓦片 tiles, %s\n  SHA-256 %s\n", out, result.Tiles, intake.BytesText(result.Size), result.SHA256)
		if result.Known {
			_, _ = fmt.Fprintln(w, "  以前已做成 made before; nothing was made again")
		}
	})
	return nil
}

func copyPackage(ctx context.Context, a *app, id uuid.UUID, out string) (err error) {
	made, err := a.db.UseTilePackage(ctx, id)
	if err != nil {
		return err
	}
	from, err := a.files.Open(ctx, made.SHA256)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, from.Close()) }()
	to, err := os.OpenFile(filepath.Clean(out), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o644) //nolint:gosec // a result for others to read
	if err != nil {
		return err
	}
	defer func() {
		if err = errors.Join(err, to.Close()); err != nil {
			err = errors.Join(err, os.Remove(out))
		}
	}()
	_, err = io.Copy(to, from)
	return err
}
