package api

import (
	"context"

	"github.com/google/uuid"
	"github.com/paulmach/orb"

	"jieshi/geo/divide"
	"jieshi/mediation"
)

// proposalStore is the part of the database that these handlers use.
type proposalStore interface {
	SaveProposal(ctx context.Context, number string, n mediation.NewProposal, key string) (mediation.Proposal, error)
	Proposals(ctx context.Context, number string) ([]mediation.Proposal, error)
	WithdrawProposal(ctx context.Context, number string, id uuid.UUID) error
}

// ListProposals answers GET /cases/{number}/proposals.
func (s *server) ListProposals(ctx context.Context, r ListProposalsRequestObject) (ListProposalsResponseObject, error) {
	proposals, err := s.Store.Proposals(ctx, r.Number)
	if err != nil {
		return nil, err
	}
	return ListProposals200JSONResponse{Items: each(proposals, proposalOf)}, nil
}

// SaveProposal answers POST /cases/{number}/proposals.
func (s *server) SaveProposal(ctx context.Context, r SaveProposalRequestObject) (SaveProposalResponseObject, error) {
	saved, err := s.Store.SaveProposal(ctx, r.Number, mediation.NewProposal{
		Run: r.Body.Run, Title: r.Body.Title, Note: orZero(r.Body.Note), Replaces: r.Body.Replaces,
		Line: each(r.Body.Line, func(p []float64) orb.Point { return orb.Point(p) }), // the contract has counted to two
		Seats: each(orZero(r.Body.Seats), func(s ProposalSeat) mediation.Seat {
			return mediation.Seat{N: s.N, Left: s.Left, Right: s.Right}
		}),
	}, orZero(r.Params.IdempotencyKey))
	if err != nil {
		return nil, err
	}
	return SaveProposal201JSONResponse(proposalOf(saved)), nil
}

// WithdrawProposal answers DELETE /cases/{number}/proposals/{id}.
func (s *server) WithdrawProposal(ctx context.Context, r WithdrawProposalRequestObject) (WithdrawProposalResponseObject, error) {
	if err := s.Store.WithdrawProposal(ctx, r.Number, r.Id); err != nil {
		return nil, err
	}
	return WithdrawProposal204Response{}, nil
}

func proposalOf(p mediation.Proposal) Proposal {
	return Proposal{
		Id: p.ID, Version: p.Version, Case: p.Case, Run: p.Run, Srid: p.SRID, Title: p.Title, Note: refUnlessZero(p.Note),
		Line:   each(p.Line, func(q orb.Point) []float64 { return q[:] }),
		Pieces: each(p.Pieces, proposedPieceOf), Agrees: p.Agrees(), Engine: p.Engine, CreatedAt: p.CreatedAt, CreatedBy: p.CreatedBy,
	}
}

func proposedPieceOf(p mediation.ProposedPiece) ProposedPiece {
	return ProposedPiece{N: p.N, Divided: p.Divided, Left: shareOf(p.Left), Right: shareOf(p.Right), Whole: shareOf(p.Whole)}
}

func shareOf(s mediation.ProposedShare) ProposedShare {
	areas := func(m divide.Measure) ProposalAreas {
		return ProposalAreas{PlaneM2: float64(m.Plane), EllipsoidalM2: float64(m.Ellipsoidal)}
	}
	return ProposedShare{Side: refUnlessZero(s.Side), Kernel: areas(s.Kernel), Postgis: areas(s.PostGIS), Agrees: s.Agrees}
}
