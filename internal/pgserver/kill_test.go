package pgserver_test

import (
	"context"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"jieshi/internal/pgserver"
)

func TestServerDiesWithItsProgram(t *testing.T) {
	t.Parallel()
	dir := dataDir(t)
	owner := start(t, "exclusive", dir)
	do(t, owner.url, `CREATE TABLE stone (name text)`)
	pid := postmaster(t, dir)
	owner.kill()
	eventually(t, "the postmaster has ended", func() bool { return !alive(pid) })

	srv := open(t, pgserver.Options{DataDir: dir})
	ask(t, srv.URL(), `SELECT count(*)::text FROM stone`)
}

func TestOpenRightAfterTheKill(t *testing.T) {
	t.Parallel()
	dir := dataDir(t)
	for i := range 5 {
		owner := start(t, "exclusive", dir)
		do(t, owner.url, fmt.Sprintf(`CREATE TABLE stone_%d (name text)`, i))
		owner.kill() // and open again while the server is still shutting down
	}
	srv := open(t, pgserver.Options{DataDir: dir, Exclusive: true})
	if got := ask(t, srv.URL(), `SELECT count(*)::text FROM pg_tables WHERE tablename LIKE 'stone_%'`); got != "5" {
		t.Errorf("%s tables are left, want 5", got)
	}
}

// A server that outlived its program, as where the death signal is not heard,
// is stopped and replaced.
func TestOrphanServerIsReplaced(t *testing.T) {
	t.Parallel()
	dir := dataDir(t)
	srv := open(t, pgserver.Options{DataDir: dir})
	url, home := srv.URL(), srv.Dir()
	if err := srv.Close(); err != nil {
		t.Fatal(err)
	}
	orphan := strayPostgres(t, filepath.Join(home, "cluster"))
	eventually(t, "the stray server answers", func() bool {
		_, err := tryAsk(url, `SELECT 1::text`)
		return err == nil
	})
	srv = open(t, pgserver.Options{DataDir: dir})
	if pid := postmaster(t, dir); pid == orphan {
		t.Error("the stray server was kept")
	}
	ask(t, srv.URL(), `SELECT 1::text`)
}

// strayPostgres runs the server of a cluster as nobody's child would.
func strayPostgres(t *testing.T, cluster string) (pid int) {
	t.Helper()
	bin, err := pgserver.Find()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(filepath.Join(bin.Dir, "postgres"), "-D", cluster)
	cmd.Dir = cluster
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: ownerOf(t, cluster)}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() { _ = cmd.Wait(); close(done) }()
	t.Cleanup(func() {
		select {
		case <-done:
		case <-time.After(10 * time.Second):
			t.Error("the stray server was not stopped")
			_ = cmd.Process.Kill()
		}
	})
	return cmd.Process.Pid
}

// ownerOf returns whom to become to work with path, or nil if we need not.
func ownerOf(t *testing.T, path string) *syscall.Credential {
	t.Helper()
	if os.Geteuid() != 0 {
		return nil
	}
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	st := info.Sys().(*syscall.Stat_t)
	return &syscall.Credential{Uid: st.Uid, Gid: st.Gid}
}

func TestKilledPostmasterComesBack(t *testing.T) {
	t.Parallel()
	dir := dataDir(t)
	srv := open(t, pgserver.Options{DataDir: dir, Exclusive: true, Log: slog.New(slog.NewTextHandler(t.Output(), nil))})
	do(t, srv.URL(), `CREATE TABLE stone (name text)`)
	for range 2 {
		pid := postmaster(t, dir)
		if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
			t.Fatal(err)
		}
		eventually(t, "the old postmaster has ended", func() bool { return !alive(pid) })
		eventually(t, "the server answers again at the same address", func() bool {
			_, err := tryAsk(srv.URL(), `SELECT count(*)::text FROM stone`)
			return err == nil
		})
	}
	if err := srv.Close(); err != nil {
		t.Errorf("Close() error = %v after restarts", err)
	}
}

// The postmaster dies while a backend is deep in a computation and does not
// notice; the new server must not start beside it.
func TestKilledPostmasterWithBusyBackend(t *testing.T) {
	t.Parallel()
	dir := dataDir(t)
	srv := open(t, pgserver.Options{DataDir: dir, Exclusive: true})
	busy := make(chan error, 1)
	go func() {
		_, err := tryAsk(srv.URL(), `SELECT count(*)::text FROM generate_series(1, 1000000000) a WHERE sqrt(a) < 0`)
		busy <- err
	}()
	eventually(t, "the backend computes", func() bool {
		got, err := tryAsk(srv.URL(), `SELECT count(*)::text FROM pg_stat_activity WHERE query LIKE '%generate_series%' AND state = 'active' AND pid <> pg_backend_pid()`)
		return err == nil && got == "1"
	})
	if err := syscall.Kill(postmaster(t, dir), syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	select {
	case err := <-busy:
		if err == nil {
			t.Error("the query of the killed server succeeded")
		}
	case <-time.After(20 * time.Second):
		t.Error("the orphaned backend is still at work")
	}
	eventually(t, "the server answers again", func() bool {
		_, err := tryAsk(srv.URL(), `SELECT 1::text`)
		return err == nil
	})
}

func TestKilledBackend(t *testing.T) {
	t.Parallel()
	srv := open(t, pgserver.Options{DataDir: dataDir(t)})
	conn, err := pgx.Connect(t.Context(), srv.URL())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.Background()) // it will be dead
	pid := int(conn.PgConn().PID())
	if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the backend has ended", func() bool { return !alive(pid) })
	eventually(t, "the server has recovered", func() bool {
		_, err := tryAsk(srv.URL(), `SELECT 1::text`)
		return err == nil
	})
}

// After a reboot or in a container, the number in postmaster.pid, and in the lock
// of the socket, soon belongs to another process of the same user. PostgreSQL
// would refuse to start.
func TestStalePidFilesOfALivingProcess(t *testing.T) {
	t.Parallel()
	dir := dataDir(t)
	srv := open(t, pgserver.Options{DataDir: dir})
	cluster := filepath.Join(srv.Dir(), "cluster")
	if err := srv.Close(); err != nil {
		t.Fatal(err)
	}
	bystander := exec.Command("sleep", "600")
	bystander.SysProcAttr = &syscall.SysProcAttr{Credential: ownerOf(t, cluster)}
	if err := bystander.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = bystander.Process.Kill()
		_ = bystander.Wait()
	})
	at, err := url.Parse(srv.URL())
	if err != nil {
		t.Fatal(err)
	}
	lock := filepath.Join(at.Query().Get("host"), ".s.PGSQL.5432.lock")
	text := fmt.Sprintf("%d\n%s\n%d\n5432\n%s\n\n", bystander.Process.Pid, cluster, time.Now().Unix(), filepath.Dir(lock))
	for _, path := range []string{filepath.Join(cluster, "postmaster.pid"), lock} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	srv = open(t, pgserver.Options{DataDir: dir})
	ask(t, srv.URL(), `SELECT 1::text`)
	if !alive(bystander.Process.Pid) {
		t.Error("the process that happened to have the number was ended")
	}
}

// Our program is killed at moments spread over its first start, so in the
// middle of initdb, of the first run, of CREATE DATABASE, of CREATE EXTENSION.
func TestKilledDuringTheFirstStart(t *testing.T) {
	t.Parallel()
	for _, after := range []time.Duration{30, 150, 300, 450, 600, 800, 1100, 1500} {
		after *= time.Millisecond
		t.Run(fmt.Sprintf("after %v", after), func(t *testing.T) {
			t.Parallel()
			dir := dataDir(t)
			h := spawn(t, "exclusive", dir)
			time.Sleep(after)
			h.kill()
			srv := open(t, pgserver.Options{DataDir: dir})
			if got := ask(t, srv.URL(), `SELECT ST_Area('POLYGON((0 0,4 0,4 4,0 4,0 0))'::geometry)::text`); got != "16" {
				t.Errorf("ST_Area = %s", got)
			}
			if _, err := os.Stat(filepath.Join(srv.Dir(), "cluster.new")); err == nil {
				t.Error("the half-made cluster is still there")
			}
		})
	}
}

func TestHalfMadeClusterIsThrownAway(t *testing.T) {
	t.Parallel()
	dir := dataDir(t)
	half := filepath.Join(dir, "postgres", "cluster.new", "base")
	if err := os.MkdirAll(half, 0o755); err != nil {
		t.Fatal(err)
	}
	srv := open(t, pgserver.Options{DataDir: dir})
	ask(t, srv.URL(), `SELECT 1::text`)
}

func TestEmptiedClusterIsNotReplaced(t *testing.T) {
	t.Parallel()
	dir := dataDir(t)
	if err := os.MkdirAll(filepath.Join(dir, "postgres", "cluster", "base"), 0o755); err != nil {
		t.Fatal(err)
	}
	if _, err := pgserver.Open(t.Context(), pgserver.Options{DataDir: dir}); err == nil {
		t.Error("Open() makes an empty database where a damaged one lies")
	}
}
