package api

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"strconv"

	"jieshi/mediation"
)

// auditReader is the part of the database that these handlers use.
type auditReader interface {
	Audits(ctx context.Context) ([]mediation.Audit, error)
	Audit(ctx context.Context, id int) (mediation.Audit, error)
	AuditTile(ctx context.Context, audit, z, x, y int) (tile []byte, version string, err error)
	AuditBox(ctx context.Context, audit int) ([]float64, error)
}

// ListAudits answers GET /audits, newest first.
func (s *server) ListAudits(ctx context.Context, _ ListAuditsRequestObject) (ListAuditsResponseObject, error) {
	audits, err := s.Store.Audits(ctx)
	if err != nil {
		return nil, err
	}
	return ListAudits200JSONResponse{Items: each(audits, auditOf)}, nil
}

// ReadAudit answers GET /audits/{audit}.
func (s *server) ReadAudit(ctx context.Context, r ReadAuditRequestObject) (ReadAuditResponseObject, error) {
	audit, err := s.Store.Audit(ctx, r.Audit)
	if err != nil {
		return nil, err
	}
	out := auditOf(audit)
	if out.Crs, err = s.crsOf(ctx, audit.SRID); err != nil {
		return nil, err
	}
	return ReadAudit200JSONResponse(out), nil
}

func auditOf(a mediation.Audit) Audit {
	out := Audit{
		Id: a.ID, Layer: a.Layer, Srid: a.SRID, Engine: a.Engine, Status: Unfinished, BegunAt: a.BegunAt, Blocks: a.Blocks, Done: a.Done,
		Pairs: a.Pairs, PairsByThreshold: map[string]int64{}, SumM2: float64(a.Sum.SquareMetres()), Method: AuditMethodPlane,
	}
	for i, name := range []string{"0", "0.01", "1", "100", "10000"} {
		out.PairsByThreshold[name] = a.Thresholds[i]
	}
	if !a.FinishedAt.IsZero() {
		out.Status, out.FinishedAt, out.Sha256 = Finished, ref(a.FinishedAt.UTC()), ref(a.Checksum.String())
	}
	if a.Against != "" {
		out.Against = &a.Against
		return out
	}
	out.DistinctM2, out.UnionM2 = ref(float64(a.Contested().SquareMetres())), ref(float64(a.Union.SquareMetres()))
	return out
}

// AuditTileJSON answers GET /audits/{audit}/tiles.json.
func (s *server) AuditTileJSON(ctx context.Context, r AuditTileJSONRequestObject) (AuditTileJSONResponseObject, error) {
	box, err := s.Store.AuditBox(ctx, r.Audit)
	if err != nil {
		return nil, err
	}
	out := TileJSON{
		Tilejson: "3.0.0", Name: ref(fmt.Sprintf("jieshi audit %d", r.Audit)), Minzoom: 0, Maxzoom: mediation.AuditMaxZoom,
		Tiles: []string{fmt.Sprintf("%s%s/audits/%d/tiles/{z}/{x}/{y}.mvt", s.PublicURL, basePath, r.Audit)},
	}
	if box != nil {
		out.Bounds = &box
	}
	out.VectorLayers = each(mediation.AuditTileLayers(), func(l mediation.TileLayer) VectorLayer {
		return VectorLayer{Id: l.ID, Fields: l.Fields, Minzoom: l.MinZoom, Maxzoom: l.MaxZoom}
	})
	return AuditTileJSON200JSONResponse(out), nil
}

// AuditTile answers GET /audits/{audit}/tiles/{z}/{x}/{y}.mvt.
func (s *server) AuditTile(ctx context.Context, r AuditTileRequestObject) (AuditTileResponseObject, error) {
	a, err := addressOf(r.Z, r.X, r.Tile)
	if err != nil {
		return nil, err
	}
	tile, version, err := s.Store.AuditTile(ctx, r.Audit, a.z, a.x, a.y)
	if err != nil {
		return nil, err
	}
	out := auditTile{tag: strongTag(version + a.tag()), status: http.StatusOK, body: tile}
	switch {
	case matches(r.Params.IfNoneMatch, out.tag):
		out.status = http.StatusNotModified
	case len(tile) == 0:
		out.status = http.StatusNoContent
	}
	return out, nil
}

// auditTile is a tile that may change: audits follow their registers.
type auditTile struct {
	tag    string
	status int
	body   []byte
}

// VisitAuditTileResponse writes 200, 204 or 304.
func (t auditTile) VisitAuditTileResponse(w http.ResponseWriter) error {
	h := w.Header()
	h.Set("ETag", t.tag)
	h.Set("Cache-Control", "private, no-cache") // kept, and asked about each time
	if t.status != http.StatusOK {
		w.WriteHeader(t.status)
		return nil
	}
	h.Set("Content-Type", "application/vnd.mapbox-vector-tile")
	h.Set("Content-Length", strconv.Itoa(len(t.body)))
	w.WriteHeader(t.status)
	_, err := bytes.NewReader(t.body).WriteTo(w)
	return err
}
