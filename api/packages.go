package api

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"time"

	"github.com/google/uuid"

	"jieshi/ingest/raster"
	"jieshi/internal/intake"
	"jieshi/internal/offline"
	"jieshi/mediation"
)

// packageStore is the part of the database that these handlers use.
type packageStore interface {
	TilePackages(ctx context.Context, of mediation.PackageSubject) ([]mediation.TilePackage, error)
	TilePackage(ctx context.Context, id uuid.UUID) (mediation.TilePackage, error)
	UseTilePackage(ctx context.Context, id uuid.UUID) (mediation.TilePackage, error)
	PackageJob(ctx context.Context, of mediation.PackageSubject) (mediation.Job, error)
}

// packageMaker orders packages.
type packageMaker interface {
	OrderPackage(ctx context.Context, q intake.PackageRequest) (intake.Placed, error)
	CurrentPackages(ctx context.Context, of mediation.PackageSubject, made []mediation.TilePackage) ([]bool, error)
}

// ListOrthophotoPackages answers GET /orthophotos/{id}/packages.
func (s *server) ListOrthophotoPackages(ctx context.Context, r ListOrthophotoPackagesRequestObject) (ListOrthophotoPackagesResponseObject, error) {
	list, err := s.packages(ctx, mediation.PackageSubject{Orthophoto: r.Id})
	if err != nil {
		return nil, err
	}
	return ListOrthophotoPackages200JSONResponse(list), nil
}

// ListAuditPackages answers GET /audits/{audit}/packages.
func (s *server) ListAuditPackages(ctx context.Context, r ListAuditPackagesRequestObject) (ListAuditPackagesResponseObject, error) {
	list, err := s.packages(ctx, mediation.PackageSubject{Audit: r.Audit})
	if err != nil {
		return nil, err
	}
	return ListAuditPackages200JSONResponse(list), nil
}

func (s *server) packages(ctx context.Context, of mediation.PackageSubject) (list PackageList, err error) {
	made, err := s.Store.TilePackages(ctx, of)
	if err != nil {
		return list, err
	}
	if list.Items, err = s.packagesOf(ctx, of, made); err != nil {
		return list, err
	}
	j, err := s.Store.PackageJob(ctx, of)
	switch {
	case err == nil:
		list.Job = ref(jobOf(j))
	case !errors.Is(err, mediation.ErrNotFound):
		return list, err
	}
	return list, nil
}

// OrderOrthophotoPackage answers POST /orthophotos/{id}/packages.
func (s *server) OrderOrthophotoPackage(ctx context.Context, r OrderOrthophotoPackageRequestObject) (OrderOrthophotoPackageResponseObject, error) {
	q := intake.PackageRequest{Of: mediation.PackageSubject{Orthophoto: r.Id}}
	if r.Body != nil {
		q.Pictures, q.MaxZoom = raster.Format(orZero(r.Body.Format)), r.Body.MaxZoom
	}
	j, err := s.orderPackage(ctx, q)
	if err != nil {
		return nil, err
	}
	return OrderOrthophotoPackage202JSONResponse{Body: j, Headers: OrderOrthophotoPackage202ResponseHeaders{Location: ref(jobPath(j.Id))}}, nil
}

// OrderAuditPackage answers POST /audits/{audit}/packages.
func (s *server) OrderAuditPackage(ctx context.Context, r OrderAuditPackageRequestObject) (OrderAuditPackageResponseObject, error) {
	q := intake.PackageRequest{Of: mediation.PackageSubject{Audit: r.Audit}}
	if r.Body != nil {
		q.MaxZoom = r.Body.MaxZoom
	}
	j, err := s.orderPackage(ctx, q)
	if err != nil {
		return nil, err
	}
	return OrderAuditPackage202JSONResponse{Body: j, Headers: OrderAuditPackage202ResponseHeaders{Location: ref(jobPath(j.Id))}}, nil
}

func (s *server) orderPackage(ctx context.Context, q intake.PackageRequest) (out Job, err error) {
	placed, err := s.Intake.OrderPackage(ctx, q)
	if err != nil {
		return out, err
	}
	j, err := s.Store.Job(ctx, placed.Job)
	return jobOf(j), err
}

// ReadPackage answers GET /packages/{id}.
func (s *server) ReadPackage(ctx context.Context, r ReadPackageRequestObject) (ReadPackageResponseObject, error) {
	p, err := s.Store.TilePackage(ctx, r.Id)
	if err != nil {
		return nil, err
	}
	out, err := s.packagesOf(ctx, p.Subject, []mediation.TilePackage{p})
	if err != nil {
		return nil, err
	}
	return ReadPackage200JSONResponse(out[0]), nil
}

// DownloadPackage answers GET /packages/{id}/mbtiles.
func (s *server) DownloadPackage(ctx context.Context, r DownloadPackageRequestObject) (DownloadPackageResponseObject, error) {
	p, err := s.Store.UseTilePackage(ctx, r.Id)
	if err != nil {
		return nil, err
	}
	file, err := s.Files.OpenSeeker(ctx, p.SHA256)
	if err != nil {
		return nil, fmt.Errorf("package %s: %w", p.ID, err)
	}
	return packageFile{p, file, r.Params, s.Idle}, nil
}

// packageFile is a package on its way out.
type packageFile struct {
	mediation.TilePackage
	file   io.ReadSeekCloser
	params DownloadPackageParams
	idle   time.Duration
}

// VisitDownloadPackageResponse writes the file, or the part of it that was asked for.
func (p packageFile) VisitDownloadPackageResponse(w http.ResponseWriter) error {
	defer func() { _ = p.file.Close() }() // only read
	asked := &http.Request{Method: http.MethodGet, Header: http.Header{}}
	for name, value := range map[string]*string{"Range": p.params.Range, "If-Range": p.params.IfRange, "If-None-Match": p.params.IfNoneMatch} {
		if value != nil {
			asked.Header.Set(name, *value)
		}
	}
	h := w.Header()
	h.Set("Content-Type", "application/vnd.mapbox.mbtiles")
	h.Set("ETag", strongTag(p.SHA256.String()))
	h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": p.Filename}))
	http.ServeContent(patientResponse{w, p.idle}, asked, "", p.MadeAt, p.file)
	return nil
}

// patientResponse is a [patientWriter] that is a whole response.
type patientResponse struct {
	http.ResponseWriter
	idle time.Duration
}

func (p patientResponse) Write(b []byte) (int, error) {
	return patientWriter{p.ResponseWriter, p.idle}.Write(b)
}

func packagePath(id uuid.UUID) string { return basePath + "/packages/" + id.String() }

// packagesOf are packages of one thing as the contract has them.
func (s *server) packagesOf(ctx context.Context, of mediation.PackageSubject, made []mediation.TilePackage) ([]TilePackage, error) {
	current, err := s.Intake.CurrentPackages(ctx, of, made)
	if err != nil {
		return nil, err
	}
	out := make([]TilePackage, len(made))
	for i, p := range made {
		if out[i], err = packageOf(p, current[i]); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func packageOf(p mediation.TilePackage, current bool) (out TilePackage, err error) {
	var c offline.Contents
	if err := json.Unmarshal(p.Options, &c); err != nil {
		return out, fmt.Errorf("contents of package %s: %w", p.ID, err)
	}
	out = TilePackage{
		Id: p.ID, Orthophoto: c.Orthophoto, Audit: refUnlessZero(c.Audit), Case: refUnlessZero(p.Case),
		Name: c.Name, Filename: p.Filename, Format: TilePackageFormat(c.Pictures), MinZoom: c.MinZoom, MaxZoom: c.MaxZoom,
		Tiles: p.Tiles, SizeBytes: p.Size, Sha256: p.SHA256.String(), MadeAt: p.MadeAt.UTC(), MadeBy: p.MadeBy, Current: current,
		Links: []Link{{Rel: "self", Href: packagePath(p.ID)}, {Rel: "file", Href: packagePath(p.ID) + "/mbtiles"}},
	}
	if c.Orthophoto == nil {
		out.Format = "pbf"
	} else {
		out.ReferenceOnly, out.Shifted = ref(c.Status == offline.ReferenceOnly), ref(c.Shift != nil)
	}
	return out, nil
}
