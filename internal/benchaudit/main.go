// Command benchaudit plays the audit of a generated register with the program
// itself, as an office would: import, audit, export in every format. It says how
// long each command took and what it needed. `make bench-audit` runs it.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"time"

	"jieshi/geo/overlay/overlaytest"
	"jieshi/ingest/vector"
	"jieshi/internal/pgserver"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:], os.Stdout)
	stop()
	if err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "benchaudit:", err)
		os.Exit(1)
	}
}

// srid is the CRS of the register: where overlaytest's stars lie, 500 km east and
// 2,700 km north, it is in Guangxi.
const srid = 4545

func run(ctx context.Context, args []string, out io.Writer) (err error) {
	flags := flag.NewFlagSet("benchaudit", flag.ContinueOnError)
	parcels := flags.Int("parcels", 200_000, "parcels of the register, of 10 to 80 corners; there is an overlap to two of them")
	program := flags.String("jieshi", "bin/jieshi", "the program")
	dir := flags.String("data", "", "keep the cluster and the files in this directory, and use them again (default: a temporary one)")
	zoom := flags.Int("max-zoom", 16, "of the vector tiles")
	write := flags.String("write", "", "write the register to this file, and do nothing else")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if *write != "" {
		return writeRegister(*write, *parcels)
	}
	if *dir == "" {
		if *dir, err = os.MkdirTemp("", "jieshi-benchaudit-"); err != nil {
			return err
		}
		defer func() { err = errors.Join(err, os.RemoveAll(*dir)) }()
	}
	// The server has a user of its own under root, who must get through.
	if err := errors.Join(os.MkdirAll(*dir, 0o711), os.Chmod(*dir, 0o711)); err != nil { //nolint:gosec // a directory that others may pass
		return err
	}
	cluster := filepath.Join(*dir, "cluster")
	// One server for all commands: starting it is not what is measured.
	srv, err := pgserver.Open(ctx, pgserver.Options{DataDir: cluster})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, srv.Close()) }()

	b := bench{ctx: ctx, program: *program, cluster: cluster, out: out}
	register := filepath.Join(*dir, fmt.Sprintf("register-%d.gpkg", *parcels))
	if _, err := os.Stat(register); err != nil {
		// In a process of its own: what it needs would count for the commands, too.
		self, err := os.Executable()
		if err != nil {
			return err
		}
		cmd := exec.CommandContext(ctx, self, "-parcels", strconv.Itoa(*parcels), "-write", register) //nolint:gosec // this program
		if answer, err := cmd.CombinedOutput(); err != nil {
			return fmt.Errorf("register: %w\n%s", err, answer)
		}
	}
	fmt.Fprintf(out, "%d parcels, %d cores, %s, load %s\n\n", *parcels, runtime.NumCPU(), time.Now().UTC().Format(time.RFC3339), load())
	fmt.Fprintf(out, "| command | s | processor s of it | peak MB of it | file MB |\n| --- | --- | --- | --- | --- |\n")
	name := fmt.Sprintf("register %d", *parcels)
	b.jieshi("", "migrate")
	if !b.has("layer", "list", name) {
		b.jieshi("", "layer", "import", register, "--layer", name, "--kind", "land")
	}
	var audit struct{ Audit, Pairs int }
	if answer := b.jieshi("", "audit", "run", name, "--again"); answer != nil {
		if err := json.Unmarshal(answer, &audit); err != nil {
			return err
		}
	}
	number := strconv.Itoa(audit.Audit)
	b.jieshi("", "audit", "show", number)
	for _, ending := range []string{"gpkg", "geojson", "xlsx", "mbtiles"} {
		file := filepath.Join(*dir, "overlaps."+ending)
		if err := os.Remove(file); err != nil && !errors.Is(err, os.ErrNotExist) {
			return err
		}
		words := []string{"audit", "export", number, "--out", file}
		if ending == "mbtiles" {
			words = append(words, "--max-zoom", fmt.Sprint(*zoom))
		}
		b.jieshi(file, words...)
	}
	fmt.Fprintf(out, "\n%d overlaps; load %s\n", audit.Pairs, load())
	return b.err
}

// writeRegister writes a GeoPackage of stars with an overlap to two of them.
func writeRegister(path string, parcels int) error {
	stars := overlaytest.Stars{Claims: parcels, MinVertices: 10, MaxVertices: 80, Radius: 40, Noise: 0.15, Spacing: 150, Step: 1}
	l := vector.Layer{Name: "parcels", Geometry: vector.MultiPolygon, Fields: []vector.Field{{Name: "certificate", Type: vector.Text}}}
	for _, c := range stars.Make(1) {
		l.Features = append(l.Features, vector.Feature{Geometry: c.Ground.Metres(), Values: []any{fmt.Sprintf("JS%08d", c.ID)}})
	}
	return vector.WriteGeoPackage(path, srid, time.Unix(0, 0), []vector.Layer{l})
}

// A bench runs the program and prints a row for each command. After the first
// error it does nothing.
type bench struct {
	ctx     context.Context //nolint:containedctx // of one run
	program string
	cluster string
	out     io.Writer
	err     error
}

func (b *bench) command(words ...string) *exec.Cmd {
	cmd := exec.CommandContext(b.ctx, b.program, append(words, "--data-dir", b.cluster, "--json")...) //nolint:gosec // the program that is measured
	cmd.Stderr = os.Stderr
	return cmd
}

// has says whether the answer of a command names something.
func (b *bench) has(verb, noun, name string) bool {
	if b.err != nil {
		return false
	}
	answer, err := b.command(verb, noun).Output()
	b.err = err
	return strings.Contains(string(answer), name)
}

// jieshi runs a command that writes file, unless that is empty, and returns its
// answer.
func (b *bench) jieshi(file string, words ...string) []byte {
	if b.err != nil {
		return nil
	}
	cmd := b.command(words...)
	begun := time.Now()
	answer, err := cmd.Output()
	if err != nil {
		b.err = fmt.Errorf("jieshi %s: %w\n%s", strings.Join(words, " "), err, answer)
		return nil
	}
	took := time.Since(begun)
	usage, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage)
	if !ok {
		b.err = errors.New("this system does not say what a process used")
		return nil
	}
	cpu := cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
	size := "–"
	if info, err := os.Stat(file); file != "" && err == nil {
		size = fmt.Sprintf("%.1f", float64(info.Size())/1e6)
	}
	for i, w := range words {
		words[i] = filepath.Base(w)
	}
	fmt.Fprintf(b.out, "| %s | %.1f | %.1f | %d | %s |\n", strings.Join(words, " "), took.Seconds(), cpu.Seconds(), usage.Maxrss/1024, size)
	return answer
}

func load() string {
	text, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return "unknown"
	}
	return strings.Join(strings.Fields(string(text))[:3], " ")
}
