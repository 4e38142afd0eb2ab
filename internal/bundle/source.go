package bundle

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"jieshi/geo"
	"jieshi/ingest"
	"jieshi/mediation"
)

// A source is a bundle that was found to be whole: what a bag of it says can be
// verified.
type source struct {
	mediation.Bundle
	document *runDocument // of Run
	runs     []runFile
	claims   claimList
}

// A runFile is the document of one run that is evidence.
type runFile struct {
	number  int
	content []byte
}

func (s *source) head() mediation.Hash { return s.Evidence[len(s.Evidence)-1].LinkSHA256 }

// newSource checks b in the way in which its bag will be verified, so that no
// bag is written that does not verify.
func newSource(b mediation.Bundle) (*source, error) {
	s := &source{Bundle: b}
	if len(b.Evidence) == 0 {
		return nil, refuse("nothing_filed", "", "案件还没有证据。", "Nothing was filed as evidence on this case yet.",
			"请先录入踏界或影像。", "Add a boundary walk or an orthophoto first.")
	}
	if err := mediation.VerifyChain(b.Evidence); err != nil {
		return nil, chainRefusal(err)
	}
	for _, e := range b.Evidence {
		if e.Kind != mediation.EvidenceRun {
			continue
		}
		d, err := readDocument(e.Content)
		if err != nil {
			return nil, fmt.Errorf("evidence %d: %w", e.Seq, err)
		}
		s.runs = append(s.runs, runFile{d.Number, e.Content})
		if e.Subject == b.Run.ID {
			s.document = d
		}
	}
	if s.document == nil {
		return nil, refuse("run_not_filed", "", "叠置运算尚未作为证据归档。", "The contest run is not filed as evidence.",
			"请先归档该运算，再导出。", "File the run first, then export.")
	}
	return s, s.listClaims()
}

func (s *source) listClaims() error {
	s.claims = claimList{Format: claimListFormat, Run: s.document.sum, SRID: s.document.SRID, Claims: []listedClaim{}}
	for _, c := range s.Claims {
		b, err := encodeGround(c.Ground, c.SRID)
		if err != nil {
			return fmt.Errorf("claim of %s: %w", c.Party.Name, err)
		}
		if sha256.Sum256(b) != c.SHA256 {
			return fmt.Errorf("claim of %s, version %d: its ground does not have the hash that was filed", c.Party.Name, c.Version)
		}
		s.claims.Claims = append(s.claims.Claims, listedClaim{
			Claim: c.ID, Version: c.Version, Party: c.Party.Name, Side: c.Party.Side, SigmaM: float64(c.SigmaM), Vertex: c.VertexSigmas, Source: c.Source,
			FiledAt: c.FiledAt.UTC().Format(time.RFC3339Nano), FiledBy: c.FiledBy, Area: rounded(c.Area), SHA256: c.SHA256, EWKB: hex.EncodeToString(b),
		})
	}
	return s.claims.follow(s.document)
}

// rounded returns m as it is after it was written and read once: mu and
// hectares follow from square metres that are rounded already.
func rounded(m mediation.Measure) mediation.Measure {
	for _, a := range []*geo.Area{&m.Ellipsoidal, &m.Plane} {
		a.SquareMetres, a.Sigma = geo.SquareMetres(round4(a.SquareMetres)), geo.SquareMetres(round4(a.Sigma))
	}
	return m
}

var errInputs = errors.New("the claims are not those that the run names")

// follow checks that the claims are the inputs of a run, in their order.
func (l claimList) follow(d *runDocument) error {
	if l.Run != d.sum || l.SRID != d.SRID || len(l.Claims) != len(d.Inputs) {
		return errInputs
	}
	for i, c := range l.Claims {
		in := mediation.RunInput{
			Claim: c.Claim, Version: c.Version, Party: c.Party, Side: c.Side, SigmaM: c.SigmaM, SHA256: c.SHA256.String(),
			SigmaSHA256: mediation.SigmaHash(c.Vertex),
		}
		if in != d.Inputs[i] {
			return fmt.Errorf("%w: %s, version %d", errInputs, c.Party, c.Version)
		}
		b, err := hex.DecodeString(c.EWKB)
		if err != nil || mediation.Hash(sha256.Sum256(b)) != c.SHA256 {
			return fmt.Errorf("%w: the ground of %s was altered", errInputs, c.Party)
		}
	}
	return nil
}

func refuse(code, where, zh, en, doZH, doEN string) *ingest.Refusal {
	return &ingest.Refusal{Code: code, Where: where, Reason: ingest.Text{ZH: zh, EN: en}, Remedy: ingest.Text{ZH: doZH, EN: doEN}}
}
