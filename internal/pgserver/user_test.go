package pgserver_test

import (
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"jieshi/internal/pgserver"
)

func TestRootCannotBePassedBy(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("about root only")
	}
	t.Parallel()
	need(t)
	// Like /root/.local/share: root's alone. The server runs as somebody else.
	dir := filepath.Join(t.TempDir(), "data")
	srv := open(t, pgserver.Options{DataDir: dir})
	home := srv.Dir()
	if !strings.HasPrefix(home, "/var/lib/jieshi-postgres/") {
		t.Errorf("the home is %s, want it below /var/lib/jieshi-postgres", home)
	}
	do(t, srv.URL(), `CREATE TABLE stone (name text)`)
	url := srv.URL()
	if err := srv.Close(); err != nil {
		t.Fatal(err)
	}
	srv = open(t, pgserver.Options{DataDir: dir})
	if srv.URL() != url {
		t.Errorf("URL() = %s after reopening, want %s", srv.URL(), url)
	}
	ask(t, srv.URL(), `SELECT count(*)::text FROM stone`)
	if err := errors.Join(srv.Close(), pgserver.Remove(t.Context(), dir)); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(home); err == nil {
		t.Errorf("Remove() leaves %s", home)
	}
}

// After "cp -r" or a restore by root, all files belong to root.
func TestClusterRestoredByRoot(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("about root only")
	}
	t.Parallel()
	dir := dataDir(t)
	srv := open(t, pgserver.Options{DataDir: dir})
	do(t, srv.URL(), `CREATE TABLE stone (name text)`)
	if err := srv.Close(); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command("chown", "-R", "root:root", dir).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	srv = open(t, pgserver.Options{DataDir: dir})
	ask(t, srv.URL(), `SELECT count(*)::text FROM stone`)
}

// asNobody runs a helper as an ordinary user and returns what it says first
// and last.
func asNobody(t *testing.T, how, dir string) (first, last string) {
	t.Helper()
	who := nobody(t)
	// The go command builds in a directory that is closed to others.
	bin := filepath.Join(filepath.Dir(dir), "helper")
	copyFile(t, os.Args[0], bin)
	cmd := exec.Command(bin, dir)
	cmd.Dir = "/"
	cmd.Env = append(os.Environ(), helperVariable+"="+how)
	cmd.Stderr = t.Output()
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: who}
	out, err := cmd.Output() // standard input is empty, so it closes at once
	if exit := (*exec.ExitError)(nil); err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(string(out)), "\n")
	return lines[0], lines[len(lines)-1]
}

func copyFile(t *testing.T, from, to string) {
	t.Helper()
	in, err := os.Open(from)
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o755)
	if err != nil {
		t.Fatal(err)
	}
	_, err = io.Copy(out, in)
	if err := errors.Join(err, out.Close()); err != nil {
		t.Fatal(err)
	}
}

func TestOrdinaryUserThenRoot(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("only root can become somebody else; the other tests ran as an ordinary user")
	}
	t.Parallel()
	dir := dataDir(t)
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	who := nobody(t)
	if err := os.Chown(dir, int(who.Uid), int(who.Gid)); err != nil {
		t.Fatal(err)
	}
	first, last := asNobody(t, "exclusive", dir)
	if !strings.HasPrefix(first, "ready true ") || last != "closed" {
		t.Fatalf("an ordinary user's program said %q and %q", first, last)
	}

	// sudo: the cluster stays that user's.
	srv := open(t, pgserver.Options{DataDir: dir})
	do(t, srv.URL(), `CREATE TABLE stone (name text)`)
	if got := ownerOf(t, filepath.Join(srv.Dir(), "cluster")); got.Uid != who.Uid {
		t.Errorf("the cluster belongs to user %d after root used it, want %d", got.Uid, who.Uid)
	}
	// Both at once: the ordinary user joins root's server.
	if first, last := asNobody(t, "shared", dir); !strings.HasPrefix(first, "ready false ") || last != "closed" {
		t.Errorf("an ordinary user's program beside root's said %q and %q", first, last)
	}
	if err := srv.Close(); err != nil {
		t.Fatal(err)
	}
	// And the ordinary user can go on alone.
	if first, last := asNobody(t, "exclusive", dir); !strings.HasPrefix(first, "ready true ") || last != "closed" {
		t.Errorf("an ordinary user's program after root's said %q and %q", first, last)
	}
}

func TestOrdinaryUserMeetsRootsCluster(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("only root can become somebody else")
	}
	t.Parallel()
	dir := dataDir(t)
	srv := open(t, pgserver.Options{DataDir: dir})
	if err := errors.Join(srv.Close(), os.Chmod(dir, 0o755)); err != nil {
		t.Fatal(err)
	}
	first, _ := asNobody(t, "shared", dir)
	if !strings.HasPrefix(first, "refused The database files in ") || !strings.Contains(first, "Run this program as that user or as root") {
		t.Errorf("it said %q, want whose the files are and what to do", first)
	}
}
