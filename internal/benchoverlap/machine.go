package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
)

// A machine is what the figures depend on besides the code.
type machine struct {
	cpu        string
	cores      int
	memoryGiB  float64
	commit     string
	loadBefore string // 1, 5 and 15 minutes
}

func thisMachine(ctx context.Context) machine {
	m := machine{cpu: "unknown processor", cores: runtime.NumCPU(), loadBefore: load(), commit: "unknown commit"}
	if cpu := procField("/proc/cpuinfo", "model name"); cpu != "" {
		m.cpu = cpu
	}
	if fields := strings.Fields(procField("/proc/meminfo", "MemTotal")); len(fields) > 0 {
		kib, _ := strconv.ParseFloat(fields[0], 64) // 0 says that it is unknown
		m.memoryGiB = kib / (1 << 20)
	}
	if text, err := exec.CommandContext(ctx, "git", "describe", "--always", "--abbrev=10", "--dirty= with changes").Output(); err == nil {
		m.commit = strings.TrimSpace(string(text))
	}
	return m
}

func (m machine) String() string {
	return fmt.Sprintf("%s, %d cores, %.0f GiB, %s/%s, %s", m.cpu, m.cores, m.memoryGiB, runtime.GOOS, runtime.GOARCH, runtime.Version())
}

// load returns the load averages, how many processes wanted a core.
func load() string {
	text, err := os.ReadFile("/proc/loadavg")
	if fields := strings.Fields(string(text)); err == nil && len(fields) >= 3 {
		return strings.Join(fields[:3], " ")
	}
	return "unknown"
}

// busy says whether others were using the machine before we began.
func (m machine) busy() bool {
	first, _, _ := strings.Cut(m.loadBefore, " ")
	one, err := strconv.ParseFloat(first, 64)
	return err == nil && one > 0.25*float64(m.cores)
}

// peakMemory returns the most memory that this process has had.
func peakMemory() (int64, error) {
	fields := strings.Fields(procField("/proc/self/status", "VmHWM"))
	if len(fields) == 0 {
		return 0, errors.New("peak memory: /proc/self/status has no VmHWM")
	}
	kib, err := strconv.ParseInt(fields[0], 10, 64)
	return kib << 10, err
}

// procField returns the first value of "name : value" in a file, or nothing.
func procField(path, name string) string {
	text, err := os.ReadFile(path) //nolint:gosec // below /proc
	if err != nil {
		return ""
	}
	for line := range strings.Lines(string(text)) {
		if key, value, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(key) == name {
			return strings.TrimSpace(value)
		}
	}
	return ""
}

func firstLine(s string) string {
	line, _, _ := strings.Cut(strings.TrimSpace(s), "\n")
	return line
}
