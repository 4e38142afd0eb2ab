package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"jieshi/ingest/raster"
	"jieshi/ingest/sandbox"
	"jieshi/internal/sheet"
	"jieshi/web"
)

// finding is one thing that doctor looked at.
type finding struct {
	What string `json:"what"`
	OK   bool   `json:"ok"`
	Says string `json:"says"`
}

// errUnwell says that doctor found something to mend; it has said what.
var errUnwell = errors.New("something is missing, see above")

func (p *program) doctorCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "doctor",
		Short: "check that everything this machine needs is there",
		Args:  arguments(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			findings := p.examine(cmd.Context())
			p.answer(map[string]any{"findings": findings}, func(w io.Writer) {
				for _, f := range findings {
					mark := "✓"
					if !f.OK {
						mark = "✗"
					}
					_, _ = fmt.Fprintf(w, "%s %-10s %s\n", mark, f.What, f.Says)
				}
			})
			for _, f := range findings {
				if !f.OK {
					return errUnwell
				}
			}
			return nil
		},
	}
}

func (p *program) examine(ctx context.Context) []finding {
	return []finding{p.examineDatabase(ctx), examineGDAL(), p.examineCage(ctx), examineFont(p.config), examinePage(), p.examineData(), p.examineFiles(ctx)}
}

func (p *program) examineDatabase(ctx context.Context) (f finding) {
	f.What = "database"
	err := p.with(ctx, func(ctx context.Context, a *app) error {
		v, err := a.db.Versions(ctx)
		f.OK, f.Says = err == nil, fmt.Sprintf("PostgreSQL %s, PostGIS %s, GEOS %s, PROJ %s", v["postgresql"], v["postgis"], v["geos"], v["proj"])
		return err
	})
	if err != nil {
		f.OK, f.Says = false, err.Error()
	}
	return f
}

func examineGDAL() finding {
	if err := raster.Start(); err != nil {
		return finding{"gdal", false, err.Error()}
	}
	return finding{"gdal", true, raster.EngineName()}
}

// examineCage tries what confines the processes that open files of strangers.
func (p *program) examineCage(ctx context.Context) finding {
	probed, err := sandbox.Probe(ctx, p.config.DataDir)
	if err != nil {
		return finding{"sandbox", false, err.Error()}
	}
	return finding{"sandbox", probed.Whole(), probed.String()}
}

// checkCage is for the start of a process that will open files of strangers: it
// refuses one with a GDAL driver too many, and says in the log what confines the
// children. A cage that is not whole is a warning, since what is left of it holds
// most; the operator decides.
func (p *program) checkCage(ctx context.Context) error {
	if err := raster.Start(); err != nil {
		return err
	}
	probed, err := sandbox.Probe(ctx, p.config.DataDir)
	if err != nil {
		return err
	}
	if !probed.Whole() {
		p.log.Warn("sandbox is not whole", "says", probed.String(), "isolation", probed.Isolation)
		return nil
	}
	p.log.Info("sandbox", "says", probed.String(), "isolation", probed.Isolation)
	return nil
}

func examineFont(c config) finding {
	if _, err := sheet.LoadFont(c.FontFile); err != nil {
		return finding{"font", false, err.Error()}
	}
	file := c.FontFile
	if file == "" {
		file = sheet.DefaultFontFile
	}
	return finding{"font", true, file}
}

func examinePage() finding {
	if !web.Built() {
		return finding{"page", false, "the map page is not in this binary: run make web and build again"}
	}
	return finding{"page", true, "the map page is in this binary"}
}

func (p *program) examineData() finding {
	f, err := os.CreateTemp(p.config.DataDir, "doctor-*")
	if err != nil {
		return finding{"data", false, err.Error()}
	}
	_ = f.Close()
	if err := os.Remove(f.Name()); err != nil {
		return finding{"data", false, err.Error()}
	}
	return finding{"data", true, p.config.DataDir}
}
