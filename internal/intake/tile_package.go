package intake

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"github.com/google/uuid"

	"jieshi/ingest"
	"jieshi/ingest/raster"
	"jieshi/internal/offline"
	"jieshi/mediation"
)

// packages is the part of the database that keeps them.
type packages interface {
	Audit(ctx context.Context, id int) (mediation.Audit, error)
	AuditBox(ctx context.Context, audit int) (box []float64, err error)
	offline.AuditReader
	OrderTilePackage(ctx context.Context, o mediation.PackageOrder, quota mediation.Quota) (job uuid.UUID, known bool, err error)
	SaveTilePackage(ctx context.Context, p mediation.NewTilePackage, tell func(id uuid.UUID) (json.RawMessage, error), keep func() error) (uuid.UUID, error)
	RetirePackages(ctx context.Context, unused, replaced time.Duration) (ids []uuid.UUID, err error)
	LetPackageGo(ctx context.Context, id uuid.UUID, remove func(mediation.Hash) error) error
}

// A PackageRequest says what a package for offline maps shows, and how.
type PackageRequest struct {
	Of       mediation.PackageSubject
	Pictures raster.Format // of an orthophoto's tiles; empty: the usual
	MaxZoom  *int          // nil: the finest of the picture, or what is usual for an audit
}

// A PackageResult says what became of an order of a package.
type PackageResult struct {
	Package uuid.UUID `json:"package"`
	Known   bool      `json:"known,omitempty"` // it was there; nothing was made again
	Tiles   int64     `json:"tiles"`
	Size    int64     `json:"size_bytes"`
	SHA256  string    `json:"sha256"`
}

// A subject is what packages show, as it is now.
type subject struct {
	photo mediation.Orthophoto
	audit mediation.Audit
	box   []float64 // of the audit
}

func (in *Intake) subjectOf(ctx context.Context, of mediation.PackageSubject) (s subject, err error) {
	if of.Audit == 0 {
		s.photo, err = in.Store.Orthophoto(ctx, of.Orthophoto)
		return s, err
	}
	if s.audit, err = in.Store.Audit(ctx, of.Audit); err != nil {
		return s, err
	}
	s.box, err = in.Store.AuditBox(ctx, of.Audit)
	return s, err
}

// contents returns what an order fixes now, and what the file is called.
func (s subject) contents(q PackageRequest) (c *offline.Contents, filename string, err error) {
	if q.Of.Audit == 0 {
		if c, err = offline.OfOrthophoto(s.photo, q.Pictures, q.MaxZoom); err != nil {
			return nil, "", err
		}
		return c, cleanFilename(c.Filename(s.photo.Filename), "orthophoto.mbtiles"), nil
	}
	zoom := offline.UsualMaxZoom
	if q.MaxZoom != nil {
		zoom = *q.MaxZoom
	}
	if c, err = offline.OfAudit(s.audit, s.box, zoom); err != nil {
		return nil, "", err
	}
	return c, c.Filename(""), nil
}

// OrderPackage orders a package of what its subject is now: with its shift and
// accuracy, or with the findings of the audit as they stand. One that is there or
// under way is found, and not made again.
func (in *Intake) OrderPackage(ctx context.Context, q PackageRequest) (p Placed, err error) {
	s, err := in.subjectOf(ctx, q.Of)
	if err != nil {
		return p, err
	}
	c, filename, err := s.contents(q)
	if err != nil {
		return p, err
	}
	o := mediation.PackageOrder{Subject: q.Of, Filename: filename}
	if o.Content, err = c.Hash(); err != nil {
		return p, err
	}
	if o.Options, err = json.Marshal(c); err != nil {
		return p, fmt.Errorf("options of the order: %w", err)
	}
	if c.Display != nil {
		o.Source.SHA256 = *c.Display
	} else {
		o.Source.SHA256 = *c.Checksum
	}
	p.Job, p.Known, err = in.Store.OrderTilePackage(ctx, o, in.Quota)
	return p, ExplainQuota(err)
}

// CurrentPackages reports of each package of a thing whether it shows the thing as it is now.
func (in *Intake) CurrentPackages(ctx context.Context, of mediation.PackageSubject, made []mediation.TilePackage) (current []bool, err error) {
	if len(made) == 0 {
		return nil, nil
	}
	s, err := in.subjectOf(ctx, of)
	if err != nil {
		return nil, err
	}
	current = make([]bool, len(made))
	for i, p := range made {
		var was offline.Contents
		if err := json.Unmarshal(p.Options, &was); err != nil {
			return nil, fmt.Errorf("contents of package %s: %w", p.ID, err)
		}
		now, _, err := s.contents(PackageRequest{Of: of, Pictures: was.Pictures, MaxZoom: &was.MaxZoom})
		if err != nil {
			continue // there could be no such package now: an audit is being computed anew
		}
		hash, err := now.Hash()
		if err != nil {
			return nil, err
		}
		current[i] = hash == p.Content
	}
	return current, nil
}

// tilePackage makes the package of a job, in a folder of its own, and stores it.
func (in *Intake) tilePackage(ctx context.Context, j mediation.Job, show *meter) (err error) {
	var c offline.Contents
	if err := json.Unmarshal(j.Options, &c); err != nil {
		return fmt.Errorf("options of the order: %w", err)
	}
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
	out := filepath.Join(dir, "package.mbtiles")
	tiles, err := in.drawPackage(ctx, &c, out, show)
	if err != nil {
		return err
	}
	show.at("save", drawn)
	file, err := files.adopt(ctx, out)
	if err != nil {
		return refuseNoRoom(err)
	}
	p := mediation.NewTilePackage{
		PackageOrder: mediation.PackageOrder{Subject: c.Subject(), Options: j.Options, Filename: j.Filename},
		SHA256:       file.SHA256, Size: file.Size, Tiles: tiles, Attempt: attemptAt(j),
	}
	if p.Content, err = c.Hash(); err != nil {
		return err
	}
	_, err = in.Store.SaveTilePackage(ctx, p, func(id uuid.UUID) (json.RawMessage, error) {
		return json.Marshal(PackageResult{Package: id, Tiles: tiles, Size: file.Size, SHA256: file.SHA256.String()})
	}, func() error { return file.Keep(ctx) })
	return err
}

// drawn is how much of the work is done when all tiles are written.
const drawn = 0.97

// lookAtRoom is after how many tiles the free space of the disk is looked at: those
// of a few megabytes.
const lookAtRoom = 64

// drawPackage writes the tiles to out. Units of work are tiles: looked at, of those
// that may be there.
func (in *Intake) drawPackage(ctx context.Context, c *offline.Contents, out string, show *meter) (tiles int64, err error) {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	looks := 0
	on := func(done, total int64) {
		show.at("tiles", drawn*float64(done)/float64(max(1, total)))
		if looks++; looks%lookAtRoom == 1 {
			if free, err := in.Files.Free(); err != nil || free <= 0 {
				stop(errors.Join(err, noRoom()))
			}
		}
	}
	if c.Orthophoto == nil {
		tiles, err = offline.WriteAudit(ctx, in.Store, c, out, on)
		if cause := context.Cause(ctx); err != nil && cause != nil {
			err = cause // the database only says that it was told to stop
		}
		return tiles, err
	}
	display, release, err := in.Files.Local(ctx, *c.Display)
	if err != nil {
		return 0, err
	}
	defer release()
	source, err := raster.NewTileSource(raster.TileOptions{Files: 1, Handles: 1, Log: in.Log})
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, source.Close()) }()
	return offline.WriteOrthophoto(ctx, source, display, c, out, on)
}

// noRoom says that a package does not fit on the disk.
func noRoom() *ingest.Refusal {
	return &ingest.Refusal{
		Code:   "disk_full",
		Reason: ingest.Text{ZH: "服务器磁盘空间不足，没有做成离线地图包。", EN: "The disk of the server is full; the package was not made."},
		Remedy: ingest.Text{ZH: "请管理员清理或扩充磁盘后重新提交，或选较小的最大级别。", EN: "Ask the administrator for more room and order it again, or choose a smaller last zoom."},
	}
}

// refuseNoRoom says of a full disk what that means for a package.
func refuseNoRoom(err error) error {
	if refusal := (*ingest.Refusal)(nil); errors.As(err, &refusal) && refusal.Code == "disk_full" {
		return noRoom()
	}
	return err
}

// How long packages stay that nobody orders or downloads.
const (
	usualPackageExpiry = 30 * 24 * time.Hour
	replacedExpiry     = 24 * time.Hour // one that a newer one has replaced
)

// RetirePackages lets packages go that nobody uses any more; they can be made again.
func (in *Intake) RetirePackages(ctx context.Context) error {
	unused := in.PackageExpiry
	if unused <= 0 {
		unused = usualPackageExpiry
	}
	ids, err := in.Store.RetirePackages(ctx, unused, min(unused, replacedExpiry))
	for _, id := range ids {
		err = errors.Join(err, in.Store.LetPackageGo(ctx, id, func(h mediation.Hash) error { return in.Files.Remove(ctx, h) }))
	}
	return err
}
