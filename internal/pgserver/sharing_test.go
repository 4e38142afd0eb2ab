package pgserver_test

import (
	"errors"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"jieshi/internal/pgserver"
)

func TestSecondServeIsRefused(t *testing.T) {
	t.Parallel()
	dir := dataDir(t)
	first := start(t, "exclusive", dir)

	began := time.Now()
	_, err := pgserver.Open(t.Context(), pgserver.Options{DataDir: dir, Exclusive: true, Wait: time.Minute})
	if !errors.Is(err, pgserver.ErrInUse) {
		t.Fatalf("second exclusive Open() error = %v, want ErrInUse", err)
	}
	if took := time.Since(began); took > 10*time.Second {
		t.Errorf("the refusal took %v", took)
	}
	who := (*pgserver.InUseError)(nil)
	if !errors.As(err, &who) || who.PID != first.cmd.Process.Pid || !who.Serving {
		t.Errorf("Open() error names %+v, want process %d", who, first.cmd.Process.Pid)
	}
	trouble := (*pgserver.Trouble)(nil)
	if !errors.As(err, &trouble) || trouble.Code != "pg_in_use" || trouble.ZH == "" {
		t.Errorf("Open() error = %#v, want a sentence for a person", err)
	}
	if err := pgserver.Remove(t.Context(), dir); !errors.Is(err, pgserver.ErrInUse) {
		t.Errorf("Remove() error = %v, want ErrInUse", err)
	}
	ask(t, first.url, `SELECT 1::text`) // the first has not noticed
}

func TestCommandJoinsServe(t *testing.T) {
	t.Parallel()
	dir := dataDir(t)
	serve := start(t, "exclusive", dir)
	srv := open(t, pgserver.Options{DataDir: dir})
	if srv.Owned() {
		t.Error("Owned() = true beside a running serve")
	}
	if srv.URL() != serve.url {
		t.Errorf("URL() = %s, want that of serve, %s", srv.URL(), serve.url)
	}
	ask(t, srv.URL(), `SELECT 1::text`)
	if err := srv.Close(); err != nil {
		t.Fatal(err)
	}
	ask(t, serve.url, `SELECT 1::text`) // the joiner's Close stops nothing
	if said := serve.leave(); said != "closed" {
		t.Errorf("serve said %q", said)
	}
}

func TestOwnerWaitsForJoiner(t *testing.T) {
	t.Parallel()
	dir := dataDir(t)
	owner := start(t, "shared", dir)
	srv := open(t, pgserver.Options{DataDir: dir})
	if !owner.owned || srv.Owned() {
		t.Fatalf("owned: first %v, second %v; want true, false", owner.owned, srv.Owned())
	}
	_ = owner.in.Close() // the owner wants to leave
	time.Sleep(500 * time.Millisecond)
	ask(t, srv.URL(), `SELECT 1::text`)
	if err := srv.Close(); err != nil {
		t.Fatal(err)
	}
	if said := owner.hear(); said != "closed" {
		t.Errorf("the owner said %q", said)
	}
}

func TestOwnerDoesNotWaitForEver(t *testing.T) {
	t.Parallel()
	dir := dataDir(t)
	srv, err := pgserver.Open(t.Context(), pgserver.Options{DataDir: dir, Volatile: true, Grace: 300 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	joiner := start(t, "shared", dir)
	began := time.Now()
	if err := srv.Close(); err != nil {
		t.Fatal(err)
	}
	if took := time.Since(began); took < 300*time.Millisecond || took > 20*time.Second {
		t.Errorf("Close() took %v, want a little over the grace of 300ms", took)
	}
	if _, err := tryAsk(joiner.url, `SELECT 1::text`); err == nil {
		t.Error("the server outlived its owner")
	}
	// The next owner serves at the same address, so the joiner can go on.
	again := open(t, pgserver.Options{DataDir: dir, Grace: time.Minute})
	ask(t, joiner.url, `SELECT 1::text`)
	if said := joiner.leave(); said != "closed" {
		t.Errorf("the joiner said %q", said)
	}
	if !again.Owned() {
		t.Error("Owned() = false after the first owner has gone")
	}
}

func TestServeWaitsForCommand(t *testing.T) {
	t.Parallel()
	dir := dataDir(t)
	command := start(t, "shared", dir)
	_, err := pgserver.Open(t.Context(), pgserver.Options{DataDir: dir, Exclusive: true, Wait: 200 * time.Millisecond})
	if !errors.Is(err, pgserver.ErrInUse) {
		t.Fatalf("Open() error = %v after a short wait, want ErrInUse", err)
	}
	time.AfterFunc(300*time.Millisecond, func() { _ = command.in.Close() })
	serve := open(t, pgserver.Options{DataDir: dir, Exclusive: true, Wait: time.Minute})
	if !serve.Owned() {
		t.Error("Owned() = false for an exclusive Open")
	}
}

// Six programs begin at once in an empty directory, twice: one owns, all work,
// and none of them fails because another one is just leaving.
func TestManyAtOnce(t *testing.T) {
	t.Parallel()
	dir := dataDir(t)
	for range 2 {
		var group sync.WaitGroup
		var mu sync.Mutex
		owners := 0
		for range 6 {
			h := spawn(t, "shared", dir)
			group.Go(func() {
				said := h.hear()
				mu.Lock()
				defer mu.Unlock()
				if len(said) < 6 || said[:5] != "ready" {
					t.Errorf("a program said %q, want ready", said)
				}
				if len(said) > 10 && said[6:10] == "true" {
					owners++
				}
				_ = h.in.Close()
			})
		}
		group.Wait()
		if owners < 1 {
			t.Errorf("%d owners, want at least one", owners)
		}
	}
}

func TestCopyOfADataDirectoryElsewhereIsRefused(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("only under root may a home be outside the data directory")
	}
	t.Parallel()
	need(t)
	root := t.TempDir() // 0700 and root's, so the server's user cannot enter
	dir, twin := filepath.Join(root, "data"), filepath.Join(root, "twin")
	srv := open(t, pgserver.Options{DataDir: dir})
	if err := srv.Close(); err != nil {
		t.Fatal(err)
	}
	target, err := os.Readlink(filepath.Join(dir, "postgres"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := pgserver.Remove(t.Context(), dir); err != nil && !errors.Is(err, t.Context().Err()) {
			t.Error(err)
		}
	})
	if err := os.Mkdir(twin, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(target, filepath.Join(twin, "postgres")); err != nil {
		t.Fatal(err)
	}
	_, err = pgserver.Open(t.Context(), pgserver.Options{DataDir: twin})
	trouble := (*pgserver.Trouble)(nil)
	if !errors.As(err, &trouble) || trouble.Code != "pg_copy" {
		t.Errorf("Open() error = %v, want pg_copy", err)
	}

	// The same link in a renamed directory is no copy.
	renamed := filepath.Join(root, "renamed")
	if err := os.Rename(dir, renamed); err != nil {
		t.Fatal(err)
	}
	srv = open(t, pgserver.Options{DataDir: renamed})
	ask(t, srv.URL(), `SELECT 1::text`)
	if err := srv.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(renamed, dir); err != nil {
		t.Fatal(err)
	}
}
