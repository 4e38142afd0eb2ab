package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"jieshi/internal/pgserver"
	"jieshi/internal/pgserver/pgtest"
)

// asProgram makes the test binary the program.
const asProgram = "JIESHI_TEST_AS_PROGRAM=1"

// The test binary is the program, too: as the child that the program starts for
// files of strangers, and as a process of its own that a test can kill.
func TestMain(m *testing.M) {
	// go test begins with a flag, a child with its verb: one that ran the tests again would start more of itself.
	if len(os.Args) > 1 && !strings.HasPrefix(os.Args[1], "-") || slices.Contains(os.Environ(), asProgram) {
		main()
	}
	os.Exit(pgtest.Run(m))
}

// A bench is a data directory, with a database of its own, that programs run on.
type bench struct {
	root    string // holds all that the programs may write
	data    string
	url     string // of a real server; empty: the embedded one
	environ []string
}

// tmp is the temporary folder that the tests were given; each bench has its own.
var tmp = os.TempDir()

// newBench returns a bench with an embedded database.
func newBench(t *testing.T) *bench {
	t.Helper()
	pgtest.URL(t)                                 // skips where there is no PostgreSQL; starts before TMPDIR moves
	root, err := os.MkdirTemp(tmp, "jieshi-cmd-") //nolint:usetesting // a socket in t.TempDir() has too long a path
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := errors.Join(pgserver.Remove(context.Background(), filepath.Join(root, "data")), os.RemoveAll(root)); err != nil {
			t.Error(err)
		}
	})
	// Under root the database and the converter have users of their own, who must get through.
	if err := errors.Join(os.Chmod(root, 0o711), os.Mkdir(filepath.Join(root, "tmp"), 0o711)); err != nil {
		t.Fatal(err)
	}
	t.Setenv("TMPDIR", filepath.Join(root, "tmp"))
	return &bench{
		root: root, data: filepath.Join(root, "data"),
		environ: []string{"HOME=" + root, "PATH=" + os.Getenv("PATH"), "TMPDIR=" + filepath.Join(root, "tmp"), "JIESHI_ACTOR=测绘员 surveyor"},
	}
}

// newServedBench returns a bench whose database is a schema of a real server.
func newServedBench(t *testing.T) *bench {
	t.Helper()
	url := pgtest.Schema(t)
	b := newBench(t)
	b.url = url
	b.environ = append(b.environ, "DATABASE_URL="+url)
	return b
}

// onBoth runs a test with the embedded database and with a real server.
func onBoth(t *testing.T, test func(t *testing.T, b *bench)) {
	t.Helper()
	t.Run("embedded database", func(t *testing.T) { test(t, newBench(t)) })
	t.Run("DATABASE_URL", func(t *testing.T) { test(t, newServedBench(t)) })
}

// An outcome is what a run of the program left.
type outcome struct {
	args           []string
	status         int
	stdout, stderr string
}

// run runs the program in this process.
func (b *bench) run(ctx context.Context, args ...string) outcome {
	var stdout, stderr bytes.Buffer
	args = append([]string{"--data-dir", b.data}, args...)
	status := run(ctx, args, b.environ, strings.NewReader(""), &stdout, &stderr)
	return outcome{args, status, stdout.String(), stderr.String()}
}

// process prepares the program as a process of its own, in a group of its own.
func (b *bench) process(args ...string) *exec.Cmd {
	cmd := exec.Command(os.Args[0], append([]string{"--data-dir", b.data}, args...)...)
	cmd.Env = append(slices.Clone(b.environ), asProgram)
	return cmd
}

// ended waits for a process and returns its outcome.
func ended(t *testing.T, cmd *exec.Cmd) outcome {
	t.Helper()
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err := cmd.Run()
	if exit := (*exec.ExitError)(nil); err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return outcome{cmd.Args[1:], cmd.ProcessState.ExitCode(), stdout.String(), stderr.String()}
}

// want fails the test unless the program ended with status.
func (o outcome) want(t *testing.T, status int) outcome {
	t.Helper()
	if o.status != status {
		t.Fatalf("jieshi %q ended with %d, want %d\nstdout: %s\nstderr: %s", o.args, o.status, status, o.stdout, o.stderr)
	}
	return o
}

// read reads the one JSON document of standard output into v.
func (o outcome) read(t *testing.T, v any) {
	t.Helper()
	d := json.NewDecoder(strings.NewReader(o.stdout))
	if err := d.Decode(v); err != nil {
		t.Fatalf("jieshi %q: no JSON on standard output (%v): %q\nstderr: %s", o.args, err, o.stdout, o.stderr)
	}
	if err := d.Decode(new(any)); !errors.Is(err, io.EOF) {
		t.Fatalf("jieshi %q: more than one document on standard output: %s", o.args, o.stdout)
	}
}

// document reads standard output as a document whose fields are looked at one by one.
func (o outcome) document(t *testing.T) document {
	t.Helper()
	d := document{t: t}
	o.read(t, &d.v)
	return d
}

// A document is JSON that a test looks into.
type document struct {
	t *testing.T
	v any
}

// at returns the value at a path of names, separated by dots.
func (d document) at(path string) any {
	d.t.Helper()
	v := d.v
	for name := range strings.SplitSeq(path, ".") {
		object, ok := v.(map[string]any)
		if _, has := object[name]; !ok || !has {
			d.t.Fatalf("no %q of %q in %v", name, path, d.v)
		}
		v = object[name]
	}
	return v
}

func value[T any](d document, path string) T {
	d.t.Helper()
	v, ok := d.at(path).(T)
	if !ok {
		d.t.Fatalf("%s = %#v, which is no %T", path, d.at(path), v)
	}
	return v
}

func (d document) text(path string) string    { d.t.Helper(); return value[string](d, path) }
func (d document) number(path string) float64 { d.t.Helper(); return value[float64](d, path) }
func (d document) list(path string) []document {
	d.t.Helper()
	var list []document
	for _, v := range value[[]any](d, path) {
		list = append(list, document{d.t, v})
	}
	return list
}

// openCase opens a land case and returns its number.
func (b *bench) openCase(t *testing.T, args ...string) string {
	t.Helper()
	args = append([]string{"case", "create", "--kind", "land", "--title", "榄冲岭", "--json"}, args...)
	return b.run(t.Context(), args...).want(t, exitDone).document(t).text("number")
}

// query runs fn with a connection to the database while no program runs.
func (b *bench) query(t *testing.T, fn func(ctx context.Context, conn *pgx.Conn)) {
	t.Helper()
	ctx, url := t.Context(), b.url
	if url == "" {
		server, err := pgserver.Open(ctx, pgserver.Options{DataDir: b.data})
		if err != nil {
			t.Fatal(err)
		}
		defer func() {
			if err := server.Close(); err != nil {
				t.Error(err)
			}
		}()
		url = server.URL()
	}
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }()
	fn(ctx, conn)
}

// broughtIn are the tables that a file on its way in may leave rows in.
var broughtIn = []string{"asset", "survey", "walk", "walk_fix", "orthophoto", "party", "claim", "contest_run", "contest_piece", "evidence", "evidence_file"}

// rows counts the rows of tables.
func rows(t *testing.T, ctx context.Context, conn *pgx.Conn, tables ...string) map[string]int { //nolint:revive // t first, as in testing
	t.Helper()
	counts := map[string]int{}
	for _, table := range tables {
		var n int
		if err := conn.QueryRow(ctx, "SELECT count(*) FROM "+pgx.Identifier{table}.Sanitize()).Scan(&n); err != nil {
			t.Fatal(err)
		}
		counts[table] = n
	}
	return counts
}

// files lists what lies below a folder, by path; folders count only in tmp and
// incoming, since the store makes some for good.
func files(t *testing.T, dir string) []string {
	t.Helper()
	found := map[string]bool{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err == nil && !d.IsDir() {
			rel, _ := filepath.Rel(dir, path)
			found[rel] = true
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return slices.Sorted(maps.Keys(found))
}

// onTheWay lists what lies, file or folder, where things lie only while a
// program brings them in.
func (b *bench) onTheWay(t *testing.T) []string {
	t.Helper()
	var left []string
	for _, dir := range []string{filepath.Join(b.root, "tmp"), filepath.Join(b.data, "work"), filepath.Join(b.data, "files", "incoming"), filepath.Join(b.data, "files", "uploads")} {
		entries, err := os.ReadDir(dir)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			t.Fatal(err)
		}
		for _, e := range entries {
			left = append(left, filepath.Join(dir, e.Name()))
		}
	}
	return left
}
