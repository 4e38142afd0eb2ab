package main

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// cpuSeconds returns the processor time of this process so far, all threads.
func cpuSeconds() (float64, error) {
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		return 0, err
	}
	return float64(used.Utime.Nano()+used.Stime.Nano()) / float64(time.Second), nil
}

// A processTime is the processor time of a process and of its children that
// have ended, in ticks of 10 ms (proc(5), USER_HZ is 100 on every Linux).
type processTime struct {
	parent         int
	self, children int
}

// processTimeOf reads it; it is zero where there is no such process of
// PostgreSQL on this machine.
func processTimeOf(pid int) (t processTime) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	name, rest, found := strings.Cut(string(text), ") ")
	if err != nil || !found || !strings.Contains(name, "(postgres") {
		return t
	}
	// The rest begins with field 3, the state.
	fields := strings.Fields(rest)
	field := func(n int) int {
		value, _ := strconv.Atoi(fields[n-3]) // digits, says proc(5)
		return value
	}
	if len(fields) < 17-2 {
		return t
	}
	return processTime{parent: field(4), self: field(14) + field(15), children: field(16) + field(17)}
}

// backendSeconds returns the processor time of a backend of PostgreSQL and of
// all parallel workers that have ended, for differences; 0 where it is unknown.
func backendSeconds(pid uint32) float64 {
	backend := processTimeOf(int(pid))
	if backend.parent == 0 {
		return 0
	}
	return float64(backend.self+processTimeOf(backend.parent).children) / 100
}
