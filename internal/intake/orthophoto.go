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
	Told         raster.Told           // what the file does not say itself
	OnStage      func(raster.Progress) // may be nil
}

// An OrthophotoResult says what became of a picture: all that was measured of it.
type OrthophotoResult struct {
	Orthophoto uuid.UUID `json:"orthophoto"`
	Case       string    `json:"case"`
	Known      bool      `json:"known,omitempty"` // brought before; nothing was stored again
	raster.Result
}

// Orthophoto takes in one GeoTIFF: the original is kept byte for byte, two
// COGs and a thumbnail are made from it in the sandbox. Bad input is an
// [*ingest.Refusal], and leaves nothing.
func (in *Intake) Orthophoto(ctx context.Context, r io.Reader, q OrthophotoRequest) (result OrthophotoResult, err error) {
	if _, err := in.Store.Case(ctx, q.Case); err != nil {
		return result, err
	}
	file, err := in.receive(ctx, r, in.orthophotoBytes())
	if err != nil {
		return result, err
	}
	defer func() { file.end(ctx, err) }()
	dir, remove, err := in.Files.Workspace()
	if err != nil {
		return result, err
	}
	defer func() { err = errors.Join(err, remove()) }()

	converted, err := raster.Convert(ctx, raster.Job{
		Source: file.Path(), OutDir: dir, From: q.CapturedFrom, To: q.CapturedTo, Told: q.Told, Config: in.Raster, OnStage: q.OnStage,
	})
	if err != nil {
		return result, err
	}
	if converted.SHA256 != file.SHA256.String() {
		return result, fmt.Errorf("orthophoto %s was converted as %s", file.SHA256, converted.SHA256)
	}
	return in.keep(ctx, q, file, converted)
}

// keep stores a converted picture with its derivatives.
func (in *Intake) keep(ctx context.Context, q OrthophotoRequest, file *arrival, converted raster.Result) (result OrthophotoResult, err error) {
	if converted.ValidPixels == 0 {
		return result, &ingest.Refusal{
			Code:   "no_valid_pixels",
			Reason: ingest.Text{ZH: "影像中没有任何有效像素。", EN: "The picture has not one valid pixel."},
			Remedy: ingest.Text{ZH: "请检查掩膜、透明通道或无效值设置后重新导出。", EN: "Check mask, alpha and nodata in the program that made it, and export it again."},
		}
	}
	display, err := file.adopt(ctx, converted.Display)
	if err != nil {
		return result, err
	}
	measure, err := file.adopt(ctx, converted.Measure)
	if err != nil {
		return result, err
	}
	thumbnail, err := file.adopt(ctx, converted.Thumbnail)
	if err != nil {
		return result, err
	}

	converted.Display, converted.Measure, converted.Thumbnail = "", "", "" // names of the moment, gone by now
	footprint, err1 := json.Marshal(converted.FootprintWGS84)
	report, err2 := json.Marshal(converted)
	if err := errors.Join(err1, err2); err != nil {
		return result, fmt.Errorf("report of the orthophoto: %w", err)
	}
	photo := mediation.NewOrthophoto{
		Case: q.Case, Filename: cleanFilename(q.Filename, "orthophoto.tif"),
		Original:    mediation.Asset{SHA256: file.SHA256, Size: file.Size, MediaType: "image/tiff"},
		Display:     derived(display, file.SHA256, "image/tiff; application=geotiff; profile=cloud-optimized", converted.Engine),
		DisplayZoom: converted.DisplayZoom,
		Measure:     derived(measure, file.SHA256, "image/tiff; application=geotiff; profile=cloud-optimized", converted.Engine),
		Thumbnail:   derived(thumbnail, file.SHA256, "image/jpeg", converted.Engine),
		SRID:        converted.SRID, CRSName: converted.CRSName, CRSDeclared: converted.CRSFrom == raster.CRSTold || converted.CRSFrom == raster.CRSPRJ, GSDM: converted.GSD, Width: converted.Width, Height: converted.Height,
		ValidFraction: converted.ValidFraction, ValidAreaM2: converted.ValidArea, Footprint: footprint, ToleranceM: converted.FootprintWithin, Report: report,
	}
	if c := converted.Capture; c != nil && c.Zone == "utc" {
		photo.CapturedFrom, photo.CapturedTo = c.From, c.To
	}
	id, known, err := in.Store.SaveOrthophoto(ctx, photo, func() error {
		return errors.Join(file.Keep(ctx), display.Keep(ctx), measure.Keep(ctx), thumbnail.Keep(ctx))
	})
	if err != nil {
		return result, err
	}
	return OrthophotoResult{Orthophoto: id, Case: q.Case, Known: known, Result: converted}, nil
}

func derived(in *blob.Incoming, from mediation.Hash, mediaType, engine string) mediation.Asset {
	return mediation.Asset{SHA256: in.SHA256, Size: in.Size, MediaType: mediaType, DerivedFrom: &from, DerivedBy: engine}
}
