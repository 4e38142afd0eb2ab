package intake

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/google/uuid"

	"jieshi/ingest"
	"jieshi/ingest/archive"
	"jieshi/ingest/flight"
	"jieshi/internal/nodeodm"
	"jieshi/mediation"
)

// mosaics is the part of the database that keeps how far they are.
type mosaics interface {
	Flight(ctx context.Context, id uuid.UUID) (mediation.Flight, []mediation.FlightPhoto, error)
	Mosaic(ctx context.Context, flight uuid.UUID) (mediation.Mosaic, error)
	KeepMosaic(ctx context.Context, flight uuid.UUID, m mediation.Mosaic) error
}

// A MosaicRequest asks for the orthophoto of a flight.
type MosaicRequest struct {
	Flight     uuid.UUID
	Engine     *nodeodm.Client
	OnStage    func(nodeodm.Stage, float64) // may be nil
	OnProgress func(mediation.Job)          // of taking the orthophoto in; may be nil

	// Run is what is not the default of [nodeodm.Job]: pauses and patience.
	Run nodeodm.Job
}

// Mosaic has an engine make the orthophoto of a flight, and takes that in as any
// other picture, through the sandbox. What was sent before is not sent again; an
// orthophoto that was made before is found. An engine that cannot make one of these
// photos is an [*ingest.Refusal].
func (in *Intake) Mosaic(ctx context.Context, q MosaicRequest) (result OrthophotoResult, err error) {
	made, photos, err := in.Store.Flight(ctx, q.Flight)
	if err != nil {
		return result, err
	}
	info, err := q.Engine.Info(ctx)
	if err != nil {
		return result, err
	}
	mosaic, err := in.Store.Mosaic(ctx, q.Flight)
	if err != nil {
		return result, err
	}
	mosaic.Engine = strings.TrimSpace(info.Engine + " " + info.EngineVersion + ", NodeODM " + info.Version)
	path, done, err := in.Files.Local(ctx, made.SHA256)
	if err != nil {
		return result, err
	}
	defer done()
	files, err := in.arrive(ctx) // the workspace is not swept while it is held
	if err != nil {
		return result, err
	}
	defer func() { files.end(ctx, err) }()
	dir, remove, err := in.Files.Workspace()
	if err != nil {
		return result, err
	}
	defer func() { err = errors.Join(err, remove()) }()
	into := filepath.Join(dir, nodeodm.Archive)
	job := q.Run
	job.Name, job.Photos, job.Into, job.Progress = made.Case+" "+made.Filename, sendable(path, photos), into, q.OnStage
	job.Options, job.Outputs = engineOptions(photos), []string{nodeodm.OrthophotoPath}
	if mosaic.State != nil {
		if err := json.Unmarshal(mosaic.State, &job.State); err != nil {
			return result, fmt.Errorf("state of the mosaic: %w", err)
		}
	}
	job.Keep = func(state nodeodm.State) error {
		if mosaic.State, err = json.Marshal(state); err != nil {
			return err
		}
		return in.Store.KeepMosaic(ctx, q.Flight, mosaic)
	}
	if _, err := nodeodm.Run(ctx, q.Engine, job); err != nil {
		return result, in.forget(ctx, q.Flight, mosaic, err)
	}
	result, err = in.takeMosaic(ctx, into, made, mosaic.Engine, q.OnProgress)
	if err != nil {
		return result, err
	}
	mosaic.Orthophoto = &result.Orthophoto
	return result, in.Store.KeepMosaic(ctx, q.Flight, mosaic)
}

// forget clears the state of a task that ended without a picture, so that the next
// try begins anew, and puts what the engine says into words.
func (in *Intake) forget(ctx context.Context, id uuid.UUID, mosaic mediation.Mosaic, err error) error {
	failed, said := (*nodeodm.TaskFailed)(nil), (*nodeodm.Error)(nil)
	switch {
	case errors.As(err, &failed):
		err = &ingest.Refusal{
			Code: "mosaic_failed", Where: strings.Join(failed.Output, "\n"),
			Reason: ingest.Text{ZH: "拼接引擎未能用这些照片做出正射影像。", EN: "The engine could not make an orthophoto of these photos."},
			Remedy: ingest.Text{ZH: "请查看引擎最后的输出；重叠不足、照片模糊或内存不够是常见原因。", EN: "See what it printed last; too little overlap, blurred photos or too little memory are the usual causes."},
		}
	case errors.Is(err, nodeodm.ErrCanceled):
		err = &ingest.Refusal{
			Code:   "mosaic_canceled",
			Reason: ingest.Text{ZH: "任务已在引擎一侧被取消。", EN: "The task was canceled at the engine."},
			Remedy: ingest.Text{ZH: "请重新提交。", EN: "Order it again."},
		}
	case errors.As(err, &said):
		err = &ingest.Refusal{
			Code: "engine_refused", Where: said.Op + ": " + said.Message,
			Reason: ingest.Text{ZH: "拼接引擎拒绝了请求。", EN: "The engine refused."},
			Remedy: ingest.Text{ZH: "请按其说明检查地址、令牌和照片数量上限。", EN: "Check address, token and its limit of photos by what it says."},
		}
	default:
		return err // a link that stayed broken, or we were stopped: the next try goes on
	}
	mosaic.State = nil
	return errors.Join(err, in.Store.KeepMosaic(context.WithoutCancel(ctx), id, mosaic))
}

// takeMosaic takes the orthophoto out of the engine's archive and in as a picture.
func (in *Intake) takeMosaic(ctx context.Context, archive string, made mediation.Flight, engine string, on func(mediation.Job)) (OrthophotoResult, error) {
	picture, w := io.Pipe()
	go func() { w.CloseWithError(nodeodm.Extract(archive, w, in.orthophotoBytes())) }()
	defer func() { _ = picture.Close() }()
	name := strings.TrimSuffix(made.Filename, filepath.Ext(made.Filename)) + " (" + engine + ").tif"
	return in.Orthophoto(ctx, picture, OrthophotoRequest{
		Case: made.Case, Filename: name, CapturedFrom: made.ExposedFrom, CapturedTo: made.ExposedTo, OnProgress: on,
	})
}

// engineOptions ask for what a boundary map needs and nothing else, at the ground
// resolution of the photos.
func engineOptions(photos []mediation.FlightPhoto) []nodeodm.Option {
	options := []nodeodm.Option{{Name: "auto-boundary", Value: true}}
	best := 0.0
	for _, p := range photos {
		if p.GSDM != nil && (best == 0 || *p.GSDM < best) {
			best = *p.GSDM
		}
	}
	if best > 0 {
		options = append(options, nodeodm.Option{Name: "orthophoto-resolution", Value: max(0.5, float64(int(best*1000+0.5))/10)}) // centimetres a pixel
	}
	return options
}

// sendable are the photos of the archive at path, each under a name of its own: an
// engine knows no folders.
func sendable(path string, photos []mediation.FlightPhoto) []nodeodm.Photo {
	list := make([]nodeodm.Photo, 0, len(photos))
	for _, p := range photos {
		list = append(list, nodeodm.Photo{
			Name: fmt.Sprintf("%05d-%s", p.N, filepath.Base(p.Filename)), Size: 1, // each counts the same in progress
			Open: func(ctx context.Context) (io.ReadCloser, error) { return openPhoto(ctx, path, p.Filename) },
		})
	}
	return list
}

// openPhoto opens one photo of an archive, which has been read by the same rules before.
func openPhoto(ctx context.Context, path, name string) (io.ReadCloser, error) {
	f, err := os.Open(path) //nolint:gosec // a path of our own making
	if err != nil {
		return nil, fmt.Errorf("photos of the flight: %w", err)
	}
	info, err := f.Stat()
	if err != nil {
		return nil, errors.Join(fmt.Errorf("photos of the flight: %w", err), f.Close())
	}
	a, err := archive.Open(f, info.Size(), archive.Limits{Entries: 2 * flight.MaxPhotos})
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	for _, e := range a.Entries {
		if e.Name == name {
			r, err := a.Reader(ctx, e)
			if err != nil {
				return nil, errors.Join(err, f.Close())
			}
			return photoReader{r, f}, nil
		}
	}
	return nil, errors.Join(fmt.Errorf("photos of the flight: %q is not there", name), f.Close())
}

type photoReader struct {
	io.ReadCloser
	archive *os.File
}

func (r photoReader) Close() error { return errors.Join(r.ReadCloser.Close(), r.archive.Close()) }
