package pgserver_test

import (
	"bytes"
	"errors"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"

	"jieshi/internal/pgserver"
)

// as returns the address with another user.
func as(t *testing.T, address string, user *url.Userinfo) string {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	u.User = user
	return u.String()
}

func password(t *testing.T, address string) string {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	text, _ := u.User.Password()
	if len(text) != 43 { // 32 bytes
		t.Fatalf("the password has %d letters, want 43", len(text))
	}
	return text
}

// refused fails unless the server refuses everybody without the password.
func refused(t *testing.T, address string) {
	t.Helper()
	for _, user := range []*url.Userinfo{
		url.User("jieshi"), url.User("postgres"),
		url.UserPassword("jieshi", "guessed"), url.UserPassword("postgres", "guessed"),
	} {
		_, err := tryAsk(as(t, address, user), `SELECT 1::text`)
		if fault := (*pgconn.PgError)(nil); !errors.As(err, &fault) || fault.Code != "28P01" {
			t.Errorf("as %s: error = %v, want invalid_password", user, err)
		}
	}
}

func TestNobodyConnectsWithoutThePassword(t *testing.T) {
	t.Setenv("PGPASSWORD", "")
	dir := dataDir(t)
	srv := open(t, pgserver.Options{DataDir: dir})
	refused(t, srv.URL())

	secret := password(t, srv.URL())
	var kept []string
	err := filepath.WalkDir(srv.Dir(), func(path string, e fs.DirEntry, err error) error {
		if err != nil || !e.Type().IsRegular() {
			return nil //nolint:nilerr // PostgreSQL's files come and go
		}
		text, err := os.ReadFile(path)
		if err != nil || !bytes.Contains(text, []byte(secret)) {
			return nil //nolint:nilerr // as above
		}
		kept = append(kept, path)
		info, err := e.Info()
		if err == nil && info.Mode().Perm() != 0o600 {
			t.Errorf("%s has mode %v, want 0600", path, info.Mode().Perm())
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	want := []string{filepath.Join(srv.Dir(), "cluster", "password"), filepath.Join(srv.Dir(), "owner")}
	if len(kept) != 2 || kept[0] != want[0] || kept[1] != want[1] {
		t.Errorf("the password is in %v, want it in %v only", kept, want)
	}
}

// A cluster from before there were passwords, or restored without the file.
func TestClusterWithoutAPasswordGetsOne(t *testing.T) {
	t.Setenv("PGPASSWORD", "")
	dir := dataDir(t)
	srv := open(t, pgserver.Options{DataDir: dir})
	do(t, srv.URL(), `CREATE TABLE stone (name text)`)
	do(t, as(t, srv.URL(), url.UserPassword("postgres", password(t, srv.URL()))),
		`ALTER ROLE jieshi PASSWORD NULL; ALTER ROLE postgres PASSWORD NULL`)
	before, file := srv.URL(), filepath.Join(srv.Dir(), "cluster", "password")
	if err := errors.Join(srv.Close(), os.Remove(file)); err != nil {
		t.Fatal(err)
	}

	srv = open(t, pgserver.Options{DataDir: dir})
	if srv.URL() == before {
		t.Error("the password is the old one")
	}
	refused(t, srv.URL())
	ask(t, srv.URL(), `SELECT count(*)::text FROM stone`)
	joiner := start(t, "shared", dir)
	if joiner.owned || joiner.url != srv.URL() {
		t.Errorf("a second program has the database at another address")
	}
	if said := joiner.leave(); said != "closed" {
		t.Errorf("the second program said %q", said)
	}
}

func TestWrongPasswordIsExplained(t *testing.T) {
	t.Parallel()
	dir := dataDir(t)
	srv := open(t, pgserver.Options{DataDir: dir})
	file := filepath.Join(srv.Dir(), "cluster", "password")
	if err := errors.Join(srv.Close(), os.WriteFile(file, []byte("changed\n"), 0o600)); err != nil {
		t.Fatal(err)
	}
	_, err := pgserver.Open(t.Context(), pgserver.Options{DataDir: dir, Volatile: true})
	trouble := (*pgserver.Trouble)(nil)
	if !errors.As(err, &trouble) || !bytes.Contains([]byte(trouble.EN), []byte(file)) || bytes.Contains([]byte(trouble.EN), []byte("changed")) {
		t.Errorf("Open() error = %v, want the name of the file and not what is in it", err)
	}
}
