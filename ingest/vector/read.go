package vector

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"jieshi/ingest"
	"jieshi/ingest/sandbox"
)

// defaultMaxBytes is a GeoPackage of some 10^7 parcels.
const defaultMaxBytes = 16 << 30

func (o ReadOptions) withDefaults() ReadOptions {
	if o.WorkRoot == "" {
		o.WorkRoot = os.TempDir()
	}
	if o.MaxBytes == 0 {
		o.MaxBytes = defaultMaxBytes
	}
	if o.Log == nil {
		o.Log = slog.Default()
	}
	return o
}

// ReadPolygons reads the polygons of one layer of the file at path, which is a
// Shapefile (the .shp, or a zip of its parts), GeoPackage, GeoJSON or
// FlatGeobuf by its content, whatever its name says. Each is called for every
// feature that has polygons, in the order of the file, by the goroutine that
// called ReadPolygons; it may keep the ground. The layer is the same every time.
//
// Coordinates are metres in the projected CRS of [PolygonLayer.CRS]. Memory is
// that of the largest feature. A copy of the file lies in the work folder as
// long as ReadPolygons runs.
//
// A file that is not taken gives an [*ingest.Refusal], perhaps after some
// features: what each has been given is then worth nothing. An error of each
// ends the reading and is returned as it is. Any other error is a fault of ours
// or the end of ctx.
func ReadPolygons(ctx context.Context, path string, o ReadOptions, each func(*PolygonLayer, Ground) error) (*Reading, error) {
	// A program that does not know the verb would start itself for ever.
	if os.Getenv("JIESHI_SANDBOX") != "" {
		return nil, errors.New("vector: started as a child, which ReadMain should have run")
	}
	r := reader{ReadOptions: o.withDefaults(), each: each, reading: &Reading{}}
	if err := r.run(ctx, path); err != nil {
		return nil, err
	}
	return r.reading, nil
}

// reader is one run of ReadPolygons.
type reader struct {
	ReadOptions
	each     func(*PolygonLayer, Ground) error
	shapes   *shapes // of ReadWalks, instead of each
	original original
	reading  *Reading
	ended    bool
}

func (r *reader) run(ctx context.Context, path string) (err error) {
	f, err := newFolder(r.WorkRoot)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.remove()) }()
	r.original = original{ctx: ctx, folder: f, maxBytes: r.MaxBytes, layer: r.Layer}
	if err := r.original.take(path); err != nil {
		return err
	}
	if r.original.title != "" && r.Layer != "" && r.Layer != r.original.title {
		return refuse(CodeLayerUnknown, listed([]string{r.original.title}))
	}
	if driver := r.original.format.driver; r.shapes != nil && driver != shapefile.driver && driver != geoPackage.driver {
		return refuse(CodeFormat, "")
	}
	r.original.gbk = r.shapes != nil && r.original.format == shapefile && saysGBK(f)
	r.reading.SHA256, r.reading.Bytes = r.original.sha256, r.original.size
	return r.child(ctx)
}

// errStopped ends the child because its parent wants no more.
var errStopped = errors.New("vector: reading stopped")

// child runs the child and takes its answer as it comes.
func (r *reader) child(ctx context.Context) error {
	command, err := r.command()
	if err != nil {
		return err
	}
	answer, to := io.Pipe()
	command.Stdout = to
	running, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	ended := make(chan error, 1)
	go func() {
		err := sandbox.Run(running, command)
		_ = to.Close()
		ended <- err
	}()
	took := r.take(answer)
	if took != nil {
		stop(errStopped)
		_ = answer.CloseWithError(errStopped)
	}
	return r.judge(ctx, took, <-ended)
}

// systemFolders are what GDAL and PROJ read of the system, and nothing else.
var systemFolders = []string{
	"/usr/share/proj", "/usr/share/gdal", "/usr/local/share/proj", "/usr/local/share/gdal",
	"/usr/lib", "/usr/lib64", "/usr/local/lib", "/lib", "/lib64",
}

// passedOn are variables that say where an unusual installation keeps its data.
var passedOn = []string{"PROJ_LIB", "PROJ_DATA", "GDAL_DATA", "LD_LIBRARY_PATH"}

func (r *reader) command() (sandbox.Command, error) {
	f := r.original.format
	a := ask{Driver: f.driver, File: cmp.Or(f.open, f.name), Layer: r.Layer, SRID: r.SRID, Validity: r.Validity, Walks: r.shapes != nil}
	if r.original.title != "" {
		a.Layer = "" // GDAL knows it by the name of the copy
	}
	stdin, err := json.Marshal(a)
	if err != nil {
		return sandbox.Command{}, err
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
	return sandbox.Command{
		Args: []string{"read-vector"}, Dir: r.original.folder.path, ReadOnly: readOnly, Env: env, Stdin: stdin,
		UID: r.UID, GID: r.GID, Limits: r.limits(), Log: r.Log,
	}, nil
}

// limits grow with the file. GDAL reads some 30 MB a second of the slowest
// format, GeoJSON, which it keeps in memory at up to ten times its size;
// coordinates take 16 bytes in the answer and at least 4 in a file.
func (r *reader) limits() sandbox.Limits {
	l, size := r.Limits, uint64(r.original.total) //nolint:gosec // a size
	if l.Memory == 0 {
		l.Memory = 4 << 30
	}
	if l.CPU == 0 {
		l.CPU = 2*time.Minute + time.Duration(size>>20)*time.Second
	}
	if l.Wall == 0 {
		l.Wall = 10 * l.CPU // the caller may be slower than the child
	}
	if l.FileSize == 0 {
		l.FileSize = 1 << 20 // it has nothing to write
	}
	if l.OpenFiles == 0 {
		l.OpenFiles = 64
	}
	if l.Output == 0 {
		l.Output = 64<<20 + 32*int(size) //nolint:gosec // bounded by MaxBytes
	}
	return l
}

// take reads frames until the end of the answer.
func (r *reader) take(answer io.Reader) error {
	frames := newFrameReader(answer)
	for {
		kind, payload, err := frames.next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if err := r.frame(kind, payload); err != nil {
			return err
		}
	}
}

// errFault is what the child calls a fault of ours.
type errFault struct{ text string }

func (e errFault) Error() string { return "vector: child: " + e.text }

func (r *reader) frame(kind byte, payload []byte) error {
	switch kind {
	case frameIsolation:
		return json.Unmarshal(payload, &r.reading.Isolation)
	case frameLayer:
		return r.layer(payload)
	case frameGround:
		if r.reading.Layer == nil || r.ended {
			return fmt.Errorf("%w: ground out of turn", errFrame)
		}
		ground, err := decodeGround(payload)
		if err != nil {
			return err
		}
		r.reading.Polygons++
		if err := r.each(r.reading.Layer, ground); err != nil {
			return ofCaller{err}
		}
		return nil
	case frameShapes, frameRow:
		if r.shapes == nil || r.ended {
			return fmt.Errorf("%w: shapes out of turn", errFrame)
		}
		return r.shapes.frame(kind, payload, r.original.title)
	case frameRefusal:
		return r.relay(payload)
	case frameFault:
		return errFault{plain(string(payload), 2000)}
	case frameEnd:
		return r.end(payload)
	}
	return fmt.Errorf("%w: frame %q", errFrame, kind)
}

// ofCaller marks an error of the function that the caller gave.
type ofCaller struct{ error }

func (r *reader) layer(payload []byte) error {
	var t told
	if err := json.Unmarshal(payload, &t); err != nil || r.reading.Layer != nil {
		return errors.Join(errFrame, err)
	}
	if r.original.title != "" {
		t.Name = r.original.title
	}
	if code := r.original.srid; code != 0 && t.Declared.SRID != code {
		return refuse(CodeCRSNotAllowed, fmt.Sprintf("EPSG:%d", code))
	}
	l, err := t.layer(r.original.format.driver)
	r.reading.Layer = l
	return err
}

// relay says a refusal of the child in our own words: only its code and a short
// plain place are taken over.
func (r *reader) relay(payload []byte) error {
	var said ingest.Refusal
	if err := json.Unmarshal(payload, &said); err != nil {
		return errors.Join(errFrame, err)
	}
	if _, known := phrase[said.Code]; !known {
		return fmt.Errorf("%w: it refused with the unknown code %q", errFrame, said.Code)
	}
	return refuse(said.Code, plain(said.Where, longestWhere))
}

func (r *reader) end(payload []byte) error {
	var t tally
	if err := json.Unmarshal(payload, &t); err != nil || r.ended || (r.reading.Layer == nil) == (r.shapes == nil) {
		return errors.Join(errFrame, err)
	}
	if r.shapes != nil {
		r.ended = true
		return r.shapes.end(t)
	}
	g := r.reading
	if t.Polygons != g.Polygons {
		return fmt.Errorf("%w: %d features of %d came", errFrame, g.Polygons, t.Polygons)
	}
	g.Lines, g.Points, g.Empty, g.Others, g.Parts, g.Arcs = t.Lines, t.Points, t.Empty, t.Others, t.Parts, t.Arcs
	g.Notes = append(g.Notes, g.Layer.Notes...)
	if n := g.Skipped(); n > 0 {
		g.Notes = append(g.Notes, ingest.Note{Code: "not_polygons_skipped", Text: fmt.Sprintf(
			"%d features were left out: %d lines, %d points, %d without geometry, %d others. 已略过 %d 个非面要素：线 %d、点 %d、无几何 %d、其他 %d。",
			n, g.Lines, g.Points, g.Empty, g.Others, n, g.Lines, g.Points, g.Empty, g.Others)})
	}
	if g.Parts > 0 {
		g.Notes = append(g.Notes, ingest.Note{Code: "parts_skipped", Text: fmt.Sprintf(
			"%d lines and points inside of collections were left out. 已略过几何集合中的 %d 个线、点。", g.Parts, g.Parts)})
	}
	if g.Arcs > 0 {
		g.Notes = append(g.Notes, ingest.Note{Code: "arcs_replaced", Text: fmt.Sprintf(
			"%d arcs were replaced by chords within 1 mm of them. %d 段圆弧已用弦代替，偏差不超过 1 毫米。", g.Arcs, g.Arcs)})
	}
	r.ended = true
	return nil
}

// judge makes one error of how the answer was taken and how the child ended.
func (r *reader) judge(ctx context.Context, took, ended error) error {
	var fail *sandbox.Failure
	var refusal *ingest.Refusal
	var caller ofCaller
	switch {
	case errors.As(took, &caller):
		return caller.error
	case errors.As(took, &refusal):
		return refusal
	case ctx.Err() != nil:
		return fmt.Errorf("vector: %w", context.Cause(ctx))
	case errors.As(took, new(errFault)):
		return took
	case errors.As(ended, &fail) && !errors.Is(took, errFrame):
		return r.judgeFailure(fail)
	case took != nil:
		return fmt.Errorf("vector: %w", took)
	case ended != nil:
		return fmt.Errorf("vector: %w", ended)
	case !r.ended:
		return fmt.Errorf("%w: it is cut off", errFrame)
	}
	return nil
}

// judgeFailure makes a refusal of what the file did to the child. What the
// child said last goes to our log only.
func (r *reader) judgeFailure(fail *sandbox.Failure) error {
	r.Log.Warn("reading broke off", "kind", fail.Kind, "status", fail.Status, "sha256", r.reading.SHA256, "stderr", fail.Stderr)
	switch fail.Kind {
	case sandbox.TimeLimit:
		return refuse(CodeTimeLimit, "")
	case sandbox.MemoryLimit:
		return refuse(CodeMemoryLimit, "")
	case sandbox.OutputLimit, sandbox.Crash:
		return refuse(CodeReaderFailed, "")
	case sandbox.Exit:
	}
	return fmt.Errorf("vector: %w", fail)
}
