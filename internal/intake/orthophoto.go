package intake

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/google/uuid"

	"jieshi/ingest"
	"jieshi/ingest/raster"
	"jieshi/internal/blob"
	"jieshi/mediation"
)

// An OrthophotoRequest says which case a picture belongs to.
type OrthophotoRequest struct {
	Case         string
	Filename     string
	CapturedFrom time.Time // zero: not told
	CapturedTo   time.Time
	Told         raster.Told         // what the file does not say itself
	OnProgress   func(mediation.Job) // of [Intake.Orthophoto], now and then; may be nil
}

// An OrthophotoResult says what became of a picture: all that was measured of it.
type OrthophotoResult struct {
	Orthophoto uuid.UUID `json:"orthophoto"`
	Case       string    `json:"case"`
	Known      bool      `json:"known,omitempty"` // brought before; nothing was stored again
	raster.Result
}

// Orthophoto takes in one GeoTIFF: it orders the work on the file and waits for
// its end. The original is kept byte for byte, two COGs and a thumbnail are made
// from it in the sandbox. Bad input is an [*ingest.Refusal], and leaves nothing but the
// job that says so.
func (in *Intake) Orthophoto(ctx context.Context, r io.Reader, q OrthophotoRequest) (result OrthophotoResult, err error) {
	placed, err := in.PlaceOrthophoto(ctx, r, q)
	if err != nil {
		return result, err
	}
	return Finish[OrthophotoResult](ctx, in, placed, q.OnProgress)
}

// PlaceOrthophoto takes the bytes of a GeoTIFF and orders the work on them.
func (in *Intake) PlaceOrthophoto(ctx context.Context, r io.Reader, q OrthophotoRequest) (Placed, error) {
	o, err := OrthophotoOrder(q)
	if err != nil {
		return Placed{}, err
	}
	return in.place(ctx, r, in.orthophotoBytes(), o)
}

// orthophoto makes the orthophoto of a job from its file at path.
func (in *Intake) orthophoto(ctx context.Context, j mediation.Job, path string, show *meter) (err error) {
	var options orthophotoOptions
	if err := json.Unmarshal(j.Options, &options); err != nil {
		return fmt.Errorf("options of the order: %w", err)
	}
	if report, err := in.Store.OrthophotoReport(ctx, j.Case, j.SHA256); !errors.Is(err, mediation.ErrNotFound) {
		return in.keepKnown(ctx, j, report, err)
	}
	files, err := in.arrive(ctx)
	if err != nil {
		return err
	}
	defer func() { files.end(ctx, err) }()
	dir, remove, err := in.Files.Workspace()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, remove()) }()

	converted, err := raster.Convert(ctx, raster.Job{
		Source: path, OutDir: dir, From: timeOrZero(options.CapturedFrom), To: timeOrZero(options.CapturedTo), Told: options.Told, Config: in.Raster,
		OnStage: func(p raster.Progress) { show.at(string(p.Stage), 0.95*p.Overall()) },
	})
	if err != nil {
		return err
	}
	if converted.SHA256 != j.SHA256.String() {
		return fmt.Errorf("orthophoto %s was converted as %s", j.SHA256, converted.SHA256)
	}
	show.at("save", 0.95)
	return in.keep(ctx, j, files, converted)
}

// keepKnown ends the job of a picture that came to the case before.
func (in *Intake) keepKnown(ctx context.Context, j mediation.Job, report json.RawMessage, err error) error {
	if err != nil {
		return err
	}
	var before raster.Result
	if err := json.Unmarshal(report, &before); err != nil {
		return fmt.Errorf("report of the orthophoto: %w", err)
	}
	photo := mediation.NewOrthophoto{Case: j.Case, Original: mediation.Asset{SHA256: j.SHA256, Size: j.Size}, Attempt: attemptAt(j)}
	_, _, err = in.Store.SaveOrthophoto(ctx, photo, tellOrthophoto(j, before), nil)
	return err
}

func tellOrthophoto(j mediation.Job, converted raster.Result) func(uuid.UUID, bool) (json.RawMessage, error) {
	return func(id uuid.UUID, known bool) (json.RawMessage, error) {
		return json.Marshal(OrthophotoResult{Orthophoto: id, Case: j.Case, Known: known, Result: converted})
	}
}

// keep stores a converted picture with its derivatives.
func (in *Intake) keep(ctx context.Context, j mediation.Job, files *arrival, converted raster.Result) error {
	if converted.ValidPixels == 0 {
		return &ingest.Refusal{
			Code:   "no_valid_pixels",
			Reason: ingest.Text{ZH: "影像中没有任何有效像素。", EN: "The picture has not one valid pixel."},
			Remedy: ingest.Text{ZH: "请检查掩膜、透明通道或无效值设置后重新导出。", EN: "Check mask, alpha and nodata in the program that made it, and export it again."},
		}
	}
	display, err := files.adopt(ctx, converted.Display)
	if err != nil {
		return err
	}
	measure, err := files.adopt(ctx, converted.Measure)
	if err != nil {
		return err
	}
	thumbnail, err := files.adopt(ctx, converted.Thumbnail)
	if err != nil {
		return err
	}
	var contours *blob.Incoming
	if c := converted.Contours; c != nil {
		if contours, err = files.adopt(ctx, c.Path); err != nil {
			return err
		}
		c.Path = ""
	}

	converted.Display, converted.Measure, converted.Thumbnail = "", "", "" // names of the moment, gone by now
	footprint, err1 := json.Marshal(converted.FootprintWGS84)
	report, err2 := json.Marshal(converted)
	if err := errors.Join(err1, err2); err != nil {
		return fmt.Errorf("report of the orthophoto: %w", err)
	}
	photo := mediation.NewOrthophoto{
		Case: j.Case, Filename: j.Filename, Attempt: attemptAt(j),
		Original:    mediation.Asset{SHA256: j.SHA256, Size: j.Size, MediaType: "image/tiff"},
		Display:     derived(display, j.SHA256, "image/tiff; application=geotiff; profile=cloud-optimized", converted.Engine),
		DisplayZoom: converted.DisplayZoom, Kind: kindOf(converted.Kind),
		Measure:   derived(measure, j.SHA256, "image/tiff; application=geotiff; profile=cloud-optimized", converted.Engine),
		Thumbnail: derived(thumbnail, j.SHA256, "image/jpeg", converted.Engine),
		SRID:      converted.SRID, CRSName: converted.CRSName, CRSDeclared: converted.CRSFrom == raster.CRSTold || converted.CRSFrom == raster.CRSPRJ, GSDM: converted.GSD, Width: converted.Width, Height: converted.Height,
		ValidFraction: converted.ValidFraction, ValidAreaM2: converted.ValidArea, Footprint: footprint, ToleranceM: converted.FootprintWithin, Report: report,
	}
	if c := converted.Capture; c != nil && c.Zone == "utc" {
		photo.CapturedFrom, photo.CapturedTo = c.From, c.To
	}
	if contours != nil {
		a := derived(contours, j.SHA256, "application/geo+json", converted.Engine)
		photo.Contours = &a
	}
	_, _, err = in.Store.SaveOrthophoto(ctx, photo, tellOrthophoto(j, converted), func() error {
		err := errors.Join(display.Keep(ctx), measure.Keep(ctx), thumbnail.Keep(ctx))
		if contours != nil {
			err = errors.Join(err, contours.Keep(ctx))
		}
		return err
	})
	return err
}

// kindOf names what the values of a picture are.
func kindOf(k raster.Kind) mediation.OrthophotoKind {
	if k == raster.KindPicture {
		return mediation.Picture
	}
	return mediation.OrthophotoKind(k)
}

func derived(in *blob.Incoming, from mediation.Hash, mediaType, engine string) mediation.Asset {
	return mediation.Asset{SHA256: in.SHA256, Size: in.Size, MediaType: mediaType, DerivedFrom: &from, DerivedBy: engine}
}
