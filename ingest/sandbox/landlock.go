package sandbox

import (
	"github.com/landlock-lsm/go-landlock/landlock"
	ll "github.com/landlock-lsm/go-landlock/landlock/syscall"
)

// restrictFiles lets the process read the given places and do as it likes in
// its working directory, reach no TCP port, and signal nobody outside, as far
// as the kernel knows Landlock. It returns the ABI version in force, or 0.
func restrictFiles(readOnly []string) int {
	abi, err := ll.LandlockGetABIVersion()
	if err != nil || abi < 1 {
		return 0
	}
	// Reading without executing: nothing there is to be run.
	const read = ll.AccessFSReadFile | ll.AccessFSReadDir
	rules := []landlock.Rule{landlock.RWDirs(".")}
	for _, path := range readOnly {
		rules = append(rules, landlock.PathAccess(read, path).IgnoreIfMissing())
	}
	if err := landlock.V11.BestEffort().Restrict(rules...); err != nil {
		return 0
	}
	return abi
}
