package raster

import (
	"log/slog"
	"os"
	"runtime"
	"time"

	"jieshi/ingest/sandbox"
)

// A Job is one original to convert.
type Job struct {
	Source  string    // path of the original; a regular file, which is only read
	OutDir  string    // an existing folder that gets display.tif, measure.tif and thumbnail.jpg; none may exist yet
	From    time.Time // start of the capture interval as a person told it; zero if nobody did
	To      time.Time // end of it; zero means the same as From
	Told    Told      // what the file does not say itself
	Config  Config
	OnStage func(Progress) // called now and then, by one goroutine at a time, before Convert returns; may be nil
}

// Progress says how far a conversion is.
type Progress struct {
	Stage Stage   `json:"stage"`
	Done  float64 `json:"done"` // of the stage, 0 to 1, by bytes or pixels
}

// Stage is a part of a conversion.
type Stage string

// The stages, in their order.
const (
	StageCopy    Stage = "copy"    // the original into the private folder, hashed
	StageRead    Stage = "read"    // every pixel, once
	StageMeasure Stage = "measure" // the measuring COG
	StageDisplay Stage = "display" // the display COG
	StageCollect Stage = "collect" // the results out of the private folder, hashed
	StageDone    Stage = "done"
)

// stages has the share of each stage in the time of a conversion, roughly.
var stages = []struct {
	stage Stage
	share float64
}{{StageCopy, 0.04}, {StageRead, 0.36}, {StageMeasure, 0.20}, {StageDisplay, 0.35}, {StageCollect, 0.05}, {StageDone, 0}}

// Overall is how much of the whole conversion is done, 0 to 1. It never falls.
func (p Progress) Overall() float64 {
	before := 0.0
	for _, s := range stages {
		if s.stage == p.Stage {
			return min(1, before+s.share*min(max(p.Done, 0), 1))
		}
		before += s.share
	}
	return 0
}

// Config says how originals are converted. The zero Config is the default.
type Config struct {
	WorkRoot  string         // private work folders are made here, best inside one that only we may walk; default os.TempDir()
	UID, GID  uint32         // of the child when this process is root; 0 takes one that no other child has
	MaxPixels int64          // budget a picture; default 40e9
	Limits    sandbox.Limits // zero fields get defaults that grow with the picture
	Threads   int            // of GDAL in the child; default the number of CPUs, at most 4
	Log       *slog.Logger   // gets what GDAL says; default slog.Default()
}

// defaultMaxPixels is a flight of 40 km² at 3 cm, four times what one drone
// flies in a day.
const defaultMaxPixels = 40e9

func (c Config) withDefaults() Config {
	if c.WorkRoot == "" {
		c.WorkRoot = os.TempDir()
	}
	if c.MaxPixels == 0 {
		c.MaxPixels = defaultMaxPixels
	}
	if c.Threads == 0 {
		c.Threads = min(runtime.NumCPU(), 4)
	}
	if c.Log == nil {
		c.Log = slog.Default()
	}
	return c
}
