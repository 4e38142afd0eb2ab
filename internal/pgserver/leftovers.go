package pgserver

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// leftovers returns the PostgreSQL processes that work in the cluster, whoever
// started them. A server and all its backends keep the cluster as their working
// directory for life, which is a surer sign than a number in a file.
func (h home) leftovers() []int {
	entries, err := os.ReadDir("/proc")
	if err != nil {
		return nil
	}
	var pids []int
	for _, e := range entries {
		pid, err := strconv.Atoi(e.Name())
		if err != nil {
			continue
		}
		proc := filepath.Join("/proc", e.Name())
		cwd, err := os.Readlink(filepath.Join(proc, "cwd"))
		if err != nil || (cwd != h.cluster() && cwd != h.unfinished()) {
			continue
		}
		name, err := os.ReadFile(filepath.Join(proc, "comm"))
		if err == nil && strings.TrimSpace(string(name)) == "postgres" && !dead(proc) {
			pids = append(pids, pid)
		}
	}
	return pids
}

// dead reports whether the process has ended and only waits to be collected.
func dead(proc string) bool {
	text, err := os.ReadFile(filepath.Join(proc, "stat"))
	if err != nil {
		return true
	}
	// pid (comm) state …; comm may hold blanks and brackets.
	_, rest, _ := strings.Cut(string(text), ") ")
	return strings.HasPrefix(rest, "Z") || strings.HasPrefix(rest, "X")
}

// postmasterPID returns the number in the cluster's postmaster.pid, or 0. It
// may be a number that some other process has by now.
func (h home) postmasterPID() int {
	text, err := os.ReadFile(filepath.Join(h.cluster(), "postmaster.pid"))
	if err != nil {
		return 0
	}
	first, _, _ := strings.Cut(string(text), "\n")
	pid, err := strconv.Atoi(strings.TrimSpace(first))
	if err != nil {
		return 0
	}
	return pid
}

// tidy ends whatever still works in the cluster and then removes postmaster.pid
// and the like beside the socket. The caller is the owner, so nobody starts
// anything meanwhile.
//
// The files must go since PostgreSQL takes any living process of its user with
// their number for a server, and after a reboot, or in a container, there soon
// is one; a server that was killed and that nobody collects yet is one, too.
func (h home) tidy(ctx context.Context, socketDir string, log *slog.Logger) error {
	if pids := h.leftovers(); len(pids) > 0 {
		log.WarnContext(ctx, "a database server is left over from an earlier run; stopping it", "pids", pids)
		if err := h.end(ctx, pids); err != nil {
			return err
		}
	}
	for _, path := range []string{filepath.Join(h.cluster(), "postmaster.pid"), filepath.Join(socketDir, socketName+".lock")} {
		if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return h.closed(err)
		}
	}
	return nil
}

// end stops the processes: the postmaster politely, then all of them less so.
func (h home) end(ctx context.Context, pids []int) error {
	if pid := h.postmasterPID(); slices.Contains(pids, pid) {
		signal([]int{pid}, syscall.SIGINT) // fast shutdown
		if h.gone(ctx, 20*time.Second) {
			return nil
		}
	} else if h.gone(ctx, 2*time.Second) { // backends end when they notice
		return nil
	}
	for _, sig := range []syscall.Signal{syscall.SIGQUIT, syscall.SIGKILL} {
		signal(h.leftovers(), sig)
		if h.gone(ctx, 5*time.Second) {
			return nil
		}
	}
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("pgserver: wait for the earlier server to end: %w", context.Cause(ctx))
	}
	return h.noServer(fmt.Sprintf("processes %v of an earlier run do not end", h.leftovers()),
		fmt.Sprintf("上次运行遗留的进程 %v 无法结束", h.leftovers()), ErrNoServer)
}

func (h home) gone(ctx context.Context, within time.Duration) bool {
	for until := time.Now().Add(within); len(h.leftovers()) > 0; {
		if time.Now().After(until) || pause(ctx, 20*time.Millisecond) != nil {
			return false
		}
	}
	return true
}

// signal tells every process; one that has gone meanwhile is no fault.
func signal(pids []int, sig syscall.Signal) {
	for _, pid := range pids {
		_ = syscall.Kill(pid, sig)
	}
}
