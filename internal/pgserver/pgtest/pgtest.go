// Package pgtest gives tests a real PostGIS. It uses the server that
// JIESHI_TEST_DATABASE names; without it, each test binary starts a private
// server that ends with it. Where there is no PostgreSQL, tests are skipped with
// a sentence, and fail where CI is set.
//
//	db := pgtest.Schema(t) // a URL; tables go into a schema of this test alone
package pgtest

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"jieshi/internal/pgserver"
)

// Variable names the environment variable with the URL of a PostGIS database
// in which tests may make and drop schemas.
const Variable = "JIESHI_TEST_DATABASE"

// prefix begins the name of every data directory that Start makes.
const prefix = "jieshi-pgtest-"

var shared struct {
	once sync.Once
	srv  *Private
	err  error
}

// URL returns the connection string of the shared test server. Tests that make
// tables want [Schema].
func URL(t testing.TB) string {
	t.Helper()
	if url := os.Getenv(Variable); url != "" {
		return url
	}
	shared.once.Do(func() { shared.srv, shared.err = Start(context.Background()) })
	switch err := shared.err; {
	case err == nil:
	case missing(err) && !inCI():
		t.Skipf("no database to test with: %v", err)
	default:
		t.Fatalf("no database to test with: %v", err)
	}
	return shared.srv.URL()
}

func missing(err error) bool {
	return errors.Is(err, pgserver.ErrNoPostgres) || errors.Is(err, pgserver.ErrNoPostGIS)
}

func inCI() bool {
	ci := strings.ToLower(os.Getenv("CI"))
	return ci != "" && ci != "0" && ci != "false"
}

// Run runs the tests of a package and removes its private server, if there was
// one. A package without it leaves some files in the temporary directory, which
// the next test run removes.
//
//	func TestMain(m *testing.M) { os.Exit(pgtest.Run(m)) }
func Run(m *testing.M) int {
	code := m.Run()
	if shared.srv == nil {
		return code
	}
	if err := shared.srv.Close(); err != nil {
		fmt.Fprintln(os.Stderr, "pgtest:", err)
		return max(code, 1)
	}
	return code
}

var odd = regexp.MustCompile(`[^a-z0-9]+`)

// Schema returns the URL of a connection whose tables go into a fresh schema,
// which is dropped when the test ends. PostGIS is in public, which is searched
// second. Close what was opened with it before the test ends.
func Schema(t testing.TB) string {
	t.Helper()
	base := URL(t)
	name := odd.ReplaceAllString(strings.ToLower(t.Name()), "_")
	name = fmt.Sprintf("%s_%s", name[:min(len(name), 36)], random()) // River takes no name over 46
	exec(t, base, `CREATE SCHEMA `+pgx.Identifier{name}.Sanitize())
	t.Cleanup(func() {
		// A test that left a transaction open would make this wait for ever.
		exec(t, base, `SET lock_timeout = '20s'`, `DROP SCHEMA `+pgx.Identifier{name}.Sanitize()+` CASCADE`)
	})
	dsn, err := searching(base, name)
	if err != nil {
		t.Fatal(err)
	}
	return dsn
}

func random() string {
	var b [4]byte
	_, _ = rand.Read(b[:]) // never fails (crypto/rand)
	return hex.EncodeToString(b[:])
}

// exec runs the statements on a connection of its own.
func exec(t testing.TB, dsn string, statements ...string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	conn, err := pgx.Connect(ctx, dsn)
	if err != nil {
		t.Fatalf("pgtest: %v", err)
	}
	defer func() { _ = conn.Close(ctx) }()
	for _, s := range statements {
		if _, err := conn.Exec(ctx, s); err != nil {
			t.Fatalf("pgtest: %s: %v", s, err)
		}
	}
}

// searching adds a search path to a connection string, as a URL or as words.
// It goes through "options", which libpq and pgx both know.
func searching(dsn, schema string) (string, error) {
	path := "-c search_path=" + schema + ",public"
	if !strings.HasPrefix(dsn, "postgres://") && !strings.HasPrefix(dsn, "postgresql://") {
		return dsn + " options='" + path + "'", nil
	}
	u, err := url.Parse(dsn)
	if err != nil {
		return "", fmt.Errorf("pgtest: %s: %w", Variable, err)
	}
	q := u.Query()
	q.Set("options", strings.TrimSpace(q.Get("options")+" "+path))
	// libpq takes a plus sign for itself, not for a blank.
	u.RawQuery = strings.ReplaceAll(q.Encode(), "+", "%20")
	return u.String(), nil
}

// A Private is a server with a data directory of its own.
type Private struct {
	*pgserver.Server
	dir string
}

// Start starts a private, volatile server in the temporary directory, and
// removes what earlier test runs left there.
func Start(ctx context.Context) (*Private, error) {
	sweep(ctx)
	dir, err := os.MkdirTemp("", prefix)
	if err != nil {
		return nil, fmt.Errorf("pgtest: %w", err)
	}
	// Under root the server has a user of its own, who must get through.
	if err := os.Chmod(dir, 0o711); err != nil {
		return nil, fmt.Errorf("pgtest: %w", err)
	}
	ctx, cancel := context.WithTimeout(ctx, 3*time.Minute)
	defer cancel()
	srv, err := pgserver.Open(ctx, pgserver.Options{
		DataDir: dir, Volatile: true, Exclusive: true, Grace: time.Second,
		Log: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	return &Private{srv, dir}, nil
}

// Close stops the server and removes its files.
func (p *Private) Close() error {
	return errors.Join(p.Server.Close(), pgserver.Remove(context.Background(), p.dir), os.RemoveAll(p.dir))
}

// sweep removes the servers of test runs that have ended. The young are left
// alone: theirs may be just starting or shutting down.
func sweep(ctx context.Context) {
	dirs, _ := filepath.Glob(filepath.Join(os.TempDir(), prefix+"*")) // the pattern is well formed
	for _, dir := range dirs {
		info, err := os.Stat(dir)
		if err != nil || time.Since(info.ModTime()) < 2*time.Minute {
			continue
		}
		if pgserver.Remove(ctx, dir) == nil {
			_ = os.RemoveAll(dir) // the next run tries again
		}
	}
}
