package api

import (
	"context"
	"io"
	"net/http"

	"github.com/google/uuid"

	"jieshi/mediation"
)

// evidenceStore is the part of the database that these handlers use.
type evidenceStore interface {
	Evidence(ctx context.Context, number string) ([]mediation.Evidence, *mediation.ChainFault, error)
	FileRun(ctx context.Context, number string, run uuid.UUID) (mediation.Evidence, error)
}

// ListEvidence answers GET /cases/{number}/evidence with the chain, verified.
func (s *server) ListEvidence(ctx context.Context, r ListEvidenceRequestObject) (ListEvidenceResponseObject, error) {
	items, fault, err := s.Store.Evidence(ctx, r.Number)
	if err != nil {
		return nil, err
	}
	out := EvidenceList{Items: each(items, evidenceOf)}
	out.Chain.Verified = fault == nil
	if fault != nil {
		out.Chain.Fault = ref(fault.Error())
	}
	if len(items) > 0 {
		out.Chain.Head = ref(items[len(items)-1].LinkSHA256.String())
	}
	return ListEvidence200JSONResponse(out), nil
}

// FileRun answers POST /cases/{number}/evidence.
func (s *server) FileRun(ctx context.Context, r FileRunRequestObject) (FileRunResponseObject, error) {
	item, err := s.Store.FileRun(ctx, r.Number, orZero(r.Body.Run))
	if err != nil {
		return nil, err
	}
	return FileRun201JSONResponse(evidenceOf(item)), nil
}

func evidenceOf(e mediation.Evidence) Evidence {
	out := Evidence{
		Id: e.ID, Seq: e.Seq, Kind: EvidenceKind(e.Kind), Subject: refUnlessZero(e.Subject), Title: e.Title,
		Sha256: e.ContentSHA256.String(), Size: ref(int64(len(e.Content))), FiledAt: e.FiledAt.UTC(), FiledBy: e.FiledBy,
		Source: refUnlessZero(e.Source), Software: refUnlessZero(e.Software),
		PrevSha256: e.PrevSHA256.String(), LinkSha256: e.LinkSHA256.String(),
	}
	files := make([]struct {
		Filename string `json:"filename"`
		Role     string `json:"role"`
		Sha256   string `json:"sha256"`
		Size     int64  `json:"size"`
	}, len(e.Files))
	for i, f := range e.Files {
		files[i].Filename, files[i].Role, files[i].Sha256, files[i].Size = f.Filename, f.Role, f.SHA256.String(), f.Size
	}
	out.Files = &files
	return out
}

// ExportEvidence answers GET /cases/{number}/evidence.zip with the bundle, as
// it is written.
func (s *server) ExportEvidence(ctx context.Context, r ExportEvidenceRequestObject) (ExportEvidenceResponseObject, error) {
	c, err := s.Store.Case(ctx, r.Number)
	if err != nil {
		return nil, err
	}
	return bundle{ctx: ctx, s: s, number: c.Number}, nil
}

// bundle streams. Its headers go out with the first byte, so that a case
// without a bundle is still answered with a problem.
type bundle struct {
	ctx    context.Context // of the request: the answer is written within it
	s      *server
	number string
}

// VisitExportEvidenceResponse writes the zip.
func (b bundle) VisitExportEvidenceResponse(w http.ResponseWriter) error {
	return b.s.Bundle(b.ctx, b.number, &lateHeader{
		w: patientWriter{w, b.s.Idle},
		begin: func() {
			h := w.Header()
			h.Set("Content-Type", "application/zip")
			h.Set("Content-Disposition", `attachment; filename="evidence-`+b.number+`.zip"`)
			w.WriteHeader(http.StatusOK)
		},
	})
}

type lateHeader struct {
	w     io.Writer
	begin func()
	began bool
}

func (l *lateHeader) Write(p []byte) (int, error) {
	if !l.began {
		l.began = true
		l.begin()
	}
	return l.w.Write(p)
}
