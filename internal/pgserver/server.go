package pgserver

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"golang.org/x/sys/unix"
)

// Options say which server is wanted.
type Options struct {
	// DataDir is the data directory of the program. It is made if missing.
	// Required.
	DataDir string
	// Exclusive asks to be the owner or nothing, as serve does.
	Exclusive bool
	// Wait is how long an exclusive Open waits for a short command that owns
	// the server. Defaults to 30s.
	Wait time.Duration
	// Grace is how long Close by the owner waits for other programs that use
	// the server. Defaults to 10s if Exclusive, since whoever stops a service
	// kills it before long, and to 10m otherwise.
	Grace time.Duration
	// Volatile makes a server that is fast and forgets all at a power cut, for
	// tests. It matters to the owner only.
	Volatile bool
	// Log hears what a person may want to know. Defaults to nothing.
	Log *slog.Logger
}

func (o Options) withDefaults() Options {
	if o.Wait == 0 {
		o.Wait = 30 * time.Second
	}
	if o.Grace == 0 {
		o.Grace = 10 * time.Minute
		if o.Exclusive {
			o.Grace = 10 * time.Second
		}
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	return o
}

// A Server is a running database, ours or one that another program runs.
type Server struct {
	url     string
	dir     string
	options Options

	joiners    *lock       // shared by a joiner; free while an owner works
	owner      *lock       // nil for a joiner
	postmaster *postmaster // nil for a joiner

	once sync.Once
	err  error
}

// Open returns the server of a data directory, which it starts if no other
// program runs it already; the package comment has the protocol. The first
// start makes the cluster and takes seconds.
//
// Ctx covers the start only: a program that was told to stop still has requests
// to finish, so the server runs until Close, or until the program ends in
// whatever way.
//
// The error is a [*Trouble] where a person can do something about it; see the
// sentinels.
func Open(ctx context.Context, o Options) (*Server, error) {
	o = o.withDefaults()
	if o.DataDir == "" {
		return nil, errors.New("pgserver: Options.DataDir is empty")
	}
	h, err := settle(ctx, o.DataDir)
	if err != nil {
		return nil, err
	}
	a := attempt{home: h, options: o, began: time.Now()}
	for {
		s, err := a.try(ctx)
		if s != nil || err != nil {
			return s, err
		}
		if err := pause(ctx, 50*time.Millisecond); err != nil {
			return nil, fmt.Errorf("pgserver: wait for process %d (%s), which is just starting or stopping the database: %w",
				a.seen.PID, a.seen.Program, err)
		}
	}
}

// An attempt is one Open, which may have to try more than once.
type attempt struct {
	home    home
	options Options
	began   time.Time
	seen    note // of the owner, at the last try
	told    bool // the log has heard that we wait
	deaf    time.Time
}

// try returns neither a server nor an error if the owner is just starting or
// stopping.
func (a *attempt) try(ctx context.Context) (*Server, error) {
	l, err := a.home.lock("owner")
	if err != nil {
		return nil, err
	}
	got, err := l.try(unix.LOCK_EX)
	if err == nil && got {
		s, err := a.own(ctx, l)
		if err != nil {
			return nil, errors.Join(err, l.clear(), l.Close())
		}
		return s, nil
	}
	defer l.Close() //nolint:errcheck // opened to look
	if err != nil {
		return nil, err
	}
	a.seen = l.read()
	if a.options.Exclusive {
		return nil, a.queue(ctx)
	}
	if a.seen.State != ready {
		return nil, nil
	}
	return a.join(ctx, l)
}

// queue decides whether an exclusive Open goes on waiting for the owner.
func (a *attempt) queue(ctx context.Context) error {
	waited := time.Since(a.began)
	// An owner that has just locked may not have said yet who it is.
	known := a.seen.PID != 0 || waited > time.Second
	if (known && a.seen.Exclusive) || waited > a.options.Wait {
		return inUse(&InUseError{
			DataDir: a.home.data, PID: a.seen.PID,
			Program: a.seen.Program, Serving: a.seen.Exclusive,
		})
	}
	if known && !a.told {
		a.told = true
		a.options.Log.InfoContext(ctx, "another command uses the database; waiting for it to end",
			"pid", a.seen.PID, "program", a.seen.Program, "at_most", a.options.Wait)
	}
	return nil
}

// join uses the server of the owner whose note is in l.
func (a *attempt) join(ctx context.Context, l *lock) (*Server, error) {
	j, err := a.home.lock("joiners")
	if err != nil {
		return nil, err
	}
	got, err := j.try(unix.LOCK_SH)
	if err != nil || !got || !l.read().same(a.seen) {
		return nil, errors.Join(err, j.Close())
	}
	if err := ping(ctx, a.seen.URL); err != nil {
		return nil, errors.Join(a.silence(err), j.Close())
	}
	return &Server{url: a.seen.URL, dir: a.home.dir, options: a.options, joiners: j}, nil
}

// silence returns an error when a server that should be ready has not answered
// for a minute; its owner may be starting it again until then.
func (a *attempt) silence(err error) error {
	if a.deaf.IsZero() {
		a.deaf = time.Now()
	}
	if time.Since(a.deaf) < time.Minute {
		return nil
	}
	return a.home.noServer(
		fmt.Sprintf("process %d (%s) runs it, but it does not answer (%v)", a.seen.PID, a.seen.Program, err),
		fmt.Sprintf("它由进程 %d(%s)运行，但没有应答(%v)", a.seen.PID, a.seen.Program, err),
		errors.Join(ErrNoServer, err))
}

// own starts the server; l is the owner's lock.
func (a *attempt) own(ctx context.Context, l *lock) (*Server, error) {
	h, o := a.home, a.options
	n := note{PID: os.Getpid(), Program: program(), Exclusive: o.Exclusive, State: starting, Since: time.Now().UTC()}
	if err := l.write(n); err != nil {
		return nil, h.closed(err)
	}
	joiners, err := h.lock("joiners")
	if err != nil {
		return nil, err
	}
	socketDir, err := h.socketDir()
	if err != nil {
		return nil, errors.Join(err, joiners.Close())
	}
	p, err := h.start(ctx, socketDir, o)
	if err != nil {
		return nil, errors.Join(err, joiners.Close())
	}
	s := &Server{
		url: p.at.url(role, database), dir: h.dir, options: o,
		joiners: joiners, owner: l, postmaster: p,
	}
	n.State, n.URL = ready, s.url
	if err := l.write(n); err != nil {
		return nil, errors.Join(h.closed(err), p.stop(), joiners.Close())
	}
	return s, nil
}

// start brings the server up from whatever an earlier run left behind.
func (h home) start(ctx context.Context, socketDir string, o Options) (*postmaster, error) {
	if err := h.tidy(ctx, socketDir, o.Log); err != nil {
		return nil, err
	}
	major, err := h.major()
	if err != nil {
		return nil, err
	}
	bin, err := pick(installed(), major)
	if err != nil {
		return nil, err
	}
	if major == 0 {
		o.Log.InfoContext(ctx, "making a new database", "in", h.dir, "postgresql", bin.Version)
		if err := h.initdb(ctx, bin, o.Volatile); err != nil {
			return nil, err
		}
	}
	at := address{socketDir: socketDir}
	if at.password, err = h.password(); err != nil {
		return nil, err
	}
	if at.password == "" {
		if at.password, err = h.adopt(ctx, bin, socketDir, o); err != nil {
			return nil, err
		}
	}
	if err := h.configure(socketDir, byPassword, o.Volatile); err != nil {
		return nil, err
	}
	p, err := launch(ctx, h, bin, at, o.Log)
	if err != nil {
		return nil, err
	}
	if err := prepare(ctx, at); err != nil {
		err = h.noServer(err.Error(), err.Error(), errors.Join(ErrNoServer, err))
		return nil, errors.Join(err, p.stop())
	}
	o.Log.InfoContext(ctx, "the database is ready", "in", h.dir, "postgresql", bin.Version)
	return p, nil
}

// URL returns the connection string for libpq and pgx, with the password in it.
// It stays true while the server is open, also when PostgreSQL was killed and
// started again.
func (s *Server) URL() string { return s.url }

// Owned reports whether this program runs the server, rather than using the
// server of another program.
func (s *Server) Owned() bool { return s.owner != nil }

// Dir returns the directory that holds the server's files and log.
func (s *Server) Dir() string { return s.dir }

// Close ends the use of the server. The owner stops it, after the other
// programs that use it have ended or Options.Grace is over. Close may be called
// more than once.
func (s *Server) Close() error {
	s.once.Do(func() {
		if s.Owned() {
			s.err = s.retire()
		}
		s.err = errors.Join(s.err, s.joiners.Close())
		if s.Owned() {
			s.err = errors.Join(s.err, s.owner.clear(), s.owner.Close())
		}
	})
	return s.err
}

// retire waits for the joiners and stops the server.
func (s *Server) retire() error {
	n := s.owner.read()
	n.State = stopping
	var err error
	if s.options.Exclusive {
		err = s.owner.write(n) // nobody new joins a service that ends
	}
	err = errors.Join(err, s.farewell())
	// With the joiners' lock in hand, or their time over, no more may come.
	err = errors.Join(err, s.owner.write(n))
	return errors.Join(err, s.postmaster.stop())
}

// farewell waits until no other program uses the server, or Grace is over.
func (s *Server) farewell() error {
	began, told := time.Now(), false
	for {
		got, err := s.joiners.try(unix.LOCK_EX)
		if got || err != nil {
			return err
		}
		waited := time.Since(began)
		if waited > s.options.Grace {
			s.options.Log.Warn("other programs still use the database; stopping it all the same", "waited", waited.Round(time.Second))
			return nil
		}
		if !told && waited > time.Second {
			told = true
			s.options.Log.Info("another program still uses the database; waiting for it to end", "at_most", s.options.Grace)
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// Remove deletes the database of a data directory, with whatever still runs in
// it, and nothing else there. A data directory without one is no error. It
// returns [ErrInUse] while another program uses the database.
func Remove(ctx context.Context, dataDir string) error {
	if _, err := os.Lstat(filepath.Join(dataDir, "postgres")); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	h, err := settle(ctx, dataDir)
	if err != nil {
		return err
	}
	l, err := h.lock("owner")
	if err != nil {
		return err
	}
	defer l.Close() //nolint:errcheck // the file goes
	got, err := l.try(unix.LOCK_EX)
	if err != nil {
		return err
	}
	if !got {
		n := l.read()
		return inUse(&InUseError{DataDir: h.data, PID: n.PID, Program: n.Program, Serving: n.Exclusive})
	}
	socketDir, err := h.socketDir()
	if err != nil {
		return err
	}
	if err := h.tidy(ctx, socketDir, slog.New(slog.DiscardHandler)); err != nil {
		return err
	}
	return errors.Join(os.RemoveAll(socketDir), os.RemoveAll(h.dir), os.RemoveAll(filepath.Join(h.data, "postgres")))
}

// hasCode reports whether the server itself refused, with this SQLSTATE.
func hasCode(err error, code string) bool {
	fault := (*pgconn.PgError)(nil)
	return errors.As(err, &fault) && fault.Code == code
}
