package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"jieshi/geo"
	"jieshi/ingest/raster"
	"jieshi/internal/postgres"
)

func (p *program) auditCommand() *cobra.Command {
	return group("audit", "registers laid over each other: one parcel, two certificates",
		p.auditRunCommand(), p.auditShowCommand(), p.auditExportCommand(), p.auditCaseCommand())
}

// auditJSON is an audit at the border of the command line. Areas are plane areas
// in the CRS of the layer, square metres.
type auditJSON struct {
	Audit            int                `json:"audit"`
	Layer            string             `json:"layer"`
	Against          string             `json:"against"` // empty: the layer against itself
	SRID             int                `json:"srid"`
	Engine           string             `json:"engine"`
	Status           string             `json:"status"` // "finished" or "unfinished"
	BegunAt          time.Time          `json:"begun_at"`
	FinishedAt       *time.Time         `json:"finished_at"`
	Blocks           int                `json:"blocks"`
	Done             int                `json:"done"`
	Pairs            int64              `json:"pairs"`
	PairsByThreshold map[string]int64   `json:"pairs_by_threshold"`
	SumM2            float64            `json:"sum_m2"` // ground that three claim counts three times
	DistinctM2       *float64           `json:"distinct_m2"`
	UnionM2          *float64           `json:"union_m2"` // this and what depends on depth: null between two layers
	FacesByDepth     map[string]int64   `json:"faces_by_depth"`
	M2ByDepth        map[string]float64 `json:"m2_by_depth"`
	Method           geo.Method         `json:"method"`
	Checksum         string             `json:"checksum"` // empty while unfinished
	Overlaps         []overlapJSON      `json:"overlaps"` // the largest
	Seconds          float64            `json:"seconds,omitempty"`
}

type overlapJSON struct {
	ID string  `json:"id"`
	A  int64   `json:"a"`
	B  int64   `json:"b"`
	M2 float64 `json:"m2"`
	Mu float64 `json:"mu"`
}

func auditOf(a postgres.Audit) auditJSON {
	out := auditJSON{
		Audit: a.ID, Layer: a.Layer, Against: a.Against, SRID: a.SRID, Engine: a.Engine, Status: "unfinished", BegunAt: a.BegunAt,
		Blocks: a.Blocks, Done: a.Done, Pairs: a.Pairs, SumM2: float64(a.Sum.SquareMetres()), Method: geo.Plane, Overlaps: []overlapJSON{},
		PairsByThreshold: map[string]int64{},
	}
	for i, name := range []string{"0", "0.01", "1", "100", "10000"} {
		out.PairsByThreshold[name] = a.Thresholds[i]
	}
	if !a.FinishedAt.IsZero() {
		out.Status, out.FinishedAt, out.Checksum = "finished", &a.FinishedAt, a.Checksum.String()
	}
	if a.Against != "" {
		return out
	}
	distinct, union := float64(a.Contested().SquareMetres()), float64(a.Union.SquareMetres())
	out.DistinctM2, out.UnionM2 = &distinct, &union
	out.FacesByDepth, out.M2ByDepth = map[string]int64{}, map[string]float64{}
	for depth := 2; depth < len(a.Depths); depth++ {
		out.FacesByDepth[strconv.Itoa(depth)] = a.Faces[depth]
		out.M2ByDepth[strconv.Itoa(depth)] = float64(a.Depths[depth].SquareMetres())
	}
	return out
}

func (p *program) auditRunCommand() *cobra.Command {
	var against string
	var workers int
	var again bool
	cmd := &cobra.Command{
		Use:   "run LAYER [--against LAYER]",
		Short: "lay a layer over itself or another one; goes on where it was cut short, catches up with changes",
		Long: "Lays a layer over itself or over another one, block by block. Processes of `jieshi work` share the blocks with this one;\n" +
			"how many there are changes nothing about the result. Run again after a kill, it goes on where it was cut short.",
		Args: arguments(cobra.ExactArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := checkWorkers(workers, 0); err != nil {
				return err
			}
			return p.with(cmd.Context(), func(ctx context.Context, a *app) error {
				begin := time.Now()
				audit, err := a.db.BeginAudit(ctx, args[0], against, again)
				if err != nil {
					return err
				}
				if audit.FinishedAt.IsZero() {
					if audit, err = p.waitAudit(ctx, a, audit.ID, workers); err != nil {
						return err
					}
				}
				return p.showAudit(ctx, a, audit, 10, seconds(begin))
			})
		},
	}
	cmd.Flags().StringVar(&against, "against", "", "the other layer (default: the layer against itself)")
	cmd.Flags().IntVar(&workers, "workers", runtime.GOMAXPROCS(0), "blocks at a time in this process; 0 leaves all to jieshi work")
	cmd.Flags().BoolVar(&again, "again", false, "compute every block anew")
	return cmd
}

// waitAudit waits for an audit, and works on it meanwhile.
func (p *program) waitAudit(ctx context.Context, a *app, id, workers int) (audit postgres.Audit, err error) {
	if workers > 0 {
		working, stop := context.WithCancel(ctx)
		ended := make(chan error, 1)
		go func() { ended <- a.db.Work(working, postgres.Pools{postgres.QueueAudit: workers}, nil) }()
		defer func() {
			stop()
			err = errors.Join(err, <-ended)
		}()
	}
	show := p.progress()
	defer show.end()
	return a.db.WaitAudit(ctx, id, func(done, total int) {
		show.stage(raster.Progress{Stage: "audit", Done: float64(done) / float64(max(total, 1))})
	})
}

func (p *program) showAudit(ctx context.Context, a *app, audit postgres.Audit, limit int, took float64) error {
	out := auditOf(audit)
	out.Seconds = took
	if limit > 0 {
		err := a.db.Overlaps(ctx, audit.ID, limit, false, func(o postgres.Overlap) error {
			out.Overlaps = append(out.Overlaps, overlapJSON{o.String(), o.A, o.B, o.PlaneM2, geo.SquareMetres(o.PlaneM2).Mu()})
			return nil
		})
		if err != nil {
			return err
		}
	}
	p.answer(out, func(w io.Writer) { tellAudit(w, out) })
	return nil
}

func tellAudit(w io.Writer, a auditJSON) {
	say := func(format string, args ...any) { _, _ = fmt.Fprintf(w, format+"\n", args...) }
	title := a.Layer
	if a.Against != "" {
		title += " × " + a.Against
	}
	say("核查 audit %d: %s, EPSG:%d, %s", a.Audit, title, a.SRID, a.Engine)
	if a.FinishedAt == nil {
		say("  未完成 unfinished: %d/%d 区块 blocks; jieshi audit run %s", a.Done, a.Blocks, a.Layer)
	}
	say("  重叠对 pairs   %d (> 1 m²: %d, > 100 m²: %d, > 10000 m²: %d)", a.Pairs, a.PairsByThreshold["1"], a.PairsByThreshold["100"], a.PairsByThreshold["10000"])
	say("  合计 sum       %.2f 亩 (%.2f m², 平面 plane)", geo.SquareMetres(a.SumM2).Mu(), a.SumM2)
	if a.DistinctM2 != nil {
		say("  不重复 once    %.2f 亩 (%.2f m²)", geo.SquareMetres(*a.DistinctM2).Mu(), *a.DistinctM2)
	}
	for _, o := range a.Overlaps {
		say("  %-20s %10d × %-10d %12.2f 亩  %14.2f m²", o.ID, o.A, o.B, o.Mu, o.M2)
	}
	if a.Checksum != "" {
		say("  sha256 %s", a.Checksum)
	}
}

func (p *program) auditShowCommand() *cobra.Command {
	var limit int
	cmd := &cobra.Command{
		Use: "show [AUDIT]", Short: "show an audit and its largest overlaps, or list all audits", Args: arguments(cobra.MaximumNArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			if limit < 0 {
				return usageError{fmt.Errorf("--limit %d is less than 0", limit)}
			}
			if len(args) == 0 {
				return p.with(cmd.Context(), p.listAudits)
			}
			id, err := auditNumber(args[0])
			if err != nil {
				return err
			}
			return p.with(cmd.Context(), func(ctx context.Context, a *app) error {
				audit, err := a.db.Audit(ctx, id)
				if err != nil {
					return err
				}
				return p.showAudit(ctx, a, audit, limit, 0)
			})
		},
	}
	cmd.Flags().IntVar(&limit, "limit", 20, "how many overlaps are shown; 0: none")
	return cmd
}

func (p *program) listAudits(ctx context.Context, a *app) error {
	audits, err := a.db.Audits(ctx)
	if err != nil {
		return err
	}
	out := []auditJSON{}
	for _, audit := range audits {
		out = append(out, auditOf(audit))
	}
	p.answer(map[string]any{"audits": out}, func(w io.Writer) {
		for _, a := range out {
			tellAudit(w, a)
		}
	})
	return nil
}

func auditNumber(text string) (int, error) {
	id, err := strconv.ParseInt(text, 10, 32)
	if err != nil || id < 1 {
		return 0, usageError{fmt.Errorf("%q is no number of an audit; jieshi audit show lists them", text)}
	}
	return int(id), nil
}

func (p *program) auditCaseCommand() *cobra.Command {
	var overlap string
	var n postgres.NewFinding
	cmd := &cobra.Command{
		Use:   "case --overlap AUDIT:A:B [--title TITLE] [--party-a NAME] [--party-b NAME] [--sigma M]",
		Short: "make a case of an overlap: both parcels as claims, recomputed by PostGIS, both figures as evidence",
		Args:  arguments(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) (err error) {
			if err := required(map[string]string{"overlap": overlap}); err != nil {
				return err
			}
			if n.Overlap, err = overlapRef(overlap); err != nil {
				return err
			}
			n.Title = strings.TrimSpace(n.Title)
			return p.with(cmd.Context(), func(ctx context.Context, a *app) error {
				f, err := a.db.FileOverlap(ctx, n)
				if err != nil {
					return err
				}
				p.answer(findingOf(f), func(w io.Writer) { tellFinding(w, f) })
				if !f.Agree {
					return errQuestioned
				}
				return nil
			})
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&overlap, "overlap", "", "overlap, as jieshi audit show names it")
	flags.StringVar(&n.Title, "title", "", "what the dispute is called (default: the two parcels)")
	flags.StringVar(&n.Parties[0], "party-a", "", "who holds parcel A (default: the layer and the feature id)")
	flags.StringVar(&n.Parties[1], "party-b", "", "who holds parcel B")
	flags.Float64Var(&n.SigmaM, "sigma", 0, "1σ error of boundary lines in metres, for layers imported without")
	return cmd
}

// overlapRef reads AUDIT:A:B.
func overlapRef(text string) (ref postgres.OverlapRef, err error) {
	parts := strings.Split(text, ":")
	if len(parts) == 3 {
		var errs [2]error
		if ref.Audit, err = auditNumber(parts[0]); err == nil {
			ref.A, errs[0] = strconv.ParseInt(parts[1], 10, 64)
			ref.B, errs[1] = strconv.ParseInt(parts[2], 10, 64)
			if errors.Join(errs[:]...) == nil {
				return ref, nil
			}
		}
	}
	return ref, usageError{fmt.Errorf("--overlap %q is not of the form AUDIT:A:B, like 1:1001:1002", text)}
}

func findingOf(f postgres.Finding) map[string]any {
	status := "filed"
	switch {
	case !f.Agree:
		status = "questioned"
	case f.Known:
		status = "known"
	}
	return map[string]any{
		"status": status, "case": f.Case, "kernel_m2": f.KernelM2, "postgis_m2": f.PostGISM2,
		"tolerance_m2": f.ToleranceM2, "agree": f.Agree, "evidence": f.Evidence.ID,
	}
}

func tellFinding(w io.Writer, f postgres.Finding) {
	_, _ = fmt.Fprintf(w, "案件 case %s\n  内核 kernel   %.4f m²\n  PostGIS       %.4f m² (±%.4f m²)\n", f.Case, f.KernelM2, f.PostGISM2, f.ToleranceM2)
	if !f.Agree {
		_, _ = fmt.Fprintln(w, "  两者不符，须人工复核 the two do not agree: a person must look at it")
	}
	if f.Known {
		_, _ = fmt.Fprintln(w, "  此前已立案 the case was there already; nothing was filed again")
	}
}
