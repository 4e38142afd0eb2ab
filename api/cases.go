package api

import (
	"context"
	"errors"
	"net/url"
	"strconv"
	"strings"
	"time"

	"jieshi/geo/crs"
	"jieshi/mediation"
)

// caseStore is the part of the database that these handlers use.
type caseStore interface {
	Case(ctx context.Context, number string) (mediation.Case, error)
	Cases(ctx context.Context, f mediation.CaseFilter) (mediation.CasePage, error)
	CreateCase(ctx context.Context, c mediation.NewCase, key string) (number string, err error)
	MoveCase(ctx context.Context, number string, revision int, to mediation.Status, note string, on time.Time) error
}

// crsReader knows the coordinate reference systems.
type crsReader interface {
	CRS(ctx context.Context, srid int) (name, proj4 string, err error)
}

// maxPage is the most cases on one page; more is clamped.
const maxPage = 500

// ListCases answers GET /cases with one page, newest first.
func (s *server) ListCases(ctx context.Context, r ListCasesRequestObject) (ListCasesResponseObject, error) {
	p := r.Params
	page, err := s.Store.Cases(ctx, mediation.CaseFilter{
		Area: orZero(p.Area), Kind: mediation.Kind(orZero(p.Kind)),
		AcceptedFrom: dayOf(p.AcceptedFrom), AcceptedBefore: dayOf(p.AcceptedBefore),
		ResolvedFrom: dayOf(p.ResolvedFrom), ResolvedBefore: dayOf(p.ResolvedBefore),
		Statuses: each(orZero(p.Status), rename[mediation.Status, CaseStatus]),
		Resolved: p.Resolved, ThreeCross: p.ThreeCross,
		Words: strings.TrimSpace(orZero(p.Q)), After: orZero(p.Cursor), Limit: min(orZero(p.Limit), maxPage),
	})
	if err != nil {
		return nil, err
	}
	return ListCases200JSONResponse{Items: each(page.Items, summaryOf), Next: refUnlessZero(page.Next), Total: page.Total}, nil
}

// CreateCase answers POST /cases.
func (s *server) CreateCase(ctx context.Context, r CreateCaseRequestObject) (CreateCaseResponseObject, error) {
	number, err := s.Store.CreateCase(ctx, mediation.NewCase{
		Kind: mediation.Kind(r.Body.Kind), Title: r.Body.Title, SRID: orZero(r.Body.Srid), AcceptedOn: dayOf(r.Body.AcceptedOn),
	}, orZero(r.Params.IdempotencyKey))
	if err != nil {
		return nil, err
	}
	c, err := s.readCase(ctx, number)
	if err != nil {
		return nil, err
	}
	location := basePath + "/cases/" + url.PathEscape(number)
	return CreateCase201JSONResponse{Body: c, Headers: CreateCase201ResponseHeaders{ETag: caseTag(c), Location: &location}}, nil
}

// ReadCase answers GET /cases/{number}.
func (s *server) ReadCase(ctx context.Context, r ReadCaseRequestObject) (ReadCaseResponseObject, error) {
	c, err := s.readCase(ctx, r.Number)
	if err != nil {
		return nil, err
	}
	return ReadCase200JSONResponse{Body: c, Headers: ReadCase200ResponseHeaders{ETag: caseTag(c)}}, nil
}

// MoveCase answers POST /cases/{number}/moves, if the case is still as it was read.
func (s *server) MoveCase(ctx context.Context, r MoveCaseRequestObject) (MoveCaseResponseObject, error) {
	revision, err := revisionOf(r.Params.IfMatch)
	if err != nil {
		return nil, err
	}
	if err := s.Store.MoveCase(ctx, r.Number, revision, mediation.Status(r.Body.To), orZero(r.Body.Note), time.Time{}); err != nil {
		return nil, err
	}
	c, err := s.readCase(ctx, r.Number)
	if err != nil {
		return nil, err
	}
	return MoveCase200JSONResponse{Body: c, Headers: MoveCase200ResponseHeaders{ETag: caseTag(c)}}, nil
}

func (s *server) readCase(ctx context.Context, number string) (Case, error) {
	c, err := s.Store.Case(ctx, number)
	if err != nil {
		return Case{}, err
	}
	return s.caseOf(ctx, c)
}

// caseTag is the strong ETag of a case: its revision.
func caseTag(c Case) *string { return ref(`"` + strconv.Itoa(c.Revision) + `"`) }

// revisionOf reads If-Match: a tag that caseTag made, or * for whatever it is,
// which is revision 0. A proxy that compresses marks tags as weak; the revision
// in them is the same. A tag that is none of ours matches no case.
func revisionOf(tag string) (int, error) {
	if tag = strings.TrimSpace(tag); tag == "*" {
		return 0, nil
	}
	digits := strings.TrimPrefix(tag, "W/")
	n, err := strconv.Atoi(strings.Trim(digits, `"`))
	if err != nil || n <= 0 || digits != `"`+strconv.Itoa(n)+`"` {
		return 0, mediation.ErrStale
	}
	return n, nil
}

func (s *server) caseOf(ctx context.Context, c mediation.Case) (Case, error) {
	system, err := s.crsOf(ctx, c.SRID)
	if err != nil {
		return Case{}, err
	}
	sum := summaryOf(c)
	out := Case{
		Number: sum.Number, Title: sum.Title, Kind: sum.Kind, Status: sum.Status, AcceptedOn: sum.AcceptedOn,
		Resolved: sum.Resolved, ResolvedOn: sum.ResolvedOn, ThreeCross: sum.ThreeCross, Areas: sum.Areas,
		Parties: sum.Parties, Contested: sum.Contested, Center: sum.Center,
		Id: c.ID.UUID, Crs: system, Run: c.Run, Moves: each(c.Moves, rename[CaseStatus, mediation.Status]),
		History: each(c.History, moveOf), Revision: c.Revision,
	}
	if c.BBox != nil {
		out.Bbox = ref(each(c.BBox[:], toMillimetre))
	}
	return out, nil
}

// crsOf returns what a map needs to speak the working CRS of a case; nil while
// it has none.
func (s *server) crsOf(ctx context.Context, srid int) (*CRS, error) {
	if srid == 0 {
		return nil, nil // the contract leaves it out
	}
	name, proj4, err := s.Store.CRS(ctx, srid)
	if errors.Is(err, mediation.ErrNotFound) {
		return nil, errors.New("api: the database does not know the working CRS of a case") // a fault of ours, no 404
	}
	if err != nil {
		return nil, err
	}
	out := CRS{Srid: srid, Proj4: proj4}
	out.Name.Zh, out.Name.En = crs.ZoneLabel(crs.SRID(srid))
	if _, known := crs.SRID(srid).CentralMeridian(); !known {
		out.Name.Zh, out.Name.En = name, name
	}
	return &out, nil
}

func summaryOf(c mediation.Case) CaseSummary {
	out := CaseSummary{
		Number: c.Number, Title: c.Title, Kind: CaseKind(c.Kind), Status: CaseStatus(c.Status),
		AcceptedOn: dateOf(c.AcceptedOn), Resolved: c.Resolved,
		ThreeCross: ThreeCross{Province: c.Crosses.Province, City: c.Crosses.City, County: c.Crosses.County, Any: c.Crosses.Any()},
		Areas:      each(c.Areas, areaNameOf), Parties: each(c.Parties, partyOf), Contested: contestedOf(c.Contested),
	}
	if c.Resolved {
		out.ResolvedOn = dateUnlessZero(c.EndedOn)
	}
	out.Center = positionOf(c.Center)
	return out
}

func partyOf(p mediation.Party) Party { return Party{Id: p.ID, Name: p.Name, Side: p.Side} }

func moveOf(m mediation.Move) Move {
	return Move{
		From: refUnlessZero(CaseStatus(m.From)), To: CaseStatus(m.To), At: m.At.UTC(), By: m.By, Note: refUnlessZero(m.Note),
	}
}

func contestedOf(c *mediation.Contested) *Contested {
	if c == nil {
		return nil
	}
	return &Contested{Nominal: c.Nominal.Ellipsoidal, Core: c.Core.Ellipsoidal, Outer: c.Outer.Ellipsoidal}
}
