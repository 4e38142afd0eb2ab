package raster

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"runtime/debug"
	"time"

	"jieshi/ingest"
	"jieshi/ingest/sandbox"
)

// originalName is the one file in the private folder. The name that the
// original had outside is never shown to GDAL: names can mean other drivers.
const originalName = "original.tif"

// ask is what the parent tells the child.
type ask struct {
	Bits    int       `json:"bits"` // a sample, from the header
	Threads int       `json:"threads"`
	From    time.Time `json:"from"`
	To      time.Time `json:"to"`
	Told    Told      `json:"told"`
	Cited   []string  `json:"cited"` // names of CRSs, from the header
}

// answer is one line that the child writes: how far it is, or how it ended.
type answer struct {
	Progress  *Progress          `json:"progress,omitempty"`
	Isolation *sandbox.Isolation `json:"isolation,omitempty"` // the first line
	Result    *Result            `json:"result,omitempty"`
	Refusal   *ingest.Refusal    `json:"refusal,omitempty"`
	Fault     string             `json:"fault,omitempty"` // of ours, for the log
}

// ConvertMain is the child: it confines itself, converts the one file of its
// folder as stdin asks, and answers on stdout. The program calls it for its
// hidden verb "convert" before anything else and exits with what it returns:
// 0 if it answered, 1 if it could not even do that.
func ConvertMain(stdin io.Reader, stdout io.Writer) int {
	out := json.NewEncoder(stdout)
	isolation, err := sandbox.Enter()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	if out.Encode(answer{Isolation: &isolation}) != nil {
		return 1
	}
	debug.SetGCPercent(50) // buffers are reused; what is left is better GDAL's
	log := slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelDebug}))
	var a ask
	if err := json.NewDecoder(stdin).Decode(&a); err != nil {
		fmt.Fprintln(os.Stderr, "convert: what to do:", err)
		return 1
	}
	result, err := convertOriginal(a, log, func(p Progress) { _ = out.Encode(answer{Progress: &p}) })
	if out.Encode(answerOf(result, err)) != nil {
		return 1
	}
	return 0
}

func answerOf(result *Result, err error) answer {
	if refusal := (*ingest.Refusal)(nil); errors.As(err, &refusal) {
		return answer{Refusal: refusal}
	}
	if err != nil {
		return answer{Fault: err.Error()}
	}
	return answer{Result: result}
}

// convertOriginal does the work in the current folder.
func convertOriginal(a ask, log *slog.Logger, progress func(Progress)) (*Result, error) {
	if err := Start(); err != nil {
		return nil, err
	}
	ds, err := openOriginal(originalName, a.Threads, log)
	if err != nil {
		return nil, err
	}
	defer func() { _ = ds.Close() }() // only read
	g, err := newGrid(ds, a.Told, a.Cited)
	if err != nil {
		return nil, err
	}
	defer g.crs.ref.Close()
	t, err := g.lonLat()
	if err != nil {
		return nil, err
	}
	defer t.close()
	// Everything that can be refused without pixels is, before they are read.
	boundsWGS84, err := g.boundsWGS84(t)
	if err != nil {
		return nil, err
	}
	place, err := g.webPlace()
	if err != nil {
		return nil, err
	}
	defer place.close()
	s, err := newSource(ds, g, a.Bits)
	if err != nil {
		return nil, err
	}
	sh, err := newShade(s, a.Threads, log)
	if err != nil {
		return nil, err
	}
	if sh.relief, err = reliefOf(s, a.Told.Kind); err != nil {
		return nil, err
	}
	l := measureLook(s, a.Threads)
	p, err := readAll(s, l, sh, log, func(done float64) { progress(Progress{Stage: StageRead, Done: done}) })
	if err != nil {
		return nil, err
	}
	var contours func([]string) error
	if p.relief != nil {
		contours = func(sheets []string) (err error) {
			p.contours, err = p.drawContours(l, sheets, t)
			return err
		}
	}
	if err := writeMeasure(l, g, log, contours, func(done float64) { progress(Progress{Stage: StageMeasure, Done: done}) }); err != nil {
		return nil, err
	}
	r, err := p.show(l, sh, place, func(done float64) { progress(Progress{Stage: StageDisplay, Done: done}) })
	if err != nil {
		return nil, err
	}
	r.BoundsWGS84 = boundsWGS84
	r.Kind = a.Told.Kind
	r.Capture = captureOf(a, ds.Metadata("TIFFTAG_DATETIME"))
	if r.Capture != nil && r.Capture.Source == CaptureTIFF {
		r.Notes = append(r.Notes, ingest.Note{
			Code: "capture_from_tiff",
			Text: "The time is the file's own (TIFFTAG_DATETIME), a local time without zone, and may be that of processing. 时间取自文件自身（TIFFTAG_DATETIME），为不带时区的当地时间，可能是成图时间而非航飞时间。",
		})
	}
	return r, p.measure(r, t)
}

// show makes what people see: the display COG and the thumbnail, from the
// finest sheet of the measuring COG, which is then removed.
func (p *pass) show(l look, sh *shade, place *webPlace, progress func(float64)) (*Result, error) {
	sheet, err := l.openSheet(measureSheet, p.src.grid.width, p.src.grid.height, p.log)
	if err != nil {
		return nil, err
	}
	src := p.src.measured(sheet)
	sh.src = src
	sharp, err := sharpness(src, sh, p.log)
	if err != nil {
		_ = sheet.ds.Close()
		return nil, err
	}
	w, err := writeDisplay(src, sh, place, p.log, progress)
	if err := errors.Join(err, sheet.close()); err != nil {
		return nil, err
	}
	if err := writeThumbnail(w.pixelsOf(place.extent), p.log); err != nil {
		return nil, err
	}
	r := p.result(sh)
	r.DisplayZoom, r.Sharpness = w.zoom, sharp
	if p.relief != nil {
		r.SlopeArea, r.Contours, r.Sharpness = &p.slope, p.contours, nil
	}
	r.warn()
	return r, os.Remove(measureSheet)
}

// result says what needs no transformation.
func (p *pass) result(sh *shade) *Result {
	g := p.src.grid
	return &Result{
		Status: Ready,
		SRID:   g.crs.srid, CRSName: g.crs.name, CRSWKT: g.crs.wkt, CRSFrom: g.crs.from, Unit: g.crs.metres,
		Width: g.width, Height: g.height, Bands: p.src.bands, DataType: p.src.dtype.String(),
		SouthUp: g.southUp, BlockSize: p.src.block,
		ValidPixels: p.valid, ValidFraction: float64(p.valid) / (float64(g.width) * float64(g.height)), MaskFrom: p.src.mask,
		Bounds: g.bounds(), Scale: sh.scale, Histograms: p.tally.histograms(), Notes: g.crs.notes, Engine: engine(),
	}
}

// measure fills in what is measured on the ground.
func (p *pass) measure(r *Result, t *lonLatTransform) (err error) {
	g := p.src.grid
	if r.GSD, err = g.gsd(t); err != nil {
		return err
	}
	if r.ValidArea, r.AreaMethod, err = g.validArea(p.rowValid, t); err != nil {
		return err
	}
	outline, err := p.cover.footprint(p.log)
	if err != nil {
		return err
	}
	moved, err := lonLatFootprint(outline, g, t)
	if err != nil {
		return err
	}
	r.Footprint = Footprint{Type: "MultiPolygon", Coordinates: outline}
	r.FootprintWGS84 = Footprint{Type: "MultiPolygon", Coordinates: moved}
	r.FootprintCell = r.GSD * float64(p.cover.factor)
	r.FootprintWithin = r.FootprintCell
	return nil
}

// captureOf believes a person before the file.
func captureOf(a ask, datetime string) *Capture {
	if !a.From.IsZero() {
		to := a.To
		if to.IsZero() {
			to = a.From
		}
		return &Capture{From: a.From.UTC(), To: to.UTC(), Zone: "utc", Source: CaptureTold}
	}
	wall, err := time.Parse("2006:01:02 15:04:05", datetime) // TIFF 6.0, section 8
	if err != nil || wall.Year() < 1970 {
		return nil // absent, or zeros as some cameras write
	}
	return &Capture{From: wall, To: wall, Zone: "unknown", Source: CaptureTIFF}
}
