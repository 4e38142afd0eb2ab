// Command benchortho holds the conversion of orthophotos against gdal_translate
// on the same machine: wall time for each derivative with the same options, and
// the memory of all processes together.
//
//	go run ./internal/benchortho -mpx 100 -mpx 2000
//
// It makes a picture of so many megapixels (EPSG:4545, 8-bit RGB, JPEG 90 in
// tiles) in a folder that is removed afterwards; a run needs some ten bytes of
// disk a pixel. The target: at most 1.15 times the time, at most 1.5 GB.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/airbusgeo/godal"
	"golang.org/x/sys/unix"

	"jieshi/ingest/raster"
)

func main() {
	if len(os.Args) > 1 && os.Args[1] == "convert" { // the child of raster.Convert
		os.Exit(raster.ConvertMain(os.Stdin, os.Stdout))
	}
	var sizes []int
	flag.Func("mpx", "megapixels; may be given several times (default 100)", func(s string) error {
		n, err := strconv.Atoi(s)
		if err == nil && n <= 0 {
			err = errors.New("not positive")
		}
		sizes = append(sizes, n)
		return err
	})
	dir := flag.String("dir", "", "where to work (default: the folder for temporary files)")
	alone := flag.Bool("alone", false, "convert only, for the memory it takes")
	flag.Parse()
	if len(sizes) == 0 {
		sizes = []int{100}
	}
	if err := run(context.Background(), *dir, sizes, *alone); err != nil {
		fmt.Fprintln(os.Stderr, "benchortho:", err)
		os.Exit(1)
	}
}

// environ is that of gdal_translate: ours as it was before [raster.Start] put
// its settings into it, such as a small cache.
var environ []string

// run prints a section of docs/performance.md.
func run(ctx context.Context, dir string, sizes []int, alone bool) (err error) {
	environ = os.Environ()
	if err := raster.Start(); err != nil {
		return err
	}
	fmt.Printf("%s, %d CPUs, %s\n\n", raster.EngineName(), runtime.NumCPU(), time.Now().UTC().Format(time.DateOnly))
	fmt.Println("| Mpx | derivative | ours s | gdal_translate s | ratio | bytes ours | bytes GDAL |")
	fmt.Println("|---|---|---|---|---|---|---|")
	for _, n := range sizes {
		if err := measure(ctx, dir, n, alone); err != nil {
			return err
		}
	}
	return nil
}

// measure prints the rows of one size.
func measure(ctx context.Context, dir string, mpx int, alone bool) (err error) {
	work, err := os.MkdirTemp(dir, "benchortho-*")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(work)) }()
	side := int(math.Sqrt(float64(mpx) * 1e6))
	picture := filepath.Join(work, "picture.tif")
	began := time.Now()
	if err := paint(picture, side); err != nil {
		return err
	}
	painted := time.Since(began).Seconds()
	ours, err := convert(ctx, work, picture)
	if err != nil {
		return err
	}
	fmt.Fprintf(os.Stderr, "%d Mpx: the picture was made in %.0f s, ours took %.0f s; gdal_translate follows, twice\n", mpx, painted, ours.total)
	memory := fmt.Sprintf("peak memory: parent %d MB + child %d MB = %d MB", ours.parent>>20, ours.child>>20, (ours.parent+ours.child)>>20)
	if alone {
		fmt.Printf("| %d | both, alone | %.1f | | | %d | |\n\n%s\n\n", mpx, ours.total, ours.result.DisplayBytes+ours.result.MeasureBytes, memory)
		return nil
	}
	display, displayCPU, displayBytes, err := translate(ctx, picture, filepath.Join(work, "gdal-display.tif"),
		"TILING_SCHEME=GoogleMapsCompatible", "WARP_RESAMPLING=BILINEAR", "COMPRESS=JPEG", "QUALITY=85", "OVERVIEW_QUALITY=85")
	if err != nil {
		return err
	}
	lossless, losslessCPU, losslessBytes, err := translate(ctx, picture, filepath.Join(work, "gdal-measure.tif"), "COMPRESS=ZSTD", "LEVEL=3", "PREDICTOR=YES")
	if err != nil {
		return err
	}
	row := func(what string, us, them float64, usBytes, theirBytes int64) {
		fmt.Printf("| %d | %s | %.1f | %.1f | %.2f | %d | %d |\n", mpx, what, us, them, us/them, usBytes, theirBytes)
	}
	row("display (web grid, JPEG)", ours.display, display, ours.result.DisplayBytes, displayBytes)
	row("measuring (ZSTD), with copy, hash and facts", ours.total-ours.display, lossless, ours.result.MeasureBytes, losslessBytes)
	row("both", ours.total, display+lossless, ours.result.DisplayBytes+ours.result.MeasureBytes, displayBytes+losslessBytes)
	fmt.Printf("\nOf ours: %s. Processor time: ours %.1f s, gdal_translate %.1f + %.1f s. %s. The picture: %d × %d, made in %.0f s.\n\n",
		ours.stages, ours.cpu, displayCPU, losslessCPU, memory, side, side, painted)
	return nil
}

// paint makes a picture of the ground: fields with furrows and noise, side by side.
func paint(path string, side int) (err error) {
	ds, err := godal.Create(godal.GTiff, path, 3, godal.Byte, side, side, godal.CreationOption(
		"TILED=YES", "BLOCKXSIZE=512", "BLOCKYSIZE=512", "COMPRESS=JPEG", "JPEG_QUALITY=90", "PHOTOMETRIC=YCBCR", "BIGTIFF=IF_SAFER", "NUM_THREADS=ALL_CPUS"))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, ds.Close()) }()
	ref, err := godal.NewSpatialRefFromEPSG(4545)
	if err != nil {
		return err
	}
	defer ref.Close()
	if err := errors.Join(ds.SetSpatialRef(ref), ds.SetGeoTransform([6]float64{632000, 0.05, 0, 2690000, 0, -0.05})); err != nil {
		return err
	}
	const block = 512
	random := rand.New(rand.NewPCG(1, 2))
	noise := make([]byte, 1<<20)
	for i := range noise {
		noise[i] = byte(random.IntN(24))
	}
	buf := make([]byte, block*block*3)
	for y := 0; y < side; y += block {
		for x := 0; x < side; x += block {
			w, h := min(block, side-x), min(block, side-y)
			at, hue := random.IntN(1<<19), [3]int{60 + random.IntN(60), 80 + random.IntN(80), 40 + random.IntN(40)}
			for i := range w * h {
				furrow := 20 * ((i%w + i/w/3) / 9 % 2)
				for b := range 3 {
					buf[i*3+b] = byte(hue[b] + furrow + int(noise[(at+i*3+b)&(1<<20-1)]))
				}
			}
			if err := ds.Write(x, y, buf[:w*h*3], w, h); err != nil {
				return err
			}
		}
	}
	return nil
}

// converted is what one run of ours took, in seconds and bytes.
type converted struct {
	result         raster.Result
	total, display float64
	stages         string
	cpu            float64 // of both processes
	parent, child  int64
}

func convert(ctx context.Context, work, picture string) (c converted, err error) {
	out := filepath.Join(work, "ours")
	if err := os.Mkdir(out, 0o755); err != nil {
		return c, err
	}
	before, err := processorTime()
	if err != nil {
		return c, err
	}
	start := time.Now()
	var began, ended time.Time
	var stages stopwatch
	c.result, err = raster.Convert(ctx, raster.Job{Source: picture, OutDir: out, Config: raster.Config{WorkRoot: work, Threads: runtime.NumCPU()}, OnStage: func(p raster.Progress) {
		stages.at(p.Stage)
		if p.Stage == raster.StageDisplay {
			if ended = time.Now(); began.IsZero() {
				began = ended
			}
		}
	}})
	c.total, c.display, c.stages = time.Since(start).Seconds(), ended.Sub(began).Seconds(), stages.String()
	if err != nil {
		return c, err
	}
	after, err := processorTime()
	if err != nil {
		return c, err
	}
	c.cpu = (after - before).Seconds()
	var self, children unix.Rusage
	if err := errors.Join(unix.Getrusage(unix.RUSAGE_SELF, &self), unix.Getrusage(unix.RUSAGE_CHILDREN, &children)); err != nil {
		return c, err
	}
	c.parent, c.child = self.Maxrss<<10, children.Maxrss<<10 // kilobytes on Linux
	return c, os.RemoveAll(out)
}

// processorTime is what this process and its children that have ended took.
func processorTime() (d time.Duration, err error) {
	for _, who := range []int{unix.RUSAGE_SELF, unix.RUSAGE_CHILDREN} {
		var u unix.Rusage
		if err := unix.Getrusage(who, &u); err != nil {
			return 0, fmt.Errorf("processor time: %w", err)
		}
		d += time.Duration(u.Utime.Nano() + u.Stime.Nano())
	}
	return d, nil
}

// A stopwatch adds up the time from one report of a stage to the next.
type stopwatch struct {
	order []raster.Stage
	took  map[raster.Stage]time.Duration
	last  time.Time
}

func (s *stopwatch) at(stage raster.Stage) {
	now := time.Now()
	if s.took == nil {
		s.took, s.last = map[raster.Stage]time.Duration{}, now
	}
	if _, known := s.took[stage]; !known {
		s.order = append(s.order, stage)
	}
	s.took[stage] += now.Sub(s.last)
	s.last = now
}

// String says what each stage took: a report comes when a part of it is done.
func (s *stopwatch) String() string {
	var all []string
	for _, stage := range s.order {
		all = append(all, fmt.Sprintf("%s %.1f s", stage, s.took[stage].Seconds()))
	}
	return strings.Join(all, ", ")
}

func translate(ctx context.Context, from, to string, options ...string) (seconds, cpu float64, size int64, err error) {
	args := []string{"-q", "-of", "COG"}
	for _, o := range append(options, "BLOCKSIZE=512", "OVERVIEWS=IGNORE_EXISTING", "OVERVIEW_RESAMPLING=AVERAGE", "BIGTIFF=IF_SAFER", "NUM_THREADS="+strconv.Itoa(runtime.NumCPU())) {
		args = append(args, "-co", o)
	}
	cmd := exec.CommandContext(ctx, "gdal_translate", append(args, from, to)...) //nolint:gosec // our own words
	cmd.Stderr, cmd.Dir, cmd.Env = os.Stderr, filepath.Dir(to), append(slices.Clone(environ), "CPL_TMPDIR="+filepath.Dir(to))
	start := time.Now()
	if err := cmd.Run(); err != nil {
		return 0, 0, 0, fmt.Errorf("gdal_translate: %w", err)
	}
	seconds = time.Since(start).Seconds()
	info, err := os.Stat(to)
	if err != nil {
		return 0, 0, 0, err
	}
	cpu = (cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()).Seconds()
	return seconds, cpu, info.Size(), os.Remove(to)
}
