package postgres

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"jieshi/geo"
	"jieshi/ingest"
	"jieshi/mediation"
)

// An OverlapRef is that of package mediation.
type OverlapRef = mediation.OverlapRef

// An Overlap is that of package mediation.
type Overlap = mediation.Overlap

// A Finding is that of package mediation.
type Finding = mediation.Finding

// A NewFinding is that of package mediation.
type NewFinding = mediation.NewFinding

// findingContent is what goes on the evidence.
type findingContent struct {
	Format      string            `json:"format"`
	Overlap     string            `json:"overlap"`
	Audit       findingAudit      `json:"audit"`
	Parcels     [2]findingParcel  `json:"parcels"`
	Kernel      findingFigure     `json:"kernel"`
	PostGIS     findingFigure     `json:"postgis"`
	ToleranceM2 float64           `json:"tolerance_m2"`
	Agree       bool              `json:"agree"`
	Run         uuid.UUID         `json:"run"`
	Engine      map[string]string `json:"engine"`
}

type findingAudit struct {
	ID       int            `json:"id"`
	Checksum mediation.Hash `json:"checksum"`
}

type findingParcel struct {
	Layer        string         `json:"layer"`
	Source       string         `json:"source"`
	SourceSHA256 mediation.Hash `json:"source_sha256"`
	Feature      int64          `json:"feature"`
	Party        string         `json:"party"`
	SigmaM       float64        `json:"sigma_m"`
	GroundSHA256 mediation.Hash `json:"ground_sha256"` // of the EWKB (NDR)
	PlaneM2      float64        `json:"plane_m2"`
	ground       []byte
	ellipsoidal  float64
}

type findingFigure struct {
	Engine  string  `json:"engine"`
	PlaneM2 float64 `json:"plane_m2"`
	Units   string  `json:"units,omitempty"` // exact, half cells of the subgrid
}

// FileOverlap makes a case of an overlap in one transaction: both parcels become
// claims by certificate, PostGIS computes the contested areas, and computes the
// overlap itself anew; the run and both figures are filed as evidence. A second
// call answers with the case of the first.
func (db *DB) FileOverlap(ctx context.Context, n NewFinding) (f Finding, err error) {
	err = db.write(ctx, func(tx pgx.Tx) error {
		content, audit, err := db.recompute(ctx, tx, n)
		if err != nil {
			return err
		}
		f = Finding{KernelM2: content.Kernel.PlaneM2, PostGISM2: content.PostGIS.PlaneM2, ToleranceM2: content.ToleranceM2, Agree: content.Agree}
		asked := requestOf(audit.layer, content.Parcels[0].GroundSHA256, content.Parcels[1].GroundSHA256)
		earlier, err := earlierSubject(ctx, tx, asked)
		if err != nil {
			return err
		}
		if earlier != uuid.Nil {
			f.Known = true
			if err := tx.QueryRow(ctx, "SELECT number FROM dispute_case WHERE id = $1", earlier).Scan(&f.Case); err != nil {
				return fmt.Errorf("case of overlap %s: %w", n.Overlap, err)
			}
			f.Evidence, err = earlierFinding(ctx, tx, earlier)
			return err
		}
		id, number, err := db.insertCase(ctx, tx, mediation.NewCase{Kind: audit.kind, Title: titleOf(n, content), SRID: audit.srid})
		if err != nil {
			return err
		}
		f.Case = number
		if f.Evidence, err = db.fileFinding(ctx, tx, number, content); err != nil {
			return err
		}
		return keepSubject(ctx, tx, asked, id)
	})
	return f, err
}

// earlierFinding returns the evidence that the case was opened with.
func earlierFinding(ctx context.Context, tx pgx.Tx, caseID uuid.UUID) (mediation.Evidence, error) {
	items, err := queryEvidence(ctx, tx, caseID)
	if err != nil {
		return mediation.Evidence{}, err
	}
	i := slices.IndexFunc(items, func(e mediation.Evidence) bool { return e.Kind == mediation.EvidenceDocument })
	if i < 0 {
		return mediation.Evidence{}, fmt.Errorf("evidence of the overlap: %w", mediation.ErrNotFound)
	}
	return items[i], nil
}

// requestOf is the request for a case of two grounds: whichever audit finds them on
// each other again, it is the same one.
func requestOf(layer int, a, b mediation.Hash) request {
	key := fmt.Sprintf("%d:%s:%s", layer, a, b)
	return request{"overlap", key, key}
}

func titleOf(n NewFinding, c findingContent) string {
	if n.Title != "" {
		return n.Title
	}
	return fmt.Sprintf("一地两证 %s × %s", c.Parcels[0].name(), c.Parcels[1].name())
}

func (p findingParcel) name() string { return fmt.Sprintf("%s %d", p.Layer, p.Feature) }

// findingHead is what the case of a finding takes over from the layers.
type findingHead struct {
	layer, srid int
	kind        mediation.Kind
}

// recompute reads a finding, and lets PostGIS compute it anew.
func (db *DB) recompute(ctx context.Context, tx pgx.Tx, n NewFinding) (c findingContent, head findingHead, err error) {
	c = findingContent{Format: "jieshi-overlap-finding/1", Overlap: n.Overlap.String(), Audit: findingAudit{ID: n.Overlap.Audit}}
	var kind, otherKind string
	var checksum []byte
	var sums [2][]byte
	var perimeter float64
	p, q := &c.Parcels[0], &c.Parcels[1]
	err = tx.QueryRow(ctx, overlapFinding, pgx.StrictNamedArgs{
		"audit_id": n.Overlap.Audit, "a": n.Overlap.A, "b": n.Overlap.B, "grid_m": mediation.GridMetres,
	}).Scan(&head.layer, &head.srid, &c.Kernel.Engine, &checksum, &c.Kernel.Units, &c.Kernel.PlaneM2, &c.PostGIS.PlaneM2, &perimeter,
		&p.Layer, &kind, &p.Source, &sums[0], &p.SigmaM, &p.ground, &p.PlaneM2, &p.ellipsoidal,
		&q.Layer, &otherKind, &q.Source, &sums[1], &q.SigmaM, &q.ground, &q.PlaneM2, &q.ellipsoidal)
	if errors.Is(err, pgx.ErrNoRows) {
		return c, head, unknownOverlap(n.Overlap)
	}
	if err != nil {
		return c, head, fmt.Errorf("overlap %s: %w", n.Overlap, err)
	}
	head.kind = caseKind(kind, otherKind)
	copy(c.Audit.Checksum[:], checksum)
	p.Feature, q.Feature = n.Overlap.A, n.Overlap.B
	for i := range c.Parcels {
		p := &c.Parcels[i]
		copy(p.SourceSHA256[:], sums[i])
		p.GroundSHA256 = sha256.Sum256(p.ground)
		if p.Party = n.Parties[i]; p.Party == "" {
			p.Party = p.name()
		}
		if p.SigmaM == 0 {
			p.SigmaM = n.SigmaM
		}
		if !(p.SigmaM > 0 && p.SigmaM <= 50) {
			return c, head, refuseSigma(p.Layer)
		}
	}
	if p.Party == q.Party {
		return c, head, &ingest.Refusal{
			Code: "one_party", Where: p.Party,
			Reason: ingest.Text{ZH: "两宗地不能属于同一当事人。", EN: "Both parcels would be of one party, and nobody disputes with themselves."},
			Remedy: ingest.Text{ZH: "请给两方不同的名称。", EN: "Give the two different names."},
		}
	}
	if c.Engine, err = engines(ctx, tx); err != nil {
		return c, head, err
	}
	c.PostGIS.Engine = "PostGIS " + c.Engine["postgis"] + ", GEOS " + c.Engine["geos"]
	// PostGIS rounds corners of the common ground to the grid: half a grid unit
	// along its boundary, and the last digits of a float.
	c.ToleranceM2 = mediation.GridMetres/2*perimeter + 1e-9*c.Kernel.PlaneM2
	c.Agree = math.Abs(c.PostGIS.PlaneM2-c.Kernel.PlaneM2) <= c.ToleranceM2
	return c, head, nil
}

func unknownOverlap(ref OverlapRef) *ingest.Refusal {
	return refuseLayer("overlap_unknown", ref.String(),
		"没有重叠 %s，或核查尚未完成。", "There is no overlap %s, or its audit is not complete.",
		"用 jieshi audit show 查看；宗地变更后先运行 jieshi audit run。", "jieshi audit show lists them; after a change of parcels run jieshi audit run first.")
}

var overlapFinding = query("overlap_finding")

// caseKind is the kind of a dispute between two registers.
func caseKind(a, b string) mediation.Kind {
	if k := mediation.Kind(a); a == b && k.Valid() {
		return k
	}
	return "mixed"
}

func refuseSigma(layer string) *ingest.Refusal {
	return refuseLayer("sigma_missing", layer,
		"图层“%s”的界线精度未知。", "Nobody has said how accurate the lines of layer %q are.",
		"请用 --sigma 给出界线中误差（米）。", "Give their 1σ error in metres by --sigma.")
}

// fileFinding puts the parcels on the case as claims, and files what was found.
func (db *DB) fileFinding(ctx context.Context, tx pgx.Tx, number string, c findingContent) (e mediation.Evidence, err error) {
	var run *uuid.UUID
	for _, p := range c.Parcels {
		locked, err := lockCase(ctx, tx, number)
		if err != nil {
			return e, err
		}
		n := newClaim{source: "certificate", sigma: geo.Metres(p.SigmaM), ground: p.ground, ellipsoidalM2: p.ellipsoidal}
		if n.party, err = joinParty(ctx, tx, locked.id, p.Party); err != nil {
			return e, err
		}
		if _, run, err = saveClaim(ctx, tx, locked, n); err != nil {
			return e, err
		}
	}
	c.Run = *run
	locked, err := lockCase(ctx, tx, number)
	if err != nil {
		return e, err
	}
	if _, err := db.fileRun(ctx, tx, locked, c.Run); err != nil {
		return e, err
	}
	subject := uuid.NewSHA1(uuid.NameSpaceOID, []byte("jieshi overlap "+hex.EncodeToString(c.Parcels[0].GroundSHA256[:])+hex.EncodeToString(c.Parcels[1].GroundSHA256[:])))
	return db.file(ctx, tx, locked, mediation.Evidence{
		Kind: mediation.EvidenceDocument, Subject: subject,
		Title:  "登记宗地重叠 overlap of registered parcels, " + c.Overlap,
		Source: fmt.Sprintf("%s, %s", c.Parcels[0].Source, c.Parcels[1].Source),
	}, c)
}
