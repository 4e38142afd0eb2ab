package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"jieshi/ingest"
	"jieshi/ingest/raster"
	"jieshi/internal/blob"
	"jieshi/internal/intake"
	"jieshi/internal/nodeodm"
	"jieshi/internal/pgserver"
	"jieshi/internal/postgres"
	"jieshi/internal/upload"
	"jieshi/mediation"
)

// version is what `make build` says this is (git describe).
var version = "dev"

// software is written on everything that the program files.
func software() string { return "jieshi " + version }

// Exit statuses. Anything else is no status of ours.
const (
	exitDone       = 0
	exitFault      = 1 // ours
	exitUsage      = 2
	exitQuestioned = 3
	exitRefused    = 4
)

// errQuestioned says that the work is done, but a person must look at it.
var errQuestioned = errors.New("questioned")

// usageError is a call that makes no sense; the text says how it would.
type usageError struct{ error }

func (u usageError) Unwrap() error { return u.error }

// program is one run of the command.
type program struct {
	environ        []string
	stdin          io.Reader
	stdout, stderr io.Writer
	config         config
	log            *slog.Logger
	json           bool
	printed        bool // the one JSON document
}

func (p *program) command() *cobra.Command {
	root := group("jieshi", "界石 Jieshi: disputed ground, measured, filed and mediated",
		p.demoCommand(), p.serveCommand(), p.migrateCommand(), p.doctorCommand(),
		p.caseCommand(), p.claimCommand(), p.ingestCommand(), p.orthoCommand(), p.contestCommand(), p.evidenceCommand(), p.areaCommand(),
		p.overlapCommand(), p.layerCommand(), p.auditCommand(), p.workCommand(),
		p.convertCommand(), p.readVectorCommand(), p.probeSandboxCommand(),
	)
	root.Long = "界石 Jieshi turns drone orthophotos and GNSS boundary walks into contested areas, files them as evidence on the case,\n" +
		"and serves the map for mediation.\n\nExit status: 0 done, 1 fault of ours, 2 bad usage, 3 questioned, 4 refused."
	root.SilenceUsage, root.SilenceErrors, root.Version = true, true, version
	root.PersistentPreRunE = func(cmd *cobra.Command, _ []string) (err error) {
		if p.config, err = readConfig(cmd.Flags(), p.environ); err != nil {
			return usageError{err}
		}
		p.logFrom(slog.LevelWarn)
		return nil
	}
	addConfigFlags(root.PersistentFlags())
	root.PersistentFlags().BoolVar(&p.json, "json", p.json, "one JSON document on standard output, logs on standard error")
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return usageError{err} })
	return root
}

// logFrom makes the log, for everything from level on unless the operator said
// another; readConfig has checked what was said.
func (p *program) logFrom(level slog.Level) {
	level, _ = p.config.logLevel(level)
	p.log = slog.New(slog.NewJSONHandler(p.stderr, &slog.HandlerOptions{Level: level}))
}

// arguments is cobra's check of positional arguments, as a usage error.
func arguments(check cobra.PositionalArgs) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if err := check(cmd, args); err != nil {
			return usageError{fmt.Errorf("%w; usage: %s", err, cmd.UseLine())}
		}
		return nil
	}
}

// group is a command that only holds others. Called alone or with a name that
// it does not know, it says which there are.
func group(use, short string, commands ...*cobra.Command) *cobra.Command {
	var names []string
	for _, c := range commands {
		if !c.Hidden {
			names = append(names, c.Name())
		}
	}
	cmd := &cobra.Command{
		Use: use, Short: short, Args: cobra.ArbitraryArgs,
		RunE: func(_ *cobra.Command, args []string) error {
			if len(args) > 0 {
				return usageError{fmt.Errorf("there is no %q in %s; there are %s", args[0], use, strings.Join(names, ", "))}
			}
			return usageError{fmt.Errorf("%s needs one of %s", use, strings.Join(names, ", "))}
		},
	}
	cmd.AddCommand(commands...)
	return cmd
}

// required returns an error for each flag that was left empty.
func required(flags map[string]string) error {
	for name, value := range flags {
		if value == "" {
			return usageError{fmt.Errorf("--%s is missing", name)}
		}
	}
	return nil
}

// exit says what went wrong, to a person or as JSON, and returns the status.
func (p *program) exit(ctx context.Context, err error) int {
	if err == nil {
		return exitDone
	}
	if errors.Is(err, errQuestioned) {
		return exitQuestioned
	}
	if explanation, ok := mediation.Explain(err); ok {
		p.refuse(explanation)
		return exitRefused
	}
	if usage := (usageError{}); errors.As(err, &usage) {
		p.fail("usage", "usage", ingest.Text{ZH: "用法有误 usage: " + err.Error(), EN: err.Error()})
		return exitUsage
	}
	trouble, failure := (*pgserver.Trouble)(nil), (*mediation.JobFailure)(nil)
	switch {
	case ctx.Err() != nil:
		p.fail("fault", "interrupted", ingest.Text{ZH: "已中断", EN: "interrupted"})
	case errors.As(err, &trouble):
		p.fail("fault", trouble.Code, ingest.Text{ZH: trouble.ZH, EN: trouble.EN})
	case errors.As(err, &failure):
		p.fail("fault", "job_failed", ingest.Text{
			ZH: fmt.Sprintf("任务 %s 多次尝试后失败，故障编号 %s", failure.Job, failure.Fault), EN: err.Error(),
		})
	default:
		p.fail("fault", "fault", ingest.Text{ZH: "程序出错 fault: " + err.Error(), EN: err.Error()})
	}
	return exitFault
}

// fail says that there is no result, and why.
func (p *program) fail(status, code string, reason ingest.Text) {
	_, _ = fmt.Fprintf(p.stderr, "jieshi: %s\n", reason.ZH)
	if !strings.HasSuffix(reason.ZH, reason.EN) {
		_, _ = fmt.Fprintf(p.stderr, "jieshi: %s\n", reason.EN)
	}
	if p.json && !p.printed {
		p.print(map[string]any{"status": status, "code": code, "reason": reason})
	}
}

// refuse prints a refusal: what, where, and what to do.
func (p *program) refuse(e mediation.Explanation) {
	if p.json {
		told := map[string]any{"status": "refused", "code": e.Code, "reason": e.Reason, "remedy": e.Remedy, "where": e.Where}
		if e.Facts != nil {
			told["facts"] = e.Facts
		}
		p.print(told)
		return
	}
	where := ""
	if e.Where != "" {
		where = " (" + e.Where + ")"
	}
	_, _ = fmt.Fprintf(p.stderr, "不予受理 refused [%s]%s\n  %s\n  %s\n  %s\n  %s\n", e.Code, where, e.Reason.ZH, e.Remedy.ZH, e.Reason.EN, e.Remedy.EN)
}

// print writes one JSON document to standard output.
func (p *program) print(v any) {
	p.printed = true
	encoder := json.NewEncoder(p.stdout)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(v); err != nil {
		_, _ = fmt.Fprintf(p.stderr, "jieshi: result cannot be written: %v\n", err)
	}
}

// answer prints v as JSON if asked to, else lets tell speak to a person.
func (p *program) answer(v any, tell func(w io.Writer)) {
	if p.json {
		p.print(v)
		return
	}
	tell(p.stdout)
}

// app is the open store of one run.
type app struct {
	db      *postgres.DB
	files   *blob.Store
	uploads *upload.Desk
	intake  *intake.Intake
	url     string
	server  *pgserver.Server // nil with DATABASE_URL
}

// open opens the database, the embedded one unless DATABASE_URL names another,
// brings its schema up to date, and opens the files beside it.
func (p *program) open(ctx context.Context, exclusive bool) (_ *app, err error) {
	if err := os.MkdirAll(p.config.DataDir, 0o755); err != nil { //nolint:gosec // what is private in it is closed itself
		return nil, fmt.Errorf("data directory: %w", err)
	}
	a := &app{url: p.config.DatabaseURL}
	defer func() {
		if err != nil {
			err = errors.Join(err, a.close())
		}
	}()
	if a.url == "" {
		if a.server, err = pgserver.Open(ctx, pgserver.Options{DataDir: p.config.DataDir, Exclusive: exclusive, Log: p.log}); err != nil {
			return nil, err
		}
		a.url = a.server.URL()
	}
	if _, err := postgres.Migrate(ctx, a.url); err != nil {
		return nil, err
	}
	if a.db, err = postgres.Open(ctx, a.url, software()); err != nil {
		return nil, err
	}
	if a.files, err = p.openFiles(ctx); err != nil {
		return nil, err
	}
	a.uploads = p.desk(a)
	// Pictures on their way are no business of other users of this machine.
	work := filepath.Join(p.config.DataDir, "work")
	if err := os.MkdirAll(work, 0o700); err != nil {
		return nil, fmt.Errorf("data directory: %w", err)
	}
	a.intake = &intake.Intake{
		Store: a.db, Files: a.files, Log: p.log,
		Raster: raster.Config{WorkRoot: work, MaxPixels: p.config.MaxPixels, Log: p.log},
		Limits: intake.Limits{WalkBytes: p.config.MaxWalkBytes, OrthophotoBytes: p.config.MaxOrthophotoBytes},
		Quota:  p.quota(), PackageExpiry: p.config.PackageExpiry,
	}
	if p.config.NodeODMURL != "" {
		a.intake.Engine = &nodeodm.Client{URL: p.config.NodeODMURL, Token: p.config.NodeODMToken}
	}
	return a, nil
}

func (a *app) close() error {
	if a.db != nil {
		a.db.Close()
	}
	if a.server != nil {
		return a.server.Close()
	}
	return nil
}

// with runs fn with the store open and the person of this run acting.
func (p *program) with(ctx context.Context, fn func(ctx context.Context, a *app) error) (err error) {
	a, err := p.open(ctx, false)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.close()) }()
	return fn(mediation.WithActor(ctx, mediation.Actor{Name: p.config.Actor}), a)
}
