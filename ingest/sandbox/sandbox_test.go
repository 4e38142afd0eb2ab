package sandbox_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"
	"golang.org/x/sys/unix"

	"jieshi/ingest/sandbox"
)

// The test binary is its own child: what Run starts is this program again.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == sandbox.ProbeVerb {
		os.Exit(sandbox.ProbeMain(os.Stdin, os.Stdout))
	}
	if len(os.Args) > 1 && strings.HasPrefix(os.Args[1], "child-") {
		os.Exit(child(os.Args[1], os.Args[2:]))
	}
	os.Exit(m.Run())
}

// tried is what a child found that it could do.
type tried struct {
	Isolation sandbox.Isolation
	Dir       []string          // names in its working directory
	Env       []string          // its environment
	Can       map[string]string // attempt: "" or the error
}

func child(verb string, args []string) int {
	switch verb {
	case "child-leaves-another":
		sleep := exec.Command("/bin/sleep", args[1])
		if err := sleep.Start(); err != nil {
			return 1
		}
		fmt.Println("started")
		if args[0] == "waits" {
			time.Sleep(10 * time.Minute)
		}
		return 0
	case "child-without-enter":
		return 0
	case "child-is-a-parent":
		c := sandbox.Command{Args: []string{"child-waits", args[1]}, Dir: args[0], Stdout: os.Stdout}
		_ = sandbox.Run(context.Background(), c)
		return 0
	}
	isolation, err := sandbox.Enter()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	switch verb {
	case "child-tries":
		return report(isolation, args)
	case "child-waits":
		fmt.Println("started")
		time.Sleep(10 * time.Minute)
	case "child-says-its-user":
		fmt.Println(os.Getuid())
		if args[0] != "" {
			time.Sleep(300 * time.Millisecond)
		}
		return 0
	case "child-threads":
		for range 60 {
			go func() {
				runtime.LockOSThread()
				time.Sleep(time.Minute)
			}()
		}
		time.Sleep(time.Minute)
	case "child-spins":
		for x := uint64(1); ; x++ {
			if x == 0 {
				return 1
			}
		}
	case "child-eats":
		var all [][]byte
		for {
			b := make([]byte, 64<<20)
			for i := 0; i < len(b); i += 4096 {
				b[i] = 1
			}
			all = append(all, b)
			runtime.KeepAlive(all)
		}
	case "child-floods":
		for {
			fmt.Println(strings.Repeat("x", 1000))
		}
	case "child-crashes":
		fmt.Fprintln(os.Stderr, "last words")
		_ = unix.Tgkill(os.Getpid(), unix.Gettid(), syscall.SIGABRT) // as abort() of a library does
		time.Sleep(time.Minute)
	case "child-says-three":
		fmt.Fprintln(os.Stderr, "last words")
		return 3
	}
	return 1
}

func report(isolation sandbox.Isolation, args []string) int {
	foreign, address := args[0], args[1]
	parent, _ := strconv.Atoi(args[2])
	t := tried{Isolation: isolation, Env: os.Environ(), Can: map[string]string{}}
	try := func(what string, err error) {
		if t.Can[what] = ""; err != nil {
			t.Can[what] = err.Error()
		}
	}
	names, _ := os.ReadDir(".")
	for _, n := range names {
		t.Dir = append(t.Dir, n.Name())
	}
	_, err := os.ReadFile(foreign)
	try("read a foreign file", err)
	_, err = os.ReadFile("../" + filepath.Base(filepath.Dir(foreign)) + "/" + filepath.Base(foreign))
	try("read a foreign file by ..", err)
	_, err = os.ReadFile("/etc/passwd")
	try("read /etc/passwd", err)
	try("write outside", os.WriteFile("/tmp/jieshi-sandbox-test-"+strconv.Itoa(os.Getpid()), nil, 0o600))
	try("write inside", os.WriteFile("own", []byte("x"), 0o600))
	try("write too much inside", os.WriteFile("large", make([]byte, 2<<20), 0o600))
	conn, err := net.DialTimeout("tcp", address, time.Second)
	if err == nil {
		conn.Close()
	}
	try("dial", err)
	try("start a program", exec.Command("/bin/true").Run())
	try("leave its group", syscall.Setpgid(0, 0))
	try("signal its parent", syscall.Kill(parent, 0))
	try("signal a thread of its parent", unix.Tgkill(parent, parent, 0))
	var files []*os.File
	err = nil
	for range 200 {
		f, openErr := os.Open(".")
		if openErr != nil {
			err = openErr
			break
		}
		files = append(files, f)
	}
	for _, f := range files {
		f.Close()
	}
	try("open 200 files", err)
	if err := json.NewEncoder(os.Stdout).Encode(t); err != nil {
		return 1
	}
	return 0
}

// private is a folder as Run wants it, inside one that only this user may walk,
// like the data directory of the product.
func private(t *testing.T) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "private")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	return dir
}

func command(t *testing.T, args ...string) sandbox.Command {
	t.Helper()
	return sandbox.Command{
		Args: args, Dir: private(t), Env: []string{"LANG=C.UTF-8"},
		Limits: sandbox.Limits{Memory: 1 << 30, CPU: 20 * time.Second, FileSize: 1 << 20, OpenFiles: 64, Wall: 30 * time.Second},
	}
}

func TestChildIsConfined(t *testing.T) {
	foreign := filepath.Join(t.TempDir(), "tenant")
	if err := os.WriteFile(foreign, []byte("another's"), 0o644); err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	t.Setenv("A_SECRET", "of the parent")

	c := command(t, "child-tries", foreign, listener.Addr().String(), strconv.Itoa(os.Getpid()))
	if err := os.WriteFile(filepath.Join(c.Dir, "original"), []byte("x"), 0o644); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	c.Stdout = &out
	if err := sandbox.Run(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	var got tried
	if err := json.Unmarshal(out.Bytes(), &got); err != nil {
		t.Fatalf("%v in %q", err, out.String())
	}
	t.Logf("isolation on this machine: %+v", got.Isolation)

	if err := got.Can["write inside"]; err != "" {
		t.Errorf("the child cannot write in its own folder: %s", err)
	}
	for _, what := range []string{"write too much inside", "open 200 files"} {
		if got.Can[what] == "" {
			t.Errorf("the child can %s", what)
		}
	}
	if len(got.Dir) != 1 || got.Dir[0] != "original" {
		t.Errorf("the child sees %q in its folder, want just the original", got.Dir)
	}
	if len(got.Env) != 1 || got.Env[0] != "LANG=C.UTF-8" {
		t.Errorf("the environment of the child is %q, want just LANG", got.Env)
	}
	if in := got.Isolation; os.Geteuid() == 0 && (in.UID < 65520 || in.UID > 65533 || !in.OwnUID || !in.Alone) {
		t.Errorf("the child runs as uid %d, alone %v; want one of the pool, alone", in.UID, in.Alone)
	}
	if got.Isolation.Networkless() != (got.Can["dial"] != "") {
		t.Errorf("isolation says networkless=%v, yet dialling gave %q", got.Isolation.Networkless(), got.Can["dial"])
	}
	for _, what := range []string{"start a program", "leave its group", "signal its parent", "signal a thread of its parent"} {
		if got.Isolation.Seccomp && got.Can[what] == "" {
			t.Errorf("the child can %s in spite of seccomp", what)
		}
	}
	filesHidden := got.Isolation.Landlock > 0
	for _, what := range []string{"read a foreign file", "read a foreign file by ..", "read /etc/passwd", "write outside"} {
		if filesHidden && got.Can[what] == "" {
			t.Errorf("the child can %s in spite of Landlock", what)
		}
	}
	if got.Isolation.OwnUID && got.Can["read a foreign file"] == "" {
		t.Error("another user can read a file under a folder of mode 0700")
	}
}

func TestEnterRefusesAProcessThatNobodySandboxed(t *testing.T) {
	if _, err := sandbox.Enter(); err == nil {
		t.Fatal("Enter confined a process that Run did not start")
	}
}

func TestRunSaysHowTheChildEnded(t *testing.T) {
	for name, c := range map[string]struct {
		args   []string
		change func(*sandbox.Limits)
		want   sandbox.FailureKind
	}{
		"spins past the wall clock": {[]string{"child-spins"}, func(l *sandbox.Limits) { l.Wall = 300 * time.Millisecond }, sandbox.TimeLimit},
		"spins past the CPU limit":  {[]string{"child-spins"}, func(l *sandbox.Limits) { l.CPU = time.Second }, sandbox.TimeLimit},
		"eats all memory":           {[]string{"child-eats"}, func(l *sandbox.Limits) { l.Memory = 512 << 20 }, sandbox.MemoryLimit},
		"talks too much":            {[]string{"child-floods"}, func(l *sandbox.Limits) { l.Output = 100 << 10 }, sandbox.OutputLimit},
		"starts 60 threads":         {[]string{"child-threads"}, func(l *sandbox.Limits) { l.Threads = 30 }, sandbox.MemoryLimit},
		"is ended by a signal":      {[]string{"child-crashes"}, nil, sandbox.Crash},
		"ends with status 3":        {[]string{"child-says-three"}, nil, sandbox.Exit},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cmd := command(t, c.args...)
			if c.change != nil {
				c.change(&cmd.Limits)
			}
			err := sandbox.Run(t.Context(), cmd)
			var fail *sandbox.Failure
			if !errors.As(err, &fail) {
				t.Fatalf("got %v, want a failure", err)
			}
			if fail.Kind != c.want {
				t.Errorf("got %q (%s), want %q; it said:\n%s", fail.Kind, fail.Status, c.want, fail.Stderr)
			}
			if c.want == sandbox.Exit && fail.Stderr != "last words\n" {
				t.Errorf("stderr %q was not kept", fail.Stderr)
			}
		})
	}
}

func TestNothingOutlivesARun(t *testing.T) {
	for name, c := range map[string]struct {
		how     string
		timeOut bool
	}{
		"the child ends and leaves a process": {"leaves", false},
		"the time is up":                      {"waits", true},
	} {
		t.Run(name, func(t *testing.T) {
			// By its argument the process is known in any namespace.
			mark := strconv.Itoa(600_000_000 + os.Getpid()*10 + len(c.how))
			cmd := command(t, "child-leaves-another", c.how, mark)
			if c.timeOut {
				cmd.Limits.Wall = time.Second
			}
			var out bytes.Buffer
			cmd.Stdout = &out
			start := time.Now()
			err := sandbox.Run(t.Context(), cmd)
			if (err != nil) != c.timeOut {
				t.Errorf("got error %v", err)
			}
			if took := time.Since(start); took > 5*time.Second {
				t.Errorf("the run took %s", took)
			}
			if out.String() != "started\n" {
				t.Fatalf("the child said %q", out.String())
			}
			if running(t, "sleep", mark, false) {
				t.Error("a process of the child's group is alive")
			}
		})
	}
}

// running looks for a process that has an argument. It waits a moment until the
// answer is want, since the system takes one to start and to reap.
func running(t *testing.T, program, argument string, want bool) bool {
	t.Helper()
	for range 100 {
		if found := find(t, program, argument); found == want {
			return found
		}
		time.Sleep(10 * time.Millisecond)
	}
	return !want
}

func find(t *testing.T, program, argument string) bool {
	t.Helper()
	lines, err := filepath.Glob("/proc/[0-9]*/cmdline")
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range lines {
		b, _ := os.ReadFile(line) // the process may have ended; that of a zombie is empty
		words := strings.Split(string(b), "\x00")
		if len(words) > 1 && strings.HasSuffix(words[0], program) && slices.Contains(words[1:], argument) {
			return true
		}
	}
	return false
}

func TestCancelEndsTheChildAndKeepsTheCause(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(200*time.Millisecond, cancel)
	err := sandbox.Run(ctx, command(t, "child-spins"))
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want context.Canceled", err)
	}
}

func TestTheChildDiesWithAParentThatIsKilled(t *testing.T) {
	mark := "marked-" + strconv.Itoa(os.Getpid())
	parent := exec.Command("/proc/self/exe", "child-is-a-parent", private(t), mark)
	out, err := parent.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := parent.Start(); err != nil {
		t.Fatal(err)
	}
	var word string
	_, scanErr := fmt.Fscan(out, &word)
	// The name of the program is what Run starts.
	if !running(t, "exe", mark, true) {
		t.Error("the child does not run")
	}
	if err := parent.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = parent.Wait()
	if scanErr != nil {
		t.Fatal(scanErr)
	}
	if running(t, "exe", mark, false) {
		t.Error("the child outlived its parent")
	}
}

// Two children at once are two users, so that one that was taken over finds
// nothing of the other's: no file, no process.
func TestEveryChildOfRootHasAUserOfItsOwn(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("only root can make children other users")
	}
	const n = 6
	var outs [n]bytes.Buffer
	var group errgroup.Group
	for i := range n {
		c := command(t, "child-says-its-user", "stay")
		c.Stdout = &outs[i]
		group.Go(func() error { return sandbox.Run(t.Context(), c) })
	}
	if err := group.Wait(); err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for i := range outs {
		user := strings.TrimSpace(outs[i].String())
		if seen[user] || user == "0" || user == "" {
			t.Errorf("user %q twice, or none: %v", user, seen)
		}
		seen[user] = true
	}
}

func TestAProbeGetsAtNothing(t *testing.T) {
	got, err := sandbox.Probe(t.Context(), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Log(got)
	in := got.Isolation
	if in.Networkless() == got.Dialled {
		t.Errorf("networkless is %v, dialled %v", in.Networkless(), got.Dialled)
	}
	if (in.Landlock > 0 || in.OwnUID) && got.ReadFile {
		t.Error("the child read a file of the parent's")
	}
	if in.Landlock > 0 && got.ReadSystem {
		t.Error("the child read a file of the system's in spite of Landlock")
	}
	if got.Whole() && strings.Contains(got.String(), "could") {
		t.Errorf("nothing was got at, but the words are %q", got)
	}
}
