package sandbox

import (
	"os"
	"testing"
)

// A machine that allows no namespaces makes Run go one level down; that level
// is what this test starts, by claiming that the first was refused before.
func TestWithoutNamespacesTheChildStillStarts(t *testing.T) {
	before := spawnLevel.Swap(1)
	defer spawnLevel.Store(before)
	c := Command{Args: []string{"child-without-enter"}, Dir: t.TempDir()}
	if err := Run(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	levels := c.levels()
	if got := levels[len(levels)-1].Cloneflags; got != 0 {
		t.Errorf("the last level asks for namespaces %#x", got)
	}
	if spawnLevel.Load() != 1 {
		t.Errorf("the level is %d after a start at level 1", spawnLevel.Load())
	}
}

// The same level, with everything that the child may try: what is left (seccomp,
// Landlock, another user) must hold it as well.
func TestWithoutNamespacesTheChildGetsAtNothingEither(t *testing.T) {
	before := spawnLevel.Swap(1)
	defer spawnLevel.Store(before)
	got, err := Probe(t.Context(), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Log(got)
	in := got.Isolation
	if in.NetworkNamespace {
		t.Errorf("there is a namespace: %+v", in)
	}
	if in.Seccomp && got.Dialled {
		t.Error("the child reached a port in spite of seccomp")
	}
	if (in.Landlock > 0 || in.OwnUID) && got.ReadFile {
		t.Error("the child read a file of the parent's")
	}
}

// Another program of this machine holds its users by locks.
func TestAUserThatAnotherProgramHasIsNotTaken(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("users are for root")
	}
	locks := t.TempDir()
	first, err := lockUser(locks, firstUser)
	if err != nil {
		t.Fatal(err)
	}
	pool.Lock()
	taken := pool.taken
	pool.taken = map[uint32]bool{}
	pool.Unlock()
	defer func() {
		pool.Lock()
		defer pool.Unlock()
		pool.taken = taken
	}()
	uid, giveBack := leaseNow(locks)
	if uid != firstUser+1 {
		t.Errorf("got uid %d while another program has %d", uid, firstUser)
	}
	giveBack()
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	uid, giveBack = leaseNow(locks)
	if uid != firstUser {
		t.Errorf("got uid %d, though %d is free again", uid, firstUser)
	}
	giveBack()
	// Without a place for locks the users of one program still differ.
	a, _ := leaseNow("/proc/none")
	b, _ := leaseNow("/proc/none")
	if a == b || a == 0 {
		t.Errorf("got uid %d and %d", a, b)
	}
}
