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
	"time"

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
	OrderMosaic(ctx context.Context, flight uuid.UUID) (job uuid.UUID, known bool, err error)
	Mosaic(ctx context.Context, job uuid.UUID) (mediation.Mosaic, error)
	KeepMosaic(ctx context.Context, job, flight uuid.UUID, m mediation.Mosaic) error
	EndMosaic(ctx context.Context, a mediation.Attempt, flight uuid.UUID, m mediation.Mosaic, report json.RawMessage) error
	DismissedMosaic(ctx context.Context, job uuid.UUID) (m mediation.Mosaic, at time.Time, err error)
}

// mosaicOptions say which flight an order is about.
type mosaicOptions struct {
	Flight uuid.UUID `json:"flight"`
}

// HasEngine reports whether an engine is set up.
func (in *Intake) HasEngine() bool { return in.Engine != nil }

// OrderMosaic orders the orthophoto of a flight from the engine, once: an order
// that stands or that was carried out is found, one that failed goes on. Without an
// engine it is an [*ingest.Refusal].
func (in *Intake) OrderMosaic(ctx context.Context, flight uuid.UUID) (p Placed, err error) {
	if in.Engine == nil {
		return p, refuseNoEngine()
	}
	p.Job, p.Known, err = in.Store.OrderMosaic(ctx, flight)
	return p, err
}

func refuseNoEngine() error {
	return &ingest.Refusal{
		Code:   "engine_missing",
		Reason: ingest.Text{ZH: "没有配置拼接引擎，不能由照片生成正射影像。", EN: "No engine is set up that makes orthophotos of photos."},
		Remedy: ingest.Text{
			ZH: "请管理员运行 NodeODM 并设置 nodeodm_url（见 docs/flights.md）；也可用其他软件拼接后导入正射影像。",
			EN: "Have the administrator run NodeODM and set nodeodm_url (docs/flights.md), or make the orthophoto elsewhere and bring it in.",
		},
	}
}

// How much of a mosaic's work its stages are, as parts of the whole.
var mosaicStages = map[nodeodm.Stage]struct{ from, share float64 }{
	nodeodm.Sending: {0, 0.2}, nodeodm.Waiting: {0.2, 0}, nodeodm.Computing: {0.2, 0.5}, nodeodm.Downloading: {0.7, 0.1},
}

// mosaicTaking is where the picture is there and is taken in.
const mosaicTaking = 0.8

// mosaic has the engine make the orthophoto of a job's flight, whose archive lies at
// path, and takes that in as any other picture, through the sandbox. What was sent
// by an attempt before is not sent again. An engine that cannot make one of these
// photos is an [*ingest.Refusal]; a link that stays broken is a fault, and tried again.
func (in *Intake) mosaic(ctx context.Context, j mediation.Job, path string, show *meter) (err error) {
	var options mosaicOptions
	if err := json.Unmarshal(j.Options, &options); err != nil {
		return fmt.Errorf("options of the order: %w", err)
	}
	if in.Engine == nil {
		return refuseNoEngine()
	}
	made, photos, err := in.Store.Flight(ctx, options.Flight)
	if err != nil {
		return err
	}
	info, err := in.Engine.Info(ctx)
	if err != nil {
		return in.engineError(err)
	}
	mosaic, err := in.Store.Mosaic(ctx, j.ID)
	if err != nil {
		return err
	}
	mosaic.Engine = strings.TrimSpace(info.Engine + " " + info.EngineVersion + ", NodeODM " + info.Version)
	files, err := in.arrive(ctx) // the workspace is not swept while it is held
	if err != nil {
		return err
	}
	defer func() { files.end(ctx, err) }()
	dir, remove, err := in.Files.Workspace()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, remove()) }()
	run := in.Run
	run.Name, run.Photos, run.Into = made.Case+" "+made.Filename, sendable(path, photos), filepath.Join(dir, nodeodm.Archive)
	run.Progress = func(stage nodeodm.Stage, done float64) {
		part := mosaicStages[stage]
		show.at(string(stage), part.from+part.share*done)
	}
	run.Options, run.Outputs = engineOptions(photos), []string{nodeodm.OrthophotoPath}
	if mosaic.State != nil {
		if err := json.Unmarshal(mosaic.State, &run.State); err != nil {
			return fmt.Errorf("state of the mosaic: %w", err)
		}
	}
	run.Keep = func(state nodeodm.State) (err error) {
		if mosaic.State, err = json.Marshal(state); err != nil {
			return err
		}
		return in.Store.KeepMosaic(ctx, j.ID, options.Flight, mosaic)
	}
	state, err := nodeodm.Run(ctx, in.Engine, run)
	if err != nil {
		return in.forget(ctx, j.ID, options.Flight, mosaic, err)
	}
	result, err := in.takeMosaic(ctx, run.Into, made, mosaic.Engine, func(taking mediation.Job) {
		show.at(taking.Stage, mosaicTaking+(0.99-mosaicTaking)*taking.Progress/100)
	})
	if err != nil {
		return err
	}
	report, err := json.Marshal(result)
	if err != nil {
		return fmt.Errorf("report of the orthophoto: %w", err)
	}
	mosaic.Orthophoto = &result.Orthophoto
	if err := in.Store.EndMosaic(ctx, attemptAt(j), options.Flight, mosaic, report); err != nil {
		return err
	}
	in.clearEngine(context.WithoutCancel(ctx), state.Task)
	return nil
}

// engineTalk is how long the engine may take to say that it stops or forgets.
const engineTalk = 10 * time.Second

// clearEngine lets the engine forget a task whose picture is stored: its photos and
// pictures are many gigabytes. If it does not answer it clears them by itself in time.
func (in *Intake) clearEngine(ctx context.Context, task string) {
	ctx, cancel := context.WithTimeout(ctx, engineTalk)
	defer cancel()
	if err := in.Engine.Remove(ctx, task); err != nil {
		in.Log.WarnContext(ctx, "the engine keeps a task that is done", "task", task, "error", err)
	}
}

// errEngineAway says that the engine could not be told to stop.
var errEngineAway = errors.New("intake: the engine does not answer")

// engineGivenUp is after how long an engine that does not answer is told no more to
// stop: by then it has ended or is gone.
const engineGivenUp = 24 * time.Hour

// stopEngine stops what the engine does for a job that was dismissed. It reports
// false where that is left to a process that knows the engine. While somebody still
// works on the job it may come too early, and comes again when he has let go.
func (in *Intake) stopEngine(ctx context.Context, id uuid.UUID) (bool, error) {
	mosaic, at, err := in.Store.DismissedMosaic(ctx, id)
	if errors.Is(err, mediation.ErrNotFound) {
		return true, nil
	}
	if err != nil {
		return false, err
	}
	var state nodeodm.State
	if err := json.Unmarshal(mosaic.State, &state); err != nil {
		return false, fmt.Errorf("state of the mosaic: %w", err)
	}
	over := time.Since(at) > engineGivenUp
	switch {
	case state.Task == "" || over:
		return true, nil
	case in.Engine == nil:
		return false, nil
	}
	ctx, cancel := context.WithTimeout(ctx, engineTalk)
	defer cancel()
	said := (*nodeodm.Error)(nil)
	for _, tell := range []func(context.Context, string) error{in.Engine.Cancel, in.Engine.Remove} {
		if err := tell(ctx, state.Task); err != nil && !errors.As(err, &said) { // it knows no such task: all the better
			return false, errors.Join(errEngineAway, err)
		}
	}
	return true, nil
}

// forget clears the state of a task that ended without a picture, so that a new
// order begins anew, and puts what the engine says into words.
func (in *Intake) forget(ctx context.Context, job, flight uuid.UUID, mosaic mediation.Mosaic, err error) error {
	refusal := (*ingest.Refusal)(nil)
	if err = in.engineError(err); !errors.As(err, &refusal) {
		return err // a link that stayed broken, or we were stopped: the next attempt goes on
	}
	mosaic.State = nil
	return errors.Join(err, in.Store.KeepMosaic(context.WithoutCancel(ctx), job, flight, mosaic))
}

// engineError puts what the engine says into words.
func (in *Intake) engineError(err error) error {
	failed, said := (*nodeodm.TaskFailed)(nil), (*nodeodm.Error)(nil)
	switch {
	case errors.As(err, &failed):
		return &ingest.Refusal{
			Code: "mosaic_failed", Where: strings.Join(failed.Output, "\n"),
			Reason: ingest.Text{ZH: "拼接引擎未能用这些照片做出正射影像。", EN: "The engine could not make an orthophoto of these photos."},
			Remedy: ingest.Text{ZH: "请查看引擎最后的输出；重叠不足、照片模糊或内存不够是常见原因。", EN: "See what it printed last; too little overlap, blurred photos or too little memory are the usual causes."},
		}
	case errors.Is(err, nodeodm.ErrCanceled):
		return &ingest.Refusal{
			Code:   "mosaic_canceled",
			Reason: ingest.Text{ZH: "任务已在引擎一侧被取消。", EN: "The task was canceled at the engine."},
			Remedy: ingest.Text{ZH: "请重新提交。", EN: "Order it again."},
		}
	case errors.As(err, &said):
		return &ingest.Refusal{
			Code: "engine_refused", Where: said.Op + ": " + said.Message,
			Reason: ingest.Text{ZH: "拼接引擎拒绝了请求。", EN: "The engine refused."},
			Remedy: ingest.Text{ZH: "请按其说明检查地址、令牌和照片数量上限。", EN: "Check address, token and its limit of photos by what it says."},
		}
	}
	return err
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
