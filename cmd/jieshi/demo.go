package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/ewkb"
	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"

	"jieshi/ingest"
	"jieshi/internal/bundle"
	"jieshi/internal/demo"
	"jieshi/internal/intake"
	"jieshi/mediation"
)

// demoSeed is the seed of everything that the demonstration invents.
const demoSeed = 1

// demoHistory is how many cases of the past the demonstration has.
const demoHistory = 360

func (p *program) demoCommand() *cobra.Command {
	var serve bool
	cmd := &cobra.Command{
		Use:   "demo [--no-serve]",
		Short: "play the whole main job on the sample dispute near Liujiang, then serve the map",
		Args:  arguments(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) (err error) {
			ctx := mediation.WithActor(cmd.Context(), mediation.Actor{Name: p.config.Actor})
			a, err := p.open(ctx, serve)
			if err != nil {
				return err
			}
			defer func() { err = errors.Join(err, a.close()) }()
			played, err := p.play(ctx, a)
			if err != nil {
				return err
			}
			p.answer(played, func(w io.Writer) { tellDemo(w, played) })
			if !serve {
				return nil
			}
			return p.serve(ctx, a, "/cases/"+played.Case, defaultWorkers())
		},
	}
	noServe := cmd.Flags().Bool("no-serve", false, "end when everything is filed")
	cmd.PreRun = func(*cobra.Command, []string) { serve = !*noServe }
	cmd.Flags().String("listen", "", "address to serve on (default 127.0.0.1:8080)")
	return cmd
}

// played is what the demonstration did.
type played struct {
	Case       string                          `json:"case"`
	Pieces     []pieceJSON                     `json:"pieces"`
	Contested  map[mediation.Level]measureJSON `json:"contested"`
	Evidence   []mediation.Evidence            `json:"evidence"`
	Bundle     string                          `json:"bundle"`
	ThreeCross mediation.ThreeCross            `json:"three_cross"`
	TruthM2    float64                         `json:"truth_plane_m2"` // the contested ground as it was drawn
	Cases      int                             `json:"cases"`          // of the past
	Audit      int                             `json:"audit"`          // of the register round the dispute
	Overlaps   int64                           `json:"overlaps"`       // pairs of its parcels

	dispute demo.Dispute
	walks   []intake.WalkResult
	photo   intake.OrthophotoResult
	run     mediation.Run
	areas   []mediation.Area
}

// play does what a surveyor does: open the case, bring the flight and the
// walks, look at what is contested, hand over the bundle. Playing twice on one
// data directory finds everything as it was.
func (p *program) play(ctx context.Context, a *app) (out played, err error) {
	p.say("准备行政区 areas …")
	areas := demo.Areas(demoSeed)
	if err := a.db.SaveAreas(ctx, "demo: outlines invented", outlines(areas)); err != nil {
		return out, err
	}
	p.say("生成往年案件 cases of the past …")
	until, err := p.historyEnd()
	if err != nil {
		return out, err
	}
	if out.Cases, err = playHistory(ctx, a, areas, until); err != nil {
		return out, err
	}
	d := demo.NewDispute(demoSeed)
	out.dispute = d
	out.Case, err = a.db.CreateCase(ctx, mediation.NewCase{Kind: mediation.Kind(d.Kind), Title: d.Title, SRID: d.SRID, AcceptedOn: d.AcceptedAt}, "demo-dispute")
	if err != nil {
		return out, err
	}
	if err := p.playSurvey(ctx, a, d, &out); err != nil {
		return out, err
	}
	if err := playMoves(ctx, a, out.Case, d.SurveyedAt); err != nil {
		return out, err
	}
	if out.run, err = a.db.Contest(ctx, out.Case); err != nil {
		return out, err
	}
	if _, err := a.db.FileRun(ctx, out.Case, out.run.ID); err != nil {
		return out, err
	}
	if err := p.playAudit(ctx, a, &out); err != nil {
		return out, err
	}
	return out, p.playBundle(ctx, a, &out)
}

func outlines(areas []demo.Area) []mediation.AreaOutline {
	list := make([]mediation.AreaOutline, len(areas))
	for i, area := range areas {
		outline, err := json.Marshal(map[string]any{"type": "MultiPolygon", "coordinates": area.Ground})
		if err != nil {
			panic("demo: an outline of numbers cannot fail to marshal: " + err.Error())
		}
		list[i] = mediation.AreaOutline{Area: mediation.Area{Code: area.Code, Name: area.Name, Level: area.Level}, Parent: area.Parent, Outline: outline}
	}
	return list
}

// playSurvey brings the flight and the two walks.
func (p *program) playSurvey(ctx context.Context, a *app, d demo.Dispute, out *played) (err error) {
	dir, err := os.MkdirTemp("", "jieshi-demo-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()

	p.say("绘制并导入正射影像 orthophoto …")
	flight := filepath.Join(dir, "longtang-20261015.tif")
	if err := writeFile(flight, func(f *os.File) error { return d.WriteOrthophoto(f) }); err != nil {
		return err
	}
	photo, err := os.Open(flight) //nolint:gosec // just written
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, photo.Close()) }()
	out.photo, err = a.intake.Orthophoto(ctx, photo, intake.OrthophotoRequest{
		Case: out.Case, Filename: filepath.Base(flight), CapturedFrom: d.SurveyedAt, CapturedTo: d.SurveyedAt.Add(25 * time.Minute),
	})
	if err != nil {
		return err
	}
	for _, party := range d.Parties {
		p.say("导入踏界 walk: " + party.Name + " …")
		pos, w := io.Pipe()
		go func() { w.CloseWithError(d.WritePos(w, party.Side)) }()
		walk, err := a.intake.Walk(ctx, pos, intake.WalkRequest{
			Case: out.Case, Party: party.Name, Filename: fmt.Sprintf("walk-%c.pos", party.Side|0x20), Repair: ingest.RepairEnclose,
		})
		if err := errors.Join(err, pos.Close()); err != nil {
			return err
		}
		out.walks = append(out.walks, walk)
	}
	return nil
}

func writeFile(path string, write func(*os.File) error) (err error) {
	f, err := os.Create(path) //nolint:gosec // a path of our own making
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	return write(f)
}

// playMoves brings the case to the mediator, unless it is there already.
func playMoves(ctx context.Context, a *app, number string, surveyed time.Time) error {
	c, err := a.db.Case(ctx, number)
	if err != nil || c.Status != mediation.Opened {
		return err
	}
	if err := a.db.MoveCase(ctx, number, 0, mediation.Surveyed, "踏界与航飞完成 walks and flight done", surveyed); err != nil {
		return err
	}
	return a.db.MoveCase(ctx, number, 0, mediation.Mediating, "进入调解 mediation begins", surveyed.Add(72*time.Hour))
}

// playBundle exports the evidence and verifies it, as the other side would.
func (p *program) playBundle(ctx context.Context, a *app, out *played) (err error) {
	p.say("导出并核验证据包 bundle …")
	out.Bundle = filepath.Join(p.config.DataDir, "bundles", out.Case+"-evidence.zip")
	if err := os.MkdirAll(filepath.Dir(out.Bundle), 0o755); err != nil { //nolint:gosec // meant to be taken away
		return err
	}
	if err := p.export(ctx, a, out.Case, out.Bundle); err != nil {
		return err
	}
	if _, err := bundle.Verify(ctx, out.Bundle); err != nil {
		return err
	}
	if out.Evidence, _, err = a.db.Evidence(ctx, out.Case); err != nil {
		return err
	}
	c, err := a.db.Case(ctx, out.Case)
	if err != nil {
		return err
	}
	shown := runOf(out.run)
	out.ThreeCross, out.areas, out.Pieces, out.TruthM2 = c.Crosses, c.Areas, shown.Pieces, float64(out.dispute.Truth.ContestedArea)
	out.Contested = map[mediation.Level]measureJSON{mediation.Nominal: shown.Nominal, mediation.Core: shown.Core, mediation.Outer: shown.Outer}
	return nil
}

// historyEnd returns when the invented history ends: now at the first play, and
// then for ever, since another end makes other cases.
func (p *program) historyEnd() (until time.Time, err error) {
	path := filepath.Join(p.config.DataDir, "demo-history-end")
	text, err := os.ReadFile(path) //nolint:gosec // a file of our own
	if err == nil {
		return time.Parse(time.RFC3339, strings.TrimSpace(string(text)))
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return until, err
	}
	until = time.Now().UTC().Truncate(time.Second)
	err = os.WriteFile(path+".new", []byte(until.Format(time.RFC3339)+"\n"), 0o644) //nolint:gosec // no secret
	if err != nil {
		return until, err
	}
	return until, os.Rename(path+".new", path)
}

// playHistory brings in the cases of the last two years, the oldest first, so
// that their numbers follow their dates; the ground of several at once.
func playHistory(ctx context.Context, a *app, areas []demo.Area, until time.Time) (int, error) {
	history := demo.History(demoSeed, areas, demoHistory, until)
	numbers := make([]string, len(history))
	for i, h := range history {
		number, err := a.db.CreateCase(ctx, mediation.NewCase{
			Kind: mediation.Kind(h.Kind), Title: h.Title, SRID: int(h.SRID), AcceptedOn: h.AcceptedOn,
		}, "demo-history-"+h.Number)
		if err != nil {
			return 0, err
		}
		numbers[i] = number
	}
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(4)
	for i, h := range history {
		group.Go(func() error { return playCase(ctx, a, numbers[i], h) })
	}
	return len(history), group.Wait()
}

// playCase gives a case of the past the claims and moves that it lacks.
func playCase(ctx context.Context, a *app, number string, h demo.HistoricCase) error {
	c, err := a.db.Case(ctx, number)
	if err != nil {
		return err
	}
	for _, claim := range h.Claims {
		if slices.ContainsFunc(c.Parties, func(p mediation.Party) bool { return p.Name == claim.Party }) {
			continue
		}
		ground := ewkb.MustMarshal(orb.MultiPolygon{claim.Ground}, int(h.SRID))
		if _, _, err := a.db.SaveClaim(ctx, number, claim.Party, "generated", float64(claim.Sigma), ground); err != nil {
			return fmt.Errorf("case %s of the past: %w", h.Number, err)
		}
	}
	for _, move := range h.Moves[min(len(c.History), len(h.Moves)):] {
		if err := a.db.MoveCase(ctx, number, 0, mediation.Status(move.To), "", move.On); err != nil {
			return fmt.Errorf("case %s of the past: %w", h.Number, err)
		}
	}
	return nil
}

// say tells a person what is going on; with --json it stays silent.
func (p *program) say(text string) {
	if !p.json {
		_, _ = fmt.Fprintln(p.stdout, text)
	}
}

func tellDemo(w io.Writer, d played) {
	say := func(format string, args ...any) { _, _ = fmt.Fprintf(w, format+"\n", args...) }
	say("\n%s  %s", d.Case, d.dispute.Title)
	for _, a := range d.areas {
		say("  所在 in        %s %s", a.Code, a.Name)
	}
	say("  三跨 crosses   市 city: %v, 县 county: %v", d.ThreeCross.City, d.ThreeCross.County)
	tellOrthophoto(w, d.photo)
	for _, walk := range d.walks {
		tellWalk(w, walk)
	}
	tellRun(w, d.run)
	nominal := float64(d.run.Contested.Nominal.Plane.SquareMetres)
	say("真值 truth        %.1f m² plane; measured %.1f, off by %.1f (%.2f %%)", d.TruthM2, nominal, nominal-d.TruthM2, 100*(nominal-d.TruthM2)/d.TruthM2)
	tellEvidence(w, d.Evidence, nil)
	say("证据包 bundle     %s (verified)", d.Bundle)
	say("往年案件 past     %d cases", d.Cases)
	say("登记核查 audit    %d: %d 处重叠 overlaps", d.Audit, d.Overlaps)
}
