package raster

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"
	"unicode"

	"golang.org/x/sys/unix"

	"jieshi/ingest"
	"jieshi/ingest/sandbox"
)

// Convert makes the display COG and thumbnail of one original and measures it.
//
// A file that is not taken gives a Result with status [Refused] and, as the
// error, its [*ingest.Refusal]; nothing is then left in OutDir. Any other error
// is a fault of ours or the end of ctx. The original is only read: it is
// copied into a private folder, and what is hashed is what is converted.
//
// The private folder is gone when Convert returns. One that a killed process
// left behind is removed by the next Convert, or by [Sweep].
func Convert(ctx context.Context, job Job) (Result, error) {
	job.Config = job.Config.withDefaults()
	if job.OnStage == nil {
		job.OnStage = func(Progress) {}
	}
	c := conversion{Job: job, result: Result{Status: Refused}}
	err := c.run(ctx)
	if refusal := (*ingest.Refusal)(nil); errors.As(err, &refusal) {
		r := Result{
			Status: Refused, Code: refusal.Code, Reason: &refusal.Reason, Remedy: &refusal.Remedy, Where: refusal.Where,
			SHA256: c.sha256, Bytes: c.size, Isolation: c.isolation,
		}
		return r, refusal
	}
	if err != nil {
		return Result{}, err
	}
	return c.result, nil
}

// conversion is one run of Convert.
type conversion struct {
	Job
	dir       *workDir
	size      int64
	sha256    string
	header    Header
	isolation *sandbox.Isolation
	result    Result
}

func (c *conversion) run(ctx context.Context) (err error) {
	if !c.To.IsZero() && c.To.Before(c.From) {
		return refuse(CodeCaptureOutOfOrder, c.From.Format(time.RFC3339)+" / "+c.To.Format(time.RFC3339))
	}
	if err := c.Told.check(); err != nil {
		return err
	}
	if err := Sweep(c.Config.WorkRoot); err != nil {
		return err
	}
	if c.dir, err = newWorkDir(c.Config.WorkRoot); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, c.dir.remove()) }()
	if err := c.copyOriginal(ctx); err != nil {
		return err
	}
	if err := c.checkOriginal(); err != nil {
		return err
	}
	if err := c.child(ctx); err != nil {
		return err
	}
	c.OnStage(Progress{Stage: StageCollect})
	if err := c.collect(); err != nil {
		return err
	}
	c.OnStage(Progress{Stage: StageDone, Done: 1})
	return nil
}

// copyOriginal copies and hashes in one go, so that the two cannot differ.
func (c *conversion) copyOriginal(ctx context.Context) (err error) {
	// O_NONBLOCK: a named pipe must not hang us before it is found to be one.
	in, err := os.OpenFile(c.Source, os.O_RDONLY|unix.O_NONBLOCK, 0)
	if err != nil {
		return fmt.Errorf("raster: original: %w", err)
	}
	defer func() { _ = in.Close() }() // only read
	info, err := in.Stat()
	if err != nil {
		return fmt.Errorf("raster: original: %w", err)
	}
	if !info.Mode().IsRegular() {
		return refuse(CodeNotAFile, info.Mode().Type().String())
	}
	out, err := os.OpenFile(c.dir.file(originalName), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o644)
	if err != nil {
		return fmt.Errorf("raster: private copy: %w", err)
	}
	defer func() { err = errors.Join(err, out.Close()) }()
	hash := sha256.New()
	report := &copyProgress{ctx: ctx, total: info.Size(), tell: c.OnStage}
	if c.size, err = io.Copy(io.MultiWriter(out, hash, report), in); err != nil {
		return fmt.Errorf("raster: private copy: %w", err)
	}
	c.sha256 = hex.EncodeToString(hash.Sum(nil))
	return out.Chmod(0o444)
}

// copyProgress counts what is copied and stops when the context ends.
type copyProgress struct {
	ctx         context.Context
	done, total int64
	told        int64
	tell        func(Progress)
}

func (p *copyProgress) Write(b []byte) (int, error) {
	if err := p.ctx.Err(); err != nil {
		return 0, err
	}
	p.done += int64(len(b))
	if p.done-p.told >= 64<<20 {
		p.told = p.done
		p.tell(Progress{Stage: StageCopy, Done: min(1, float64(p.done)/float64(p.total))})
	}
	return len(b), nil
}

func (c *conversion) checkOriginal() error {
	f, err := os.Open(c.dir.file(originalName))
	if err != nil {
		return fmt.Errorf("raster: private copy: %w", err)
	}
	defer func() { _ = f.Close() }() // only read
	c.header, err = CheckHeader(f, c.size, c.Config.MaxPixels)
	return err
}

// systemFolders are what GDAL and PROJ read of the system, and nothing else.
var systemFolders = []string{
	"/usr/share/proj", "/usr/share/gdal", "/usr/local/share/proj", "/usr/local/share/gdal",
	"/usr/lib", "/usr/lib64", "/usr/local/lib", "/lib", "/lib64",
}

// passedOn are variables that say where an unusual installation keeps its data.
var passedOn = []string{"PROJ_LIB", "PROJ_DATA", "GDAL_DATA", "LD_LIBRARY_PATH"}

func (c *conversion) child(ctx context.Context) error {
	stdin, err := json.Marshal(ask{Bits: c.header.Bits, Threads: c.Config.Threads, From: c.From, To: c.To, Told: c.Told, Cited: c.header.Citations})
	if err != nil {
		return err
	}
	env := []string{"LANG=C.UTF-8", "HOME=/nonexistent"}
	for name, value := range settings {
		env = append(env, name+"="+value)
	}
	readOnly := append([]string{}, systemFolders...)
	for _, name := range passedOn {
		if value := os.Getenv(name); value != "" {
			env = append(env, name+"="+value)
			readOnly = append(readOnly, filepath.SplitList(value)...)
		}
	}
	lines := &answers{tell: c.OnStage}
	err = sandbox.Run(ctx, sandbox.Command{
		Args: []string{"convert"}, Dir: c.dir.path, ReadOnly: readOnly, Env: env, Stdin: stdin, Stdout: lines,
		UID: c.Config.UID, GID: c.Config.GID, Limits: c.limits(), Log: c.Config.Log,
	})
	c.isolation = lines.isolation
	if err != nil {
		return c.judgeFailure(err)
	}
	return c.judgeAnswer(lines)
}

// limits grow with the picture: 1 CPU second for 200 000 pixels is a tenth of
// the speed measured, and the largest file is the measuring COG, all levels of
// which compress to less than twice the samples.
func (c *conversion) limits() sandbox.Limits {
	l, px := c.Config.Limits, uint64(c.header.Pixels())
	if l.Memory == 0 {
		l.Memory = 4 << 30
	}
	if l.CPU == 0 {
		l.CPU = 2*time.Minute + time.Duration(px/200_000)*time.Second
	}
	if l.Wall == 0 {
		l.Wall = 2 * l.CPU
	}
	if l.FileSize == 0 {
		l.FileSize = 256<<20 + (5+2*uint64(c.header.Bands*max(c.header.Bits, 8)/8))*px
	}
	if l.OpenFiles == 0 {
		l.OpenFiles = 64
	}
	if l.Output == 0 {
		l.Output = 64 << 20
	}
	return l
}

// judgeFailure makes a refusal of what the file did to the child. What the
// child said last goes to our log only.
func (c *conversion) judgeFailure(err error) error {
	var fail *sandbox.Failure
	if !errors.As(err, &fail) {
		return err
	}
	c.Config.Log.Warn("conversion broke off", "kind", fail.Kind, "status", fail.Status, "sha256", c.sha256, "stderr", fail.Stderr)
	switch fail.Kind {
	case sandbox.TimeLimit:
		return refuse(CodeTimeLimit, "")
	case sandbox.MemoryLimit:
		return refuse(CodeMemoryLimit, "")
	case sandbox.OutputLimit, sandbox.Crash:
		return refuse(CodeConverterFailed, "")
	case sandbox.Exit:
	}
	return fmt.Errorf("raster: %w", err)
}

func (c *conversion) judgeAnswer(lines *answers) error {
	switch {
	case lines.err != nil || len(lines.partial) > 0:
		return fmt.Errorf("raster: answer of the child: %w", errors.Join(lines.err, io.ErrUnexpectedEOF))
	case lines.last.Refusal != nil:
		return c.relay(lines.last.Refusal)
	case lines.last.Fault != "":
		return errors.New(lines.last.Fault)
	case lines.last.Result == nil || lines.isolation == nil:
		return errors.New("raster: the child did not answer")
	}
	c.result = *lines.last.Result
	c.result.Status, c.result.SHA256, c.result.Bytes, c.result.Isolation = Ready, c.sha256, c.size, c.isolation
	return nil
}

// relay says a refusal of the child in our own words: only its code and a short
// plain place are taken over.
func (c *conversion) relay(r *ingest.Refusal) error {
	if _, known := phrase[r.Code]; !known {
		return fmt.Errorf("raster: the child refused with the unknown code %q", r.Code)
	}
	where := strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return -1
	}, r.Where)
	return refuse(r.Code, strings.ToValidUTF8(where[:min(len(where), 200)], ""))
}

// answers reads the lines of the child as they come.
type answers struct {
	tell      func(Progress)
	partial   []byte
	last      answer
	isolation *sandbox.Isolation
	err       error
}

func (a *answers) Write(p []byte) (int, error) {
	a.partial = append(a.partial, p...)
	for {
		i := bytes.IndexByte(a.partial, '\n')
		if i < 0 {
			return len(p), nil
		}
		var one answer
		if err := json.Unmarshal(a.partial[:i], &one); err != nil {
			a.err = errors.Join(a.err, err)
		}
		a.partial = a.partial[i+1:]
		switch {
		case one.Progress != nil:
			a.tell(*one.Progress)
		case one.Isolation != nil && a.isolation == nil:
			a.isolation = one.Isolation
		default:
			a.last = one
		}
	}
}
