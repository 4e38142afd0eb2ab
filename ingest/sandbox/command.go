package sandbox

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"sync/atomic"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// A Command is one child to run.
type Command struct {
	Args     []string  // arguments of this program, the hidden verb first
	Dir      string    // private folder; the child stands in it and may write nowhere else
	ReadOnly []string  // folders that it may read besides; missing ones are passed over
	Env      []string  // its whole environment, KEY=value
	Stdin    []byte    // all that it is told
	Stdout   io.Writer // gets what it answers, at most Limits.Output bytes
	UID, GID uint32    // the user to become when this process is root; 0 takes one that no other child has
	Limits   Limits
	Log      *slog.Logger // gets its stderr, line by line; nil is slog.Default()

	alone bool // its user is leased, so that limits may count by user
}

// confinement is what a parent tells [Enter], in the variable confinementEnv.
type confinement struct {
	Limits    Limits   `json:"limits"`
	ReadOnly  []string `json:"read_only"`
	ParentUID int      `json:"parent_uid"`
	ParentNet string   `json:"parent_net"` // inode name of the parent's network namespace
	Alone     bool     `json:"alone"`      // no other process has its user
}

const (
	confinementEnv = "JIESHI_SANDBOX"
	// dirFD is the first of exec.Cmd.ExtraFiles: the private folder. The child
	// gets there by fchdir because as another user it may not walk the path.
	dirFD = 3
)

// A Failure says how a child ended other than by itself with status 0.
type Failure struct {
	Kind   FailureKind
	Status string // as the system words it: "exit status 3", "signal: killed"
	Stderr string // the last of what it said; for our log, never for a user
}

// FailureKind is a class of ends that a caller treats alike.
type FailureKind string

// The kinds of failure.
const (
	TimeLimit   FailureKind = "time limit"   // wall clock or CPU
	MemoryLimit FailureKind = "memory limit" // its own or the machine's
	OutputLimit FailureKind = "output limit" // more on stdout than allowed
	Crash       FailureKind = "crash"        // any other signal
	Exit        FailureKind = "exit"         // a status other than 0
)

func (f *Failure) Error() string {
	return fmt.Sprintf("sandbox: child ended by %s (%s)", f.Kind, f.Status)
}

// Run starts the child, waits for its end, and kills whatever it left behind.
//
// It returns a [*Failure] if the child did not end well, the error of ctx if
// that ended it, and any other error if it could not be started.
func Run(ctx context.Context, c Command) error {
	c.Limits = c.Limits.withDefaults()
	if c.Log == nil {
		c.Log = slog.Default()
	}
	dir, err := os.Open(c.Dir)
	if err != nil {
		return fmt.Errorf("sandbox: private folder: %w", err)
	}
	defer func() { _ = dir.Close() }() // only a handle on the folder
	if os.Geteuid() == 0 && c.UID == 0 {
		uid, giveBack, err := lease(ctx)
		if err != nil {
			return err
		}
		defer giveBack()
		c.UID, c.GID, c.alone = uid, uid, true
	}
	if err := c.giveFolder(dir); err != nil {
		return fmt.Errorf("sandbox: private folder: %w", err)
	}

	// PDEATHSIG is tied to the thread that forks, not to the process.
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()

	timed, cancel := context.WithTimeout(ctx, c.Limits.Wall)
	defer cancel()
	run, err := c.start(timed, dir)
	if err != nil {
		return err
	}
	return run.wait(ctx, timed, c)
}

// giveFolder makes the private folder belong to the user of the child.
func (c Command) giveFolder(dir *os.File) error {
	if os.Geteuid() != 0 {
		return nil
	}
	return dir.Chown(int(c.UID), int(c.GID))
}

// running is a started child with the ends of its pipes.
type running struct {
	cmd    *exec.Cmd
	stdout *boundedWriter
	stderr *lineLog
}

// spawnLevel remembers which of the levels the machine allows, so that only the
// first child pays for trying.
var spawnLevel atomic.Int32

// start tries the strongest set of namespaces first and takes what it gets.
func (c Command) start(ctx context.Context, dir *os.File) (*running, error) {
	levels := c.levels()
	var errs error
	for i := int(spawnLevel.Load()); i < len(levels); i++ {
		run, err := c.startWith(ctx, dir, levels[i])
		if err == nil {
			spawnLevel.Store(int32(i))
			return run, nil
		}
		errs = errors.Join(errs, err)
		if !notOffered(err) {
			break
		}
	}
	return nil, fmt.Errorf("sandbox: start of child: %w", errs)
}

// notOffered reports whether the kernel or its container refused the attributes
// rather than the program.
func notOffered(err error) bool {
	for _, no := range []error{unix.EPERM, unix.EACCES, unix.EINVAL, unix.ENOSPC, unix.ENOSYS, unix.EUSERS} {
		if errors.Is(err, no) {
			return true
		}
	}
	return false
}

// levels lists process attributes from strong to weak.
func (c Command) levels() []syscall.SysProcAttr {
	// No process namespace: Landlock is carried to all threads by their numbers in
	// /proc, which would be those outside. Seccomp keeps the child's signals in.
	const apart = unix.CLONE_NEWNET | unix.CLONE_NEWIPC | unix.CLONE_NEWUTS
	base := syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	if os.Geteuid() == 0 {
		base.Credential = &syscall.Credential{Uid: c.UID, Gid: c.GID} // and no other groups
		own := base
		own.Cloneflags = apart
		return []syscall.SysProcAttr{own, base}
	}
	own := base
	own.Cloneflags = apart | unix.CLONE_NEWUSER
	own.UidMappings = []syscall.SysProcIDMap{{ContainerID: os.Geteuid(), HostID: os.Geteuid(), Size: 1}}
	own.GidMappings = []syscall.SysProcIDMap{{ContainerID: os.Getegid(), HostID: os.Getegid(), Size: 1}}
	return []syscall.SysProcAttr{own, base}
}

func (c Command) startWith(ctx context.Context, dir *os.File, attr syscall.SysProcAttr) (*running, error) {
	told, err := c.confinement()
	if err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(ctx, "/proc/self/exe", c.Args...)
	cmd.Env = append(append([]string{}, c.Env...), confinementEnv+"="+told)
	cmd.ExtraFiles = []*os.File{dir}
	cmd.Dir = "/"
	cmd.SysProcAttr = &attr
	cmd.Cancel = func() error { return killGroup(cmd.Process.Pid) }
	cmd.WaitDelay = 5 * time.Second
	cmd.Stdin = bytes.NewReader(c.Stdin)
	run := &running{cmd: cmd, stderr: &lineLog{keep: c.Limits.LogOutput, log: c.Log, starved: func() { _ = killGroup(cmd.Process.Pid) }}}
	run.stdout = &boundedWriter{to: c.Stdout, left: c.Limits.Output, over: func() { _ = killGroup(cmd.Process.Pid) }}
	cmd.Stdout, cmd.Stderr = run.stdout, run.stderr
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	return run, nil
}

func (c Command) confinement() (string, error) {
	net, _ := os.Readlink("/proc/self/ns/net") // empty without namespaces: then the child sees no difference
	b, err := json.Marshal(confinement{Limits: c.Limits, ReadOnly: c.ReadOnly, ParentUID: os.Geteuid(), ParentNet: net, Alone: c.alone})
	return string(b), err
}

func (r *running) wait(ctx, timed context.Context, c Command) error {
	// Kill what it left behind before its pid, which names the group, is free.
	awaitExit(r.cmd.Process.Pid)
	_ = killGroup(r.cmd.Process.Pid)
	err := r.cmd.Wait()
	r.stderr.flush()
	if ctx.Err() != nil && err != nil {
		return fmt.Errorf("sandbox: %w", context.Cause(ctx))
	}
	if err == nil && !r.stdout.cut.Load() {
		return nil
	}
	fail := &Failure{Status: r.cmd.ProcessState.String(), Stderr: r.stderr.text()}
	fail.Kind = r.kind(timed, c.Limits)
	return fail
}

func (r *running) kind(timed context.Context, limits Limits) FailureKind {
	state := r.cmd.ProcessState
	ws, _ := state.Sys().(syscall.WaitStatus)
	used := state.UserTime() + state.SystemTime()
	switch {
	case r.stdout.cut.Load():
		return OutputLimit
	case timed.Err() != nil:
		return TimeLimit
	// Soft and hard limit are equal, so the kernel kills at once. It counts ticks
	// there, and time in rusage, which on a busy machine differ.
	case ws.Signaled() && limits.CPU > 0 && used > limits.CPU-max(limits.CPU/20, 500*time.Millisecond):
		return TimeLimit
	case ws.Signaled() && ws.Signal() == syscall.SIGKILL, saysOutOfMemory(r.stderr.text()):
		return MemoryLimit
	case ws.Signaled():
		return Crash
	case saysSignal(r.stderr.text()):
		return Crash // the Go runtime turns these into status 2
	}
	return Exit
}

// noThread is what GDAL says when it gets no memory for a thread. It would then
// wait for ever for the work of a thread that is not there.
const noThread = "CPLCreateJoinableThread() failed"

// saysOutOfMemory knows the last words of the Go runtime, of C++ and of GDAL.
func saysOutOfMemory(stderr string) bool {
	for _, words := range []string{"out of memory", "bad_alloc", "annot allocate", "failed to create new OS thread", "pthread_create failed", noThread} {
		if strings.Contains(stderr, words) {
			return true
		}
	}
	return false
}

// saysSignal knows the last words of the Go runtime about a fault in C.
func saysSignal(stderr string) bool {
	for _, name := range []string{"SIGSEGV", "SIGABRT", "SIGBUS", "SIGFPE", "SIGILL"} {
		if strings.Contains(stderr, name) {
			return true
		}
	}
	return false
}

func killGroup(pid int) error {
	err := unix.Kill(-pid, unix.SIGKILL)
	if errors.Is(err, unix.ESRCH) {
		return os.ErrProcessDone
	}
	return err
}

// awaitExit returns when the child has ended, leaving it to be reaped.
func awaitExit(pid int) {
	for {
		if err := unix.Waitid(unix.P_PID, pid, nil, unix.WEXITED|unix.WNOWAIT, nil); !errors.Is(err, unix.EINTR) {
			return
		}
	}
}

// WithoutNamespaces makes this process start its children as on a machine that
// allows no namespaces, until restore is called. It is for the tests of those
// who use this package: what they prove must hold there, too.
func WithoutNamespaces() (restore func()) {
	before := spawnLevel.Swap(lastLevel)
	return func() { spawnLevel.Store(before) }
}

// lastLevel is the weakest of [Command.levels].
const lastLevel = 1
