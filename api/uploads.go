package api

import (
	"context"
	"encoding/base64"
	"io"
	"net/http"
	"strings"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"jieshi/ingest"
	"jieshi/internal/upload"
	"jieshi/mediation"
)

// uploadReader is the part of the database that these handlers use.
type uploadReader interface {
	Upload(ctx context.Context, id uuid.UUID) (mediation.Upload, error)
	Uploads(ctx context.Context) ([]mediation.Upload, error)
}

// Uploads takes files in, whole or in parts.
type Uploads interface {
	Tus(base string) (http.Handler, error)
	Put(ctx context.Context, r io.Reader, n upload.New) (mediation.Upload, error)
	Order(ctx context.Context, id uuid.UUID, fields map[string]string) (job uuid.UUID, err error)
}

// ListUploads answers GET /uploads.
func (s *server) ListUploads(ctx context.Context, _ ListUploadsRequestObject) (ListUploadsResponseObject, error) {
	list, err := s.Store.Uploads(ctx)
	if err != nil {
		return nil, err
	}
	return ListUploads200JSONResponse{Items: each(list, uploadOf)}, nil
}

// GetUpload answers GET /uploads/{upload}.
func (s *server) GetUpload(ctx context.Context, r GetUploadRequestObject) (GetUploadResponseObject, error) {
	u, err := s.uploadNamed(ctx, r.Upload)
	if err != nil {
		return nil, err
	}
	return GetUpload200JSONResponse(uploadOf(u)), nil
}

func (s *server) uploadNamed(ctx context.Context, name string) (u mediation.Upload, err error) {
	id, err := uuid.Parse(name)
	if err != nil {
		return u, mediation.ErrNotFound
	}
	return s.Store.Upload(ctx, id)
}

// OrderUpload answers POST /uploads/{upload}/order.
func (s *server) OrderUpload(ctx context.Context, r OrderUploadRequestObject) (OrderUploadResponseObject, error) {
	u, err := s.uploadNamed(ctx, r.Upload)
	if err != nil {
		return nil, err
	}
	fields := map[string]string{"kind": string(r.Body.Kind), "case": r.Body.Case, "party": orZero(r.Body.Party)}
	for name, value := range r.Body.AdditionalProperties {
		fields[name] = value
	}
	job, err := s.Uploads.Order(ctx, u.ID, fields)
	if err != nil {
		return nil, err
	}
	if u, err = s.Store.Upload(ctx, u.ID); err != nil {
		return nil, err
	}
	return OrderUpload202JSONResponse{
		Body: uploadOf(u), Headers: OrderUpload202ResponseHeaders{Location: ref(basePath + "/jobs/" + job.String())},
	}, nil
}

// putUpload answers PUT /uploads/{filename}: a whole file in one request.
func (s *server) putUpload(c echo.Context) error {
	r := c.Request()
	n := upload.New{Filename: c.Param("upload"), Size: r.ContentLength, For: map[string]string{}}
	if n.Size < 0 {
		return errNoLength
	}
	for name, values := range c.QueryParams() {
		n.For[name] = values[0] // the contract lets none be said twice
	}
	for _, header := range []string{"Repr-Digest", "Content-Digest"} {
		if digest := r.Header.Get(header); digest != "" {
			sum, ok := parseDigest(digest)
			if !ok {
				return errBadDigest
			}
			n.SHA256 = &sum
		}
	}
	u, err := s.Uploads.Put(r.Context(), r.Body, n)
	if err != nil {
		return err
	}
	c.Response().Header().Set("Location", basePath+"/uploads/"+u.ID.String())
	return c.JSON(http.StatusCreated, uploadOf(u))
}

// parseDigest reads the SHA-256 of a header of RFC 9530. Without one, or with
// one that cannot be read, it reports false.
func parseDigest(header string) (sum mediation.Hash, ok bool) {
	for member := range strings.SplitSeq(header, ",") {
		value, found := strings.CutPrefix(strings.TrimSpace(member), "sha-256=:")
		if !found {
			continue
		}
		b, err := base64.StdEncoding.DecodeString(strings.TrimSuffix(value, ":"))
		if err != nil || len(b) != len(sum) {
			return sum, false
		}
		return mediation.Hash(b), true
	}
	return sum, false
}

func uploadOf(u mediation.Upload) Upload {
	out := Upload{
		Id: u.ID, Filename: u.Filename, Size: u.Size, Offset: u.Offset, Status: UploadStatus(u.Status),
		CreatedAt: u.CreatedAt.UTC(), ExpiresAt: u.ExpiresAt.UTC(), CompletedAt: timeUnlessZero(u.CompletedAt),
		FaultCode: refUnlessZero(u.FaultCode), Job: u.Job,
	}
	if u.SHA256 != nil {
		out.Sha256 = ref(u.SHA256.String())
	}
	if o := u.Order; o != nil {
		out.Kind, out.Case, out.Party = ref(string(o.Kind)), &o.Case, refUnlessZero(o.Party)
	}
	return out
}

var (
	errNoLength = &outcome{http.StatusLengthRequired, mediation.Explanation{
		Code:   "length_required",
		Reason: ingest.Text{ZH: "没有说明文件大小（Content-Length）。", EN: "The length of the file was not said (Content-Length)."},
		Remedy: ingest.Text{ZH: "请用 curl -T 文件 上传，它会说明大小。", EN: "Send it with curl -T FILE, which says the length."},
	}}
	errBadDigest = &outcome{http.StatusBadRequest, mediation.Explanation{
		Code:   "bad_digest",
		Reason: ingest.Text{ZH: "摘要头不是 RFC 9530 的 sha-256。", EN: "The digest is no sha-256 as RFC 9530 writes it."},
		Remedy: ingest.Text{ZH: "请写成 Repr-Digest: sha-256=:<base64>:，或不写。", EN: "Write Repr-Digest: sha-256=:<base64>:, or leave it out."},
	}}
)
