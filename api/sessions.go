package api

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"slices"
	"time"

	"github.com/google/uuid"

	"jieshi/mediation"
)

// sessionStore is the part of the database that these handlers use.
type sessionStore interface {
	OpenSession(ctx context.Context, number, token string, n mediation.NewSession, key string) (mediation.Session, error)
	Session(ctx context.Context, token string) (mediation.Session, error)
	RunPlace(ctx context.Context, run uuid.UUID) (mediation.Place, error)
}

// newToken returns 256 random bits in the letters of base64url: whoever has the
// link may look, and nobody guesses one.
func newToken() string {
	var b [32]byte
	_, _ = rand.Read(b[:]) // never fails (crypto/rand)
	return base64.RawURLEncoding.EncodeToString(b[:])
}

// OpenSession answers POST /cases/{number}/sessions.
func (s *server) OpenSession(ctx context.Context, r OpenSessionRequestObject) (OpenSessionResponseObject, error) {
	session, err := s.Store.OpenSession(ctx, r.Number, newToken(), mediation.NewSession{
		Title: r.Body.Title, HeldOn: dayOf(r.Body.HeldOn), Run: r.Body.Run, Orthophoto: r.Body.Orthophoto, Contours: r.Body.Contours,
		Layers: each(orZero(r.Body.Layers), rename[mediation.Layer, Layer]),
	}, orZero(r.Params.IdempotencyKey))
	if err != nil {
		return nil, err
	}
	return OpenSession201JSONResponse{
		Body:    s.sessionOf(session),
		Headers: OpenSession201ResponseHeaders{Location: ref(basePath + "/sessions/" + session.Token)},
	}, nil
}

// ReadSession answers GET /sessions/{token} with what was frozen, and nothing
// that came later.
func (s *server) ReadSession(ctx context.Context, r ReadSessionRequestObject) (ReadSessionResponseObject, error) {
	session, err := s.Store.Session(ctx, r.Token)
	if err != nil {
		return nil, err
	}
	run, err := s.Store.Run(ctx, session.Run)
	if err != nil {
		return nil, err
	}
	claims, err := s.Store.RunClaims(ctx, session.Run)
	if err != nil {
		return nil, err
	}
	c, err := s.Store.Case(ctx, session.Case)
	if err != nil {
		return nil, err
	}
	place, err := s.Store.RunPlace(ctx, session.Run)
	if err != nil {
		return nil, err
	}
	view := SessionView{
		Session: s.sessionOf(session), Run: runOf(run), Claims: claimsOf(claims), Case: summaryOf(frozen(c, session, run, place)),
	}
	if view.Crs, err = s.crsOf(ctx, run.SRID); err != nil {
		return nil, err
	}
	if view.Pieces, err = s.piecesOf(ctx, run, mediation.Nominal, mediation.Core); err != nil {
		return nil, err
	}
	if view.Outer, err = s.piecesOf(ctx, run, mediation.Outer); err != nil {
		return nil, err
	}
	if session.Orthophoto != nil {
		photo, err := s.Store.Orthophoto(ctx, *session.Orthophoto)
		if err != nil {
			return nil, err
		}
		view.Orthophoto = ref(orthophotoOf(frozenPhoto(photo, session)))
	}
	if session.Contours != nil {
		model, err := s.Store.Orthophoto(ctx, *session.Contours)
		if err != nil {
			return nil, err
		}
		view.Model = ref(orthophotoOf(frozenPhoto(model, session)))
	}
	return ReadSession200JSONResponse(view), nil
}

// frozen returns the case as it stood when the session was opened: its status,
// the parties whose claims are on the map, the contested ground of that map and
// where it lies.
func frozen(c mediation.Case, s mediation.Session, run mediation.Run, place mediation.Place) mediation.Case {
	status := c.Status
	for _, m := range slices.Backward(c.History) {
		if status = m.To; !m.At.After(s.CreatedAt) {
			break
		}
	}
	if status != c.Status { // it was pending: nothing leads on from an end
		c.Status, c.Resolved, c.EndedOn = status, false, time.Time{}
	}
	c.Contested = &run.Contested
	c.Parties = slices.DeleteFunc(slices.Clone(c.Parties), func(p mediation.Party) bool {
		return !slices.ContainsFunc(run.Inputs, func(in mediation.RunInput) bool { return in.Side == p.Side })
	})
	c.Areas, c.Crosses, c.Center = place.Areas, place.Crosses, place.Center
	return c
}

// frozenPhoto leaves out of a picture what was found of it after the session was
// opened: a check, a shift, and how much it covers of claims that may have changed.
func frozenPhoto(o mediation.Orthophoto, s mediation.Session) mediation.Orthophoto {
	o.Coverage = mediation.Coverage{}
	if o.Check != nil && o.Check.At.After(s.CreatedAt) {
		o.Check = nil
	}
	if o.Shift != nil && o.Shift.At.After(s.CreatedAt) {
		o.Shift = nil
	}
	return o
}

func (s *server) sessionOf(m mediation.Session) Session {
	return Session{
		Id: m.ID, Token: m.Token, Url: s.PublicURL + "/sessions/" + m.Token, Title: m.Title, HeldOn: dateUnlessZero(m.HeldOn),
		Run: m.Run, Orthophoto: m.Orthophoto, Contours: m.Contours, Layers: each(m.Layers, rename[Layer, mediation.Layer]),
		CreatedAt: m.CreatedAt.UTC(), CreatedBy: m.CreatedBy,
	}
}
