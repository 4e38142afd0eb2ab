package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"jieshi/geo"
	"jieshi/ingest"
	"jieshi/ingest/gnss"
	"jieshi/ingest/raster"
	"jieshi/internal/intake"
)

// walkFlags are the options of `ingest walk` as they are written.
type walkFlags struct {
	q                          intake.WalkRequest
	repair, stops              string
	datum, convert             string
	landmarks                  []string
	record                     string
	sigma, gap                 float64
	preview                    bool
	mapping, crs, axes, offset string
}

func (p *program) ingestWalkCommand() *cobra.Command {
	var f walkFlags
	cmd := &cobra.Command{
		Use: "walk FILE --case NUMBER --party NAME, or walk FILE --preview",
		Short: "take in a boundary walk (RTKLIB .pos, NMEA, GPX, KML, receiver tables, CASS .dat, DXF, ODK, GeoJSON, zipped Shapefile, GeoPackage), " +
			"known by its content",
		Args: arguments(cobra.ExactArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			told, err := gnss.ParseTold(f.mapping, f.crs, f.axes, f.offset)
			if err != nil {
				return usageError{err}
			}
			f.q.Told = told
			p.jsonIfPiped(cmd.Flags().Changed("json"))
			if f.preview {
				return p.previewWalk(cmd.Context(), args[0], told)
			}
			if err := f.check(cmd.Flags().Changed("sigma"), cmd.Flags().Changed("closing-gap")); err != nil {
				return err
			}
			file, err := p.openBrought(args[0], false)
			if err != nil {
				return err
			}
			f.q.Filename = file.name()
			return p.with(cmd.Context(), func(ctx context.Context, a *app) error {
				order, err := intake.WalkOrder(f.q)
				if err != nil {
					return err
				}
				result, err := bring[intake.WalkResult](ctx, a, file, order)
				if err != nil {
					return err
				}
				answer, err := answerWalk(ctx, a, result)
				if err != nil {
					return err
				}
				p.answer(answer, func(w io.Writer) {
					tellWalk(w, result)
					tellDoubt(w, answer.Doubt)
				})
				if f.record != "" {
					if err := p.saveRecord(ctx, a, result.Walk, f.record); err != nil {
						return err
					}
				}
				if result.Status == ingest.Questioned {
					return errQuestioned
				}
				return nil
			})
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&f.q.Case, "case", "", "case number")
	flags.StringVar(&f.q.Party, "party", "", "who claims the ground walked round")
	flags.StringVar(&f.repair, "repair", "none", "none, or enclose: adopt all ground that the line encloses")
	flags.StringVar(&f.record, "record", "", "write the field record (现场踏界记录) as a PDF into this new file")
	flags.StringVar(&f.datum, "datum", "", "what the degrees are said to be: wgs84, cgcs2000, gcj02 or bd09 (the last two never make a claim)")
	flags.StringArrayVar(&f.landmarks, "landmark", nil, "a place known twice, as the walk has it and as it is: lon,lat=lon,lat; may be repeated")
	flags.StringVar(&f.convert, "convert", "", "gcj02 or bd09: report the line restored from that datum, for reference only")
	flags.StringVar(&f.stops, "stops", "average", "average: standing still for ten epochs makes one boundary point; keep: every fix stays")
	flags.BoolVar(&f.q.DropFlagged, "drop-flagged", false, "consent to leaving out flagged fixes: jumps, and slips up to their step back (both versions are reported)")
	flags.StringVar(&f.q.Consent, "consent", "", "who consents to --drop-flagged, if it is not you")
	flags.Float64Var(&f.gap, "closing-gap", 0, "metres that a straight edge may close between end and start (default: 1 % of the length, from 5 to 20 m)")
	flags.BoolVar(&f.q.FixedOnly, "fixed-only", false, "leave out every fix that is not RTK fixed")
	flags.Float64Var(&f.sigma, "sigma", 0, "1σ of the line in metres (default: from the fixes)")
	flags.IntVar(&f.q.Track, "track", 0, "which track of a file with several, from 1")
	flags.BoolVar(&f.preview, "preview", false, "say what is in the file and what its columns mean; take nothing in")
	flags.StringVar(&f.mapping, "mapping", "", "what the columns of a table mean, as --preview proposes: name,code,east,north,height")
	flags.StringVar(&f.crs, "crs", "", "EPSG code of coordinates in metres, where the file does not say: EPSG:4545")
	flags.StringVar(&f.axes, "axes", "", "which of two coordinates in metres comes first: east_north or north_east")
	flags.StringVar(&f.offset, "utc-offset", "", "how far times without a zone are ahead of UTC: +08:00 (default: they are left out)")
	return cmd
}

// check makes the request from the flags.
func (f *walkFlags) check(sigmaSaid, gapSaid bool) error {
	if err := required(map[string]string{"case": f.q.Case, "party": f.q.Party}); err != nil {
		return err
	}
	switch f.q.Repair = ingest.Repair(f.repair); f.q.Repair {
	case ingest.RepairNone, ingest.RepairEnclose:
	default:
		return usageError{fmt.Errorf("--repair %q is neither none nor enclose", f.repair)}
	}
	datum, err := ingest.ParseDatumTold(f.datum, f.landmarks, f.convert)
	if err != nil {
		return usageError{err}
	}
	f.q.Datum = datum
	switch f.q.Stops = ingest.Stops(f.stops); f.q.Stops {
	case ingest.StopsAverage, ingest.StopsKeep:
	default:
		return usageError{fmt.Errorf("--stops %q is neither average nor keep", f.stops)}
	}
	if sigmaSaid && !(f.sigma >= 0.001 && f.sigma <= 50) {
		return usageError{fmt.Errorf("--sigma %v is not between 0.001 and 50 metres", f.sigma)}
	}
	if gapSaid && !(f.gap >= 0.01 && f.gap <= 500) {
		return usageError{fmt.Errorf("--closing-gap %v is not between 0.01 and 500 metres", f.gap)}
	}
	if f.q.Consent != "" && !f.q.DropFlagged {
		return usageError{errors.New("--consent says who consents to --drop-flagged, which is not there")}
	}
	f.q.Sigma, f.q.ClosingGap = geo.Metres(f.sigma), geo.Metres(f.gap)
	return nil
}

// previewWalk says what is in a file. It needs no case and no store.
func (p *program) previewWalk(ctx context.Context, path string, told gnss.Told) error {
	if _, err := os.Stat(path); err != nil {
		return usageError{err}
	}
	preview, err := intake.LookWalk(ctx, path, p.config.MaxWalkBytes, told, raster.Config{Log: p.log})
	if err != nil {
		return err
	}
	p.answer(preview, func(w io.Writer) { tellPreview(w, preview) })
	if preview.Table != nil && len(preview.Table.Questions) > 0 {
		return errQuestioned
	}
	return nil
}

// tellPreview shows a preview on a terminal.
func tellPreview(w io.Writer, v gnss.Preview) {
	say := func(format string, args ...any) { _, _ = fmt.Fprintf(w, format+"\n", args...) }
	say("格式 format    %s", v.Format)
	for _, t := range v.Tracks {
		say("  %3d  %-7s %6d 点 points %12.1f m  %s", t.N, t.Kind, t.Points, float64(t.Length), t.Name)
	}
	if t := v.Table; t != nil {
		tellTable(say, t)
	}
	for i, n := range v.Notes {
		if i == 8 {
			say("    … %d more (--json lists them)", len(v.Notes)-i)
			break
		}
		words, _ := gnss.Explain(n.Code)
		say("  注 note        %s %s (line %d: %s)", words.ZH, words.EN, n.Line, n.Text)
	}
}

func tellTable(say func(string, ...any), t *gnss.Table) {
	say("表 table       %s, %s, 标题行 header line %d %s", t.Delimiter, t.Encoding, t.HeaderLine, t.Export)
	for i, c := range t.Columns {
		var cells []string
		for _, row := range t.Rows {
			if i < len(row) {
				cells = append(cells, row[i])
			}
		}
		say("  %3d  %-20s = %-18s %s", c.N, c.Header, c.Meaning, strings.Join(cells, " | "))
	}
	if t.CRS.SRID != 0 {
		say("坐标系 CRS     EPSG:%d %s  %s %s", int(t.CRS.SRID), t.CRS.Name.ZH, t.CRS.Reason.ZH, t.CRS.Reason.EN)
	} else {
		say("坐标系 CRS     未知 unknown  %s %s", t.CRS.Reason.ZH, t.CRS.Reason.EN)
	}
	if t.Axes.Order != "" {
		say("坐标轴 axes    %s  %s %s", t.Axes.Order, t.Axes.Reason.ZH, t.Axes.Reason.EN)
	}
	for _, q := range t.Questions {
		say("? %s\n  %s", q.ZH, q.EN)
	}
	if flags := t.Flags(); len(t.Questions) > 0 && flags != "" {
		say("确认 confirm   %s", flags)
	}
}
