package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"jieshi/geo/overlay/overlaytest"
	"jieshi/internal/pgserver/pgtest"
)

// schema holds our tables, and goes with the run.
const schema = "bench_overlap"

// A postgis is the database that is measured, on one connection; another one
// watches which processes take part.
type postgis struct {
	url      string
	conn     *pgx.Conn
	watcher  *pgx.Conn
	versions string
	close    func() error
}

// openPostGIS starts a private cluster, or uses the one that is named.
func openPostGIS(ctx context.Context) (pg *postgis, err error) {
	pg = &postgis{url: os.Getenv(pgtest.Variable), close: func() error { return nil }}
	if pg.url == "" {
		srv, err := pgtest.Start(ctx)
		if err != nil {
			return nil, err
		}
		pg.url, pg.close = srv.URL(), srv.Close
	}
	if pg.conn, err = pgx.Connect(ctx, pg.url); err != nil {
		return nil, errors.Join(err, pg.close())
	}
	if pg.watcher, err = pgx.Connect(ctx, pg.url); err != nil {
		return nil, errors.Join(err, pg.conn.Close(ctx), pg.close())
	}
	err = pg.exec(ctx, "SET client_min_messages = warning",
		"DROP SCHEMA IF EXISTS "+schema+" CASCADE", "CREATE SCHEMA "+schema,
		// What the database would not choose by itself for a query of seconds.
		"SET parallel_setup_cost = 0", "SET parallel_tuple_cost = 0", "SET min_parallel_table_scan_size = 0", "SET jit = off")
	if err == nil {
		err = pg.conn.QueryRow(ctx, `
			SELECT 'PostgreSQL ' || split_part(current_setting('server_version'), ' ', 1)
				|| ', PostGIS ' || postgis_lib_version() || ', GEOS ' || split_part(postgis_geos_version(), '-', 1)`).Scan(&pg.versions)
	}
	if err != nil {
		return nil, errors.Join(err, pg.Close())
	}
	return pg, nil
}

// Close removes what the run left and stops a private cluster.
func (pg *postgis) Close() error {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	return errors.Join(pg.exec(ctx, "DROP SCHEMA IF EXISTS "+schema+" CASCADE"), pg.watcher.Close(ctx), pg.conn.Close(ctx), pg.close())
}

func (pg *postgis) exec(ctx context.Context, statements ...string) error {
	for _, s := range statements {
		if _, err := pg.conn.Exec(ctx, s); err != nil {
			return fmt.Errorf("%s: %w", s, err)
		}
	}
	return nil
}

// load makes the table of a layer, with its index.
func (pg *postgis) load(ctx context.Context, name string, claims []overlaytest.Claim) (table string, err error) {
	table = schema + "." + name
	if err := pg.exec(ctx, "CREATE UNLOGGED TABLE "+table+" (id bigint, g geometry)"); err != nil {
		return "", err
	}
	if err := writeClaims(ctx, pg.conn.PgConn(), table, claims); err != nil {
		return "", err
	}
	// VACUUM settles hint bits, which the first reader would have to.
	return table, pg.exec(ctx, "CREATE INDEX ON "+table+" USING gist (g)", "VACUUM ANALYZE "+table)
}

// selfJoin is the query that everybody writes. The common table gives each area
// once to both count and sum, and is computed in parallel all the same.
const selfJoin = `
WITH common AS MATERIALIZED (
	SELECT ST_Area(ST_Intersection(a.g, b.g)) AS m2
	FROM %[1]s a
	JOIN %[1]s b ON a.id < b.id AND ST_Intersects(a.g, b.g))
SELECT count(*) FILTER (WHERE m2 > 1e-6), coalesce(sum(m2), 0) FROM common`

// recipe nodes all boundaries, polygonizes, and labels each face by a point in
// it (Ramsey, "Overlays in PostGIS"). The point is materialized, so that it is
// computed once for a face and the index on g serves.
const recipe = `
WITH face AS MATERIALIZED (
	SELECT row_number() OVER () AS n, ST_Area(f) AS m2, ST_PointOnSurface(f) AS inside
	FROM (
		SELECT (ST_Dump(ST_Polygonize(u))).geom AS f
		FROM (SELECT ST_Union(ST_Boundary(g)) AS u FROM %[1]s) AS nodes) AS cell),
labelled AS (
	SELECT n, array_agg(id ORDER BY id) AS claims, m2
	FROM face JOIN %[1]s ON ST_Contains(g, inside)
	GROUP BY n, m2),
claimants AS (SELECT claims, sum(m2) AS m2 FROM labelled GROUP BY claims)
SELECT count(*) FILTER (WHERE m2 > 1e-6), coalesce(sum(m2), 0) FROM claimants`

// A finding is what a peer needed and found: pairs and their sum, or claimant
// sets and the union.
type finding struct {
	Seconds   float64
	CPU       float64 // of all processes; 0: not known
	Count     int     // above agreeM2
	M2        float64
	PeakBytes int64 // 0: not known
	note      string
	fault     string // why there is no figure; then the rest is zero
}

// cheapSeconds is the time below which a rival is measured three times, so that
// the median counts as ours does.
const cheapSeconds = 10

// thrice calls ask once, and twice more if that took less than cheapSeconds; it
// returns the finding with the median time.
func thrice(ask func() (finding, error)) (finding, error) {
	var all []finding
	for range 3 {
		f, err := ask()
		if err != nil || f.fault != "" || f.Seconds >= cheapSeconds {
			return f, err
		}
		all = append(all, f)
	}
	slices.SortFunc(all, func(x, y finding) int { return cmp.Compare(x.Seconds, y.Seconds) })
	return all[1], nil
}

var errNoWorkers = errors.New("PostgreSQL planned workers and started none: that would be no comparison")

// ask measures a query on a table with up to workers processes beside the
// leader. What PostGIS refuses is a finding, too.
func (pg *postgis) ask(ctx context.Context, query, table string, workers int) (f finding, err error) {
	query = fmt.Sprintf(query, table)
	if err := pg.exec(ctx, fmt.Sprintf("SET max_parallel_workers_per_gather = %d", workers)); err != nil {
		return f, err
	}
	planned, err := pg.plan(ctx, query)
	if err != nil {
		return f, err
	}
	launched := pg.watch(ctx, planned)
	cpu, begun := backendSeconds(pg.conn.PgConn().PID()), time.Now()
	// A prepared statement would keep the plan that it was given when workers
	// were forbidden.
	err = pg.conn.QueryRow(ctx, query, pgx.QueryExecModeExec).Scan(&f.Count, &f.M2)
	f.Seconds = time.Since(begun).Seconds()
	f.CPU = backendSeconds(pg.conn.PgConn().PID()) - cpu
	seen, watching := launched()
	if refusal, ok := errors.AsType[*pgconn.PgError](err); ok {
		return finding{fault: fmt.Sprintf("%s, after %.2f s", refusal.Message, f.Seconds)}, nil
	}
	if err = errors.Join(err, watching); err != nil {
		return f, err
	}
	switch {
	case planned == 0:
		f.note = "one process"
	case seen == 1:
		f.note = "leader and 1 worker"
	case seen > 1:
		f.note = fmt.Sprintf("leader and %d workers", seen)
	case f.Seconds > 0.1:
		return f, errNoWorkers
	default:
		f.note = fmt.Sprintf("leader and %d workers planned, too short to see", planned)
	}
	return f, nil
}

// plan returns how many workers the database means to use.
func (pg *postgis) plan(ctx context.Context, query string) (workers int, err error) {
	rows, err := pg.conn.Query(ctx, "EXPLAIN "+query, pgx.QueryExecModeExec)
	if err != nil {
		return 0, err
	}
	lines, err := pgx.CollectRows(rows, pgx.RowTo[string])
	for _, line := range lines {
		if _, n, ok := strings.Cut(line, "Workers Planned: "); ok {
			workers, err = strconv.Atoi(n)
			return workers, err
		}
	}
	return 0, err
}

// watch counts the parallel workers of the connection that is measured, until
// all that were planned have been seen or the function returned is called,
// which says how many there were.
func (pg *postgis) watch(ctx context.Context, planned int) (stop func() (int, error)) {
	ctx, cancel := context.WithCancel(ctx)
	var seen int
	var trouble error
	done := make(chan struct{})
	go func() {
		defer close(done)
		for pause := time.Millisecond; seen < planned && trouble == nil; pause = min(2*pause, 100*time.Millisecond) {
			select {
			case <-ctx.Done():
				return
			case <-time.After(pause):
			}
			var now int
			// Not with ctx: to cancel a query would close the connection.
			trouble = pg.watcher.QueryRow(context.WithoutCancel(ctx),
				"SELECT count(*) FROM pg_stat_activity WHERE leader_pid = $1 AND pid <> leader_pid", pg.conn.PgConn().PID()).Scan(&now)
			seen = max(seen, now)
		}
	}()
	return func() (int, error) {
		cancel()
		<-done
		return seen, trouble
	}
}
