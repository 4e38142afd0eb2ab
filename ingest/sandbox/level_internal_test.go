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
	if os.Geteuid() == 0 {
		c.UID, c.GID = 65534, 65534
	}
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
