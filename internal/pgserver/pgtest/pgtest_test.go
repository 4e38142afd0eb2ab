package pgtest_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"jieshi/internal/pgserver/pgtest"
)

func TestMain(m *testing.M) { os.Exit(pgtest.Run(m)) }

func connect(t *testing.T, url string) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	return conn
}

func TestSchemasDoNotMeet(t *testing.T) {
	var first string
	for _, name := range []string{"one", "two", "With 汉字 and a name that is longer than PostgreSQL takes for an identifier"} {
		t.Run(name, func(t *testing.T) {
			conn := connect(t, pgtest.Schema(t))
			defer conn.Close(t.Context())
			// Fails if a schema were shared; needs PostGIS from public.
			if _, err := conn.Exec(t.Context(), `CREATE TABLE stone (at geometry(Point, 4546))`); err != nil {
				t.Fatal(err)
			}
			var schema string
			if err := conn.QueryRow(t.Context(), `SELECT current_schema()`).Scan(&schema); err != nil {
				t.Fatal(err)
			}
			if first == "" {
				first = schema
			}
		})
	}
	conn := connect(t, pgtest.URL(t))
	defer conn.Close(t.Context())
	var left int
	err := conn.QueryRow(t.Context(), `SELECT count(*) FROM pg_namespace WHERE nspname = $1`, first).Scan(&left)
	if err != nil || left != 0 || !strings.HasPrefix(first, "testschemasdonotmeet_one_") {
		t.Errorf("%d schemas %q are left (%v), want 0", left, first, err)
	}
}

// The URL is for psql and GDAL too, not only for pgx.
func TestLibpqReadsTheURL(t *testing.T) {
	psql, err := exec.LookPath("psql")
	if err != nil {
		t.Skip("psql is not installed")
	}
	out, err := exec.Command(psql, "-XAtc", "SHOW search_path", pgtest.Schema(t)).CombinedOutput()
	if err != nil || !strings.HasSuffix(strings.TrimSpace(string(out)), ",public") {
		t.Errorf("psql says %q, %v; want a search path that ends in public", out, err)
	}
}

func TestPrivateServerLeavesNothing(t *testing.T) {
	pgtest.URL(t) // skips where there is no PostgreSQL
	t.Setenv("TMPDIR", t.TempDir())
	if err := os.Chmod(os.TempDir(), 0o711); err != nil {
		t.Fatal(err)
	}
	srv, err := pgtest.Start(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	conn := connect(t, srv.URL())
	if err := conn.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := srv.Close(); err != nil {
		t.Fatal(err)
	}
	left, err := filepath.Glob(filepath.Join(os.TempDir(), "*"))
	if err != nil || len(left) > 0 {
		t.Errorf("it leaves %v, %v", left, err)
	}
}
