package postgres

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/riverqueue/river"

	"jieshi/mediation"
)

// A DB is a PostGIS database that holds Jieshi's schema.
type DB struct {
	pool     *pgxpool.Pool
	software string // goes on every item of evidence
	now      func() time.Time
	intake   intakeHold
	uploads  uploadHolder
	inserter *river.Client[pgx.Tx] // puts jobs in queues
}

// An Option changes how [Open] connects.
type Option func(*pgx.ConnConfig)

// Traced shows every statement to a tracer; where it also is a BatchTracer or a
// CopyFromTracer of pgx, batches and copies too.
func Traced(tracer pgx.QueryTracer) Option {
	return func(c *pgx.ConnConfig) { c.Tracer = tracer }
}

// Open connects to the database at url (a libpq URL or DSN), which must have
// been migrated, see [Migrate]. software, name and version of this program, is
// written on what it files. The caller closes the DB.
func Open(ctx context.Context, url, software string, options ...Option) (*DB, error) {
	config, err := pgxpool.ParseConfig(url)
	if err != nil {
		return nil, fmt.Errorf("database address: %w", err)
	}
	for name, value := range map[string]string{
		"application_name": "jieshi",
		// Compiling costs more than it saves on queries of milliseconds. The embedded
		// server has it off; another one may not.
		"jit": "off",
	} {
		if config.ConnConfig.RuntimeParams[name] == "" {
			config.ConnConfig.RuntimeParams[name] = value
		}
	}
	for _, option := range options {
		option(config.ConnConfig)
	}
	pool, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return nil, fmt.Errorf("connection to the database: %w", err)
	}
	db := &DB{pool: pool, software: software, now: func() time.Time { return time.Now().UTC().Truncate(time.Microsecond) }}
	err = db.Ping(ctx)
	if err == nil {
		db.inserter, err = db.queue(ctx, Pools{}, nil)
	}
	if err != nil {
		pool.Close()
		return nil, err
	}
	return db, nil
}

// Close waits for what is under way and closes every connection.
func (db *DB) Close() {
	db.uploads.close()
	db.pool.Close()
}

// Ping reports whether the database answers.
func (db *DB) Ping(ctx context.Context) error {
	if err := db.pool.Ping(ctx); err != nil {
		return fmt.Errorf("database does not answer: %w", err)
	}
	return nil
}

// errNoActor is a mistake of ours: somebody must answer for every change.
var errNoActor = errors.New("postgres: a change without an acting person")

// write runs fn in one transaction that carries the acting person.
func (db *DB) write(ctx context.Context, fn func(tx pgx.Tx) error) error {
	actor := mediation.ActorOf(ctx)
	if actor.Name == "" {
		return errNoActor
	}
	return db.run(ctx, pgx.TxOptions{BeginQuery: planOnce}, actor, fn)
}

// planOnce, as the BeginQuery of a transaction's options, has its statements planned
// once a connection instead of once a run: they find one case by its keys, whatever
// the case, and planning the longest of them takes longer than running it.
const planOnce = "plan once"

// read runs fn in one read-only transaction with one snapshot.
func (db *DB) read(ctx context.Context, fn func(tx pgx.Tx) error) error {
	options := pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly}
	return db.run(ctx, options, mediation.ActorOf(ctx), fn)
}

// readOften is read with statements that are planned once a connection: the same
// ones over and over, for which one plan is good.
func (db *DB) readOften(ctx context.Context, fn func(tx pgx.Tx) error) error {
	options := pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly, BeginQuery: planOnce}
	return db.run(ctx, options, mediation.ActorOf(ctx), fn)
}

func (db *DB) run(ctx context.Context, options pgx.TxOptions, actor mediation.Actor, fn func(tx pgx.Tx) error) error {
	return runAs(ctx, db.pool, options, actor, fn)
}

// beginner is a pool or one of its connections.
type beginner interface {
	BeginTx(ctx context.Context, options pgx.TxOptions) (pgx.Tx, error)
}

func runAs(ctx context.Context, conn beginner, options pgx.TxOptions, actor mediation.Actor, fn func(tx pgx.Tx) error) error {
	options.BeginQuery = beginAs(options, actor)
	return pgx.BeginTxFunc(ctx, conn, options, func(tx pgx.Tx) error { return domainError(fn(tx)) })
}

// beginAs begins a transaction and takes the rights of the program in it, in one
// way to the server and back. The settings are local to the transaction: a pooled
// connection never keeps somebody else's rights. The name travels as hexadecimal
// digits, so that nothing in it can be read as SQL.
func beginAs(options pgx.TxOptions, actor mediation.Actor) string {
	begin := "BEGIN"
	if options.IsoLevel != "" {
		begin += " ISOLATION LEVEL " + string(options.IsoLevel)
	}
	if options.AccessMode != "" {
		begin += " " + string(options.AccessMode)
	}
	mode := "auto"
	if options.BeginQuery == planOnce {
		mode = "force_generic_plan"
	}
	return fmt.Sprintf(`%s; SELECT set_config('role', 'jieshi_app', true), set_config('plan_cache_mode', '%s', true),
		set_config('app.user', convert_from(decode('%x', 'hex'), 'UTF8'), true)`, begin, mode, actor.Name)
}
