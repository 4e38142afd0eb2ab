package pgserver

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"sync"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
)

// A postmaster is the running server and the goroutine that looks after it.
type postmaster struct {
	home home
	bin  Binaries
	at   address
	log  *slog.Logger

	done chan struct{} // closed when the goroutine has ended

	mu       sync.Mutex
	cmd      *exec.Cmd // nil between two runs
	keep     bool      // start it again when it ends
	stopping bool
	exit     error // how the last run ended
}

// launch starts the server and returns when it answers.
func launch(ctx context.Context, h home, b Binaries, at address, log *slog.Logger) (*postmaster, error) {
	p := &postmaster{home: h, bin: b, at: at, log: log, done: make(chan struct{})}
	go p.look()
	if err := p.answers(ctx); err != nil {
		return nil, errors.Join(err, p.stop())
	}
	p.mu.Lock()
	p.keep = true
	p.mu.Unlock()
	return p, nil
}

// look runs the server, and again if it ends by itself, until stop.
func (p *postmaster) look() {
	// The death signal tells of the end of this thread. It is not given back,
	// so that nothing else runs on it and it ends only with us.
	runtime.LockOSThread()
	defer close(p.done)
	for wait := time.Second; ; wait = min(2*wait, time.Minute) {
		began := time.Now()
		if !p.run() {
			return
		}
		if time.Since(began) > 5*time.Minute {
			wait = time.Second
		}
		p.log.Error("the database server ended by itself; starting it again",
			"error", p.exit, "in", wait, "log", p.home.logs())
		for until := time.Now().Add(wait); time.Now().Before(until); time.Sleep(20 * time.Millisecond) {
			if p.isStopping() {
				return
			}
		}
		if err := p.home.tidy(context.Background(), p.at.socketDir, p.log); err != nil {
			p.log.Error("the database server cannot be started again yet", "error", err)
		}
	}
}

// run starts the server, waits for its end and reports whether it is to be
// started again.
func (p *postmaster) run() (again bool) {
	cmd, err := p.start()
	if err == nil && cmd == nil {
		return false // stop came first
	}
	if err == nil {
		err = cmd.Wait()
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.cmd = nil
	p.exit = err
	if err == nil {
		p.exit = errors.New("exit status 0")
	}
	return p.keep && !p.stopping
}

func (p *postmaster) start() (*exec.Cmd, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.stopping {
		return nil, nil
	}
	path := filepath.Join(p.home.logs(), "start.log")
	out, err := os.OpenFile(path, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, err
	}
	defer out.Close() //nolint:errcheck // the server has a descriptor of its own
	cmd := p.home.account.command(p.home.dir, filepath.Join(p.bin.Dir, "postgres"), "-D", p.home.cluster())
	cmd.Stdout, cmd.Stderr = out, out
	cmd.SysProcAttr.Pdeathsig = syscall.SIGINT // fast shutdown
	if err := errors.Join(p.home.account.own(path), cmd.Start()); err != nil {
		return nil, err
	}
	p.cmd = cmd
	return cmd, nil
}

func (p *postmaster) isStopping() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.stopping
}

// mute is how long a server may leave its socket unanswered while it starts.
const mute = time.Minute

// answers waits until the server takes connections. Recovery after a power cut
// may take minutes, and the server says so; as long as it does, only the end of
// ctx ends the wait.
func (p *postmaster) answers(ctx context.Context) error {
	told, heard := time.Now(), time.Now()
	for {
		err := ping(ctx, p.at.url(superuser, "postgres"))
		if err == nil {
			return nil
		}
		if hasCode(err, "57P03") { // cannot_connect_now: starting up
			heard = time.Now()
		}
		if hasCode(err, "28P01") { // invalid_password
			return p.home.wrongPassword(err)
		}
		if time.Since(heard) > mute {
			return p.home.noServer(err.Error(), err.Error(), errors.Join(ErrNoServer, err))
		}
		select {
		case <-p.done:
			return p.home.noServer(p.lastWords(), p.lastWords(), errors.Join(ErrNoServer, p.exit))
		case <-ctx.Done():
			return fmt.Errorf("pgserver: wait for the database to start: %w", context.Cause(ctx))
		case <-time.After(20 * time.Millisecond):
		}
		if time.Since(told) > 10*time.Second {
			p.log.InfoContext(ctx, "still waiting for the database to start", "state", err)
			told = time.Now()
		}
	}
}

// ping connects once. A server that is full answers too.
func ping(ctx context.Context, url string) error {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	err := within(ctx, url, func(*pgx.Conn) error { return nil })
	if hasCode(err, "53300") { // too_many_connections
		return nil
	}
	return err
}

// lastWords returns what the server said before it ended.
func (p *postmaster) lastWords() string {
	text, err := os.ReadFile(filepath.Join(p.home.logs(), "start.log"))
	if err != nil || len(text) == 0 {
		return fmt.Sprint(p.exit)
	}
	return lastLines(string(text), 3)
}

// stop ends the server: fast shutdown, and less politely if that takes longer
// than a checkpoint ever should. It is an error if the server had to be killed;
// it will then recover at its next start.
func (p *postmaster) stop() error {
	p.mu.Lock()
	p.stopping = true
	p.mu.Unlock()
	for _, step := range []struct {
		sig  syscall.Signal
		wait time.Duration
	}{{syscall.SIGINT, time.Minute}, {syscall.SIGQUIT, 10 * time.Second}, {syscall.SIGKILL, 10 * time.Second}} {
		p.signal(step.sig)
		select {
		case <-p.done:
			if step.sig == syscall.SIGINT {
				return nil
			}
			return fmt.Errorf("pgserver: the database server in %s did not stop in time and was ended with %v", p.home.dir, step.sig)
		case <-time.After(step.wait):
		}
	}
	return fmt.Errorf("pgserver: the database server in %s does not end", p.home.dir)
}

func (p *postmaster) signal(sig syscall.Signal) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.cmd != nil {
		_ = p.cmd.Process.Signal(sig) // it may just have ended
	}
}
