package sandbox

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"os/signal"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// Enter confines the running process for the rest of its life, as the parent
// that started it through [Run] asked, and says what is in force. It is called
// before anything that came from outside is looked at.
//
// The working directory is then the private folder, by which name the process
// must reach its files. Enter fails if the process was not started by Run, or
// if a limit could not be set; Landlock, seccomp and namespaces are best effort.
func Enter() (Isolation, error) {
	told := os.Getenv(confinementEnv)
	if told == "" {
		return Isolation{}, errors.New("sandbox: not started as a sandboxed child")
	}
	var c confinement
	if err := json.Unmarshal([]byte(told), &c); err != nil {
		return Isolation{}, fmt.Errorf("sandbox: confinement: %w", err)
	}
	if err := os.Unsetenv(confinementEnv); err != nil {
		return Isolation{}, err
	}
	in := Isolation{UID: os.Geteuid(), OwnUID: os.Geteuid() != c.ParentUID, Alone: c.Alone, Limits: c.Limits}
	if net, err := os.Readlink("/proc/self/ns/net"); err == nil && c.ParentNet != "" {
		in.NetworkNamespace = net != c.ParentNet
	}
	if err := unix.Fchdir(dirFD); err != nil {
		return in, fmt.Errorf("sandbox: private folder: %w", err)
	}
	if err := unix.Close(dirFD); err != nil {
		return in, fmt.Errorf("sandbox: private folder: %w", err)
	}
	if err := setLimits(c.Limits, c.Alone); err != nil {
		return in, err
	}
	in.Landlock = restrictFiles(c.ReadOnly)
	in.Seccomp = restrictCalls() == nil
	nnp, err := unix.PrctlRetInt(unix.PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0)
	in.NoNewPrivileges = err == nil && nnp == 1
	return in, nil
}

// setLimits sets soft and hard limits alike, so that nothing in the process
// can raise them again. The kernel counts threads by user, so their limit is
// only for who has a user alone.
func setLimits(l Limits, alone bool) error {
	// A write past the limit is then an error of that write, not a signal.
	signal.Ignore(unix.SIGXFSZ)
	mapped, err := mappedBytes()
	if err != nil {
		return fmt.Errorf("sandbox: size of the process: %w", err)
	}
	for _, r := range []struct {
		name     string
		resource int
		value    uint64
		set      bool
	}{
		{"core", unix.RLIMIT_CORE, 0, true},
		{"address space", unix.RLIMIT_AS, mapped + l.Memory, l.Memory > 0},
		{"cpu", unix.RLIMIT_CPU, wholeSeconds(l.CPU), l.CPU > 0},
		{"file size", unix.RLIMIT_FSIZE, l.FileSize, l.FileSize > 0},
		{"open files", unix.RLIMIT_NOFILE, l.OpenFiles, l.OpenFiles > 0},
		{"threads", unix.RLIMIT_NPROC, l.Threads, alone},
	} {
		if !r.set {
			continue
		}
		if err := lower(r.resource, r.value); err != nil {
			return fmt.Errorf("sandbox: limit of %s: %w", r.name, err)
		}
	}
	return nil
}

// lower sets a limit, or keeps a lower one that is there already.
func lower(resource int, value uint64) error {
	var now unix.Rlimit
	if err := unix.Getrlimit(resource, &now); err != nil {
		return err
	}
	value = min(value, now.Max)
	return unix.Setrlimit(resource, &unix.Rlimit{Cur: value, Max: value})
}

func wholeSeconds(d time.Duration) uint64 { return uint64(math.Ceil(d.Seconds())) }

// mappedBytes is the address space in use. The Go runtime reserves much of it
// (terabytes under the race detector), so limits are counted from there.
func mappedBytes() (uint64, error) {
	b, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		return 0, err
	}
	pages, _, _ := strings.Cut(string(b), " ")
	n, err := strconv.ParseUint(pages, 10, 64)
	return n * uint64(os.Getpagesize()), err
}
