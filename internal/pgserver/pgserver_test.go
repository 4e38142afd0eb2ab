package pgserver_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"jieshi/internal/pgserver"
)

// The tests start, kill and join servers from programs of their own. Such a
// program is this test binary with helperVariable set: "exclusive" or "shared"
// opens the data directory in its argument, says "ready <owned> <url>", and
// closes when its standard input ends; "nothing" just waits.
const helperVariable = "JIESHI_PGSERVER_HELPER"

func TestMain(m *testing.M) {
	if how := os.Getenv(helperVariable); how != "" {
		os.Exit(help(how, os.Args[1]))
	}
	os.Exit(m.Run())
}

func help(how, dir string) int {
	srv, err := pgserver.Open(context.Background(), pgserver.Options{
		DataDir: dir, Exclusive: how == "exclusive", Volatile: true,
		Wait: time.Second, Grace: 20 * time.Second,
		Log: slog.New(slog.NewTextHandler(os.Stderr, nil)),
	})
	if err != nil {
		fmt.Println("refused", err)
		return 1
	}
	fmt.Println("ready", srv.Owned(), srv.URL())
	_, _ = io.Copy(io.Discard, os.Stdin)
	if err := srv.Close(); err != nil {
		fmt.Println("refused", err)
		return 1
	}
	fmt.Println("closed")
	return 0
}

// need skips a test on a machine without PostGIS, and fails it in CI.
func need(t *testing.T) {
	t.Helper()
	if _, err := pgserver.Find(); err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal(err)
		}
		t.Skipf("no PostgreSQL to test with: %v", err)
	}
}

// dataDir returns a data directory that any user reaches, and removes the
// database in it at the end.
func dataDir(t *testing.T) string {
	t.Helper()
	need(t)
	//nolint:usetesting // t.TempDir is closed to the server's user under root
	dir, err := os.MkdirTemp("", "jieshi-pgserver-")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(dir, 0o711); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { discard(t, dir) })
	return filepath.Join(dir, "data")
}

// discard removes the databases in the data directories below root, and root.
func discard(t *testing.T, root string) {
	t.Helper()
	err := filepath.WalkDir(root, func(path string, e os.DirEntry, err error) error {
		if err != nil || e.Name() != "postgres" {
			return err
		}
		if err := pgserver.Remove(context.Background(), filepath.Dir(path)); err != nil {
			return err
		}
		return filepath.SkipDir
	})
	if err := errors.Join(err, os.RemoveAll(root)); err != nil {
		t.Errorf("remove %s: %v", root, err)
	}
}

func open(t *testing.T, o pgserver.Options) *pgserver.Server {
	t.Helper()
	o.Volatile = true
	srv, err := pgserver.Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := srv.Close(); err != nil {
			t.Errorf("Close() error = %v", err)
		}
	})
	return srv
}

// ask runs a query that returns one text.
func ask(t *testing.T, url, query string) string {
	t.Helper()
	got, err := tryAsk(url, query)
	if err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	return got
}

func tryAsk(url, query string) (got string, err error) {
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return "", err
	}
	defer conn.Close(ctx)
	err = conn.QueryRow(ctx, query).Scan(&got)
	return got, err
}

// do runs a statement.
func do(t *testing.T, url, statement string) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	if _, err := conn.Exec(t.Context(), statement); err != nil {
		t.Fatalf("%s: %v", statement, err)
	}
}

// A helper is a program that has a data directory open.
type helper struct {
	cmd   *exec.Cmd
	in    io.WriteCloser
	out   *bufio.Scanner
	owned bool
	url   string
}

// spawn starts a helper without waiting for what it says.
func spawn(t *testing.T, how, dir string) *helper {
	t.Helper()
	cmd := exec.Command(os.Args[0], dir)
	cmd.Env = append(os.Environ(), helperVariable+"="+how)
	cmd.Stderr = t.Output()
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	h := &helper{cmd: cmd, in: in, out: bufio.NewScanner(out)}
	t.Cleanup(func() {
		if h.cmd.ProcessState == nil {
			h.kill()
		}
	})
	return h
}

// start starts a helper and waits until it has the server open.
func start(t *testing.T, how, dir string) *helper {
	t.Helper()
	h := spawn(t, how, dir)
	said := h.hear()
	words := strings.Fields(said)
	if len(words) != 3 || words[0] != "ready" {
		t.Fatalf("helper said %q, want ready", said)
	}
	h.owned, h.url = words[1] == "true", words[2]
	return h
}

// hear returns the next line, or "" when the helper has ended.
func (h *helper) hear() string {
	h.out.Scan()
	return h.out.Text()
}

// leave lets the helper close the server and returns what it says then.
func (h *helper) leave() string {
	_ = h.in.Close()
	said := h.hear()
	_ = h.cmd.Wait()
	return said
}

// kill ends the helper as a power cut would.
func (h *helper) kill() {
	_ = h.cmd.Process.Kill()
	_ = h.cmd.Wait()
}

// postmaster returns the process that runs the cluster of a data directory.
func postmaster(t *testing.T, dir string) int {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(dir, "postgres", "cluster", "postmaster.pid"))
	if err != nil {
		t.Fatal(err)
	}
	first, _, _ := strings.Cut(string(text), "\n")
	pid, err := strconv.Atoi(first)
	if err != nil {
		t.Fatal(err)
	}
	return pid
}

// eventually waits until what is true.
func eventually(t *testing.T, say string, what func() bool) {
	t.Helper()
	for until := time.Now().Add(2 * time.Minute); !what(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(until) {
			t.Fatalf("after two minutes still not: %s", say)
		}
	}
}

func alive(pid int) bool { return syscall.Kill(pid, 0) == nil }

func TestOpen(t *testing.T) {
	t.Parallel()
	dir := dataDir(t)
	srv := open(t, pgserver.Options{DataDir: dir})
	if !srv.Owned() {
		t.Error("Owned() = false for the only program")
	}
	for _, tc := range []struct{ name, query, want string }{
		{"PostGIS computes", `SELECT ST_Area('POLYGON((0 0,4 0,4 4,0 4,0 0))'::geometry)::text`, "16"},
		{"CGCS2000 is known", `SELECT count(*)::text FROM spatial_ref_sys WHERE srid IN (4490, 4546)`, "2"},
		{"the role is no superuser, so that row-level security holds", `SELECT rolsuper::text FROM pg_roles WHERE rolname = current_user`, "false"},
		{"the text is UTF-8", `SELECT length('界石')::text`, "2"},
		{"the clock is UTC", `SHOW TimeZone`, "UTC"},
		{"nothing listens on a network", `SHOW listen_addresses`, ""},
		{"random pages are cheap", `SHOW random_page_cost`, "1.1"},
		{"jit is off", `SHOW jit`, "off"},
		{"pages have checksums", `SHOW data_checksums`, "on"},
	} {
		if got := ask(t, srv.URL(), tc.query); got != tc.want {
			t.Errorf("%s: %s = %q, want %q", tc.name, tc.query, got, tc.want)
		}
	}
	info, err := os.Stat(filepath.Join(dir, "postgres"))
	if err != nil {
		t.Fatal(err)
	}
	if info.Mode().Perm() != 0o700 {
		t.Errorf("the home has mode %v, want 0700", info.Mode().Perm())
	}
}

func TestDurableUnlessVolatile(t *testing.T) {
	t.Parallel()
	dir := dataDir(t)
	srv, err := pgserver.Open(t.Context(), pgserver.Options{DataDir: dir})
	if err != nil {
		t.Fatal(err)
	}
	for _, setting := range []string{"fsync", "synchronous_commit", "full_page_writes"} {
		if got := ask(t, srv.URL(), "SHOW "+setting); got != "on" {
			t.Errorf("%s = %s, want on", setting, got)
		}
	}
	if err := srv.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestReopenKeepsTheDataAndTheOperatorsSettings(t *testing.T) {
	t.Parallel()
	dir := dataDir(t)
	srv := open(t, pgserver.Options{DataDir: dir})
	url := srv.URL()
	do(t, url, `CREATE TABLE stone (name text)`)
	do(t, url, `INSERT INTO stone VALUES ('界石一号')`)
	if err := srv.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := tryAsk(url, `SELECT 1::text`); err == nil {
		t.Error("the server still answers after Close")
	}
	own := filepath.Join(dir, "postgres", "cluster", "conf.d", "own.conf")
	if err := os.WriteFile(own, []byte("work_mem = '7MB'\n"), 0o644); err != nil {
		t.Fatal(err)
	}

	srv = open(t, pgserver.Options{DataDir: dir})
	if srv.URL() != url {
		t.Errorf("URL() = %s after reopening, want %s as before", srv.URL(), url)
	}
	if got := ask(t, srv.URL(), `SELECT name FROM stone`); got != "界石一号" {
		t.Errorf("the row reads %q", got)
	}
	if got := ask(t, srv.URL(), `SHOW work_mem`); got != "7MB" {
		t.Errorf("work_mem = %s, want the operator's 7MB", got)
	}
}

func TestLongPath(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(dataDir(t), strings.Repeat("很长的目录名/", 8), "data")
	if len(dir) < 120 {
		t.Fatalf("%d bytes are not long", len(dir))
	}
	srv := open(t, pgserver.Options{DataDir: dir})
	ask(t, srv.URL(), `SELECT 1::text`)
	second := start(t, "shared", dir)
	if second.owned {
		t.Error("a second program owns the server too")
	}
	if said := second.leave(); said != "closed" {
		t.Errorf("the second program said %q", said)
	}
}

func TestOddPath(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(dataDir(t), `a'b "c",d\e 100%?&=`)
	srv := open(t, pgserver.Options{DataDir: dir})
	ask(t, srv.URL(), `SELECT 1::text`)
}

func TestCloseTwice(t *testing.T) {
	t.Parallel()
	srv := open(t, pgserver.Options{DataDir: dataDir(t)})
	for range 2 {
		if err := srv.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

func TestOpenHeedsItsContext(t *testing.T) {
	t.Parallel()
	dir := dataDir(t)
	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(100*time.Millisecond, cancel) // in the middle of initdb
	if _, err := pgserver.Open(ctx, pgserver.Options{DataDir: dir, Volatile: true}); !errors.Is(err, context.Canceled) {
		t.Errorf("Open() error = %v, want context.Canceled", err)
	}
	srv := open(t, pgserver.Options{DataDir: dir})
	ask(t, srv.URL(), `SELECT 1::text`)
}

func TestOpenWithoutDataDir(t *testing.T) {
	if _, err := pgserver.Open(t.Context(), pgserver.Options{}); err == nil {
		t.Error("Open() without a data directory succeeds")
	}
}

// nobody returns the account that the tests of ordinary users run as.
func nobody(t *testing.T) *syscall.Credential {
	t.Helper()
	u, err := user.Lookup("nobody")
	if err != nil {
		t.Skipf("no ordinary user to become: %v", err)
	}
	uid, err := strconv.ParseUint(u.Uid, 10, 32)
	if err != nil {
		t.Fatal(err)
	}
	gid, err := strconv.ParseUint(u.Gid, 10, 32)
	if err != nil {
		t.Fatal(err)
	}
	return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
}
