package api

import (
	"context"
	"encoding/hex"
	"fmt"
	"strings"

	"github.com/google/uuid"
	"github.com/paulmach/orb"

	"jieshi/mediation"
)

// runReader is the part of the database that these handlers use.
type runReader interface {
	Run(ctx context.Context, id uuid.UUID) (mediation.Run, error)
	CurrentRun(ctx context.Context, number string) (mediation.Run, error)
	PieceShapes(ctx context.Context, run uuid.UUID, level mediation.Level) ([]mediation.PieceShape, error)
	RunTile(ctx context.Context, run uuid.UUID, z, x, y int) (tile []byte, version mediation.Hash, err error)
}

// CurrentRun answers GET /cases/{number}/run with the newest run.
func (s *server) CurrentRun(ctx context.Context, r CurrentRunRequestObject) (CurrentRunResponseObject, error) {
	run, err := s.Store.CurrentRun(ctx, r.Number)
	if err != nil {
		return nil, err
	}
	return CurrentRun200JSONResponse(runOf(run)), nil
}

// ReadRun answers GET /runs/{id}.
func (s *server) ReadRun(ctx context.Context, r ReadRunRequestObject) (ReadRunResponseObject, error) {
	run, err := s.Store.Run(ctx, r.Id)
	if err != nil {
		return nil, err
	}
	return ReadRun200JSONResponse(runOf(run)), nil
}

// ListPieces answers GET /runs/{id}/pieces at one level, or at all three.
func (s *server) ListPieces(ctx context.Context, r ListPiecesRequestObject) (ListPiecesResponseObject, error) {
	run, err := s.Store.Run(ctx, r.Id)
	if err != nil {
		return nil, err
	}
	levels := []mediation.Level{mediation.Nominal, mediation.Core, mediation.Outer}
	if r.Params.Level != nil {
		levels = []mediation.Level{mediation.Level(*r.Params.Level)}
	}
	pieces, err := s.piecesOf(ctx, run, levels...)
	if err != nil {
		return nil, err
	}
	return ListPieces200ApplicationGeoPlusJSONResponse(pieces), nil
}

// piecesOf returns the contested grounds of a run with their figures.
func (s *server) piecesOf(ctx context.Context, run mediation.Run, levels ...mediation.Level) (PieceCollection, error) {
	out := PieceCollection{Type: PieceCollectionTypeFeatureCollection, Features: []PieceFeature{}}
	for _, level := range levels {
		shapes, err := s.Store.PieceShapes(ctx, run.ID, level)
		if err != nil {
			return out, err
		}
		for _, shape := range shapes {
			out.Features = append(out.Features, pieceFeatureOf(run, level, shape))
		}
	}
	return out, nil
}

func pieceFeatureOf(run mediation.Run, level mediation.Level, shape mediation.PieceShape) PieceFeature {
	p := PieceProperties{Level: Level(level), Sides: &shape.Sides, Parties: ref(partiesOf(run, shape.Sides)), Label: positionOf(shape.Label)}
	if shape.Sides == nil {
		p.Sides = &[]int{}
	}
	out := PieceFeature{Type: PieceFeatureTypeFeature, Geometry: shape.LonLat}
	if shape.N == 0 {
		out.Id = extentID(level, shape.Sides)
		p.Area = extentArea(run, level, shape.Sides)
	} else {
		out.Id = fmt.Sprintf("%s-%d", level, shape.N)
		p.N = &shape.N
		fillPiece(&p, run, level, shape.N)
	}
	out.Properties = p
	return out
}

func fillPiece(p *PieceProperties, run mediation.Run, level mediation.Level, n int) {
	for _, piece := range run.Pieces {
		if piece.N != n {
			continue
		}
		p.Verdict = ref(Verdict(piece.Verdict))
		p.Area = ref(Measure(piece.Nominal))
		if level == mediation.Core {
			p.Area = ref(Measure(piece.Core))
		} else {
			p.Rings = ref(ringsOf(piece.Ground))
		}
	}
}

func ringsOf(ground orb.Polygon) [][][]float64 {
	return each(ground, func(ring orb.Ring) [][]float64 {
		return each(ring, func(p orb.Point) []float64 { return p[:] })
	})
}

func extentID(level mediation.Level, sides []int) string {
	id := []string{string(level)}
	for _, side := range sides {
		id = append(id, fmt.Sprint(side))
	}
	return strings.Join(id, "-")
}

func extentArea(run mediation.Run, level mediation.Level, sides []int) *Measure {
	for _, e := range run.Extents {
		if extentID(e.Level, e.Sides) == extentID(level, sides) {
			return ref(Measure(e.Area))
		}
	}
	return nil
}

func partiesOf(run mediation.Run, sides []int) []string {
	return each(sides, func(side int) string {
		for _, in := range run.Inputs {
			if in.Side == side {
				return in.Party
			}
		}
		return ""
	})
}

func runOf(r mediation.Run) Run {
	return Run{
		Id: r.ID, Number: r.Number, Case: r.Case, CreatedAt: r.CreatedAt.UTC(), Srid: r.SRID, GridM: r.GridM, K: r.K,
		Engine: r.Engine, Sha256: hex.EncodeToString(r.SHA256[:]),
		Inputs: each(r.Inputs, func(in mediation.RunInput) RunInput {
			return RunInput{Claim: in.Claim, Version: in.Version, Party: in.Party, Side: in.Side, SigmaM: in.SigmaM, Sha256: in.SHA256, SigmaSha256: refUnlessZero(in.SigmaSHA256)}
		}),
		Pieces:  each(r.Pieces, pieceOf),
		Nominal: Measure(r.Contested.Nominal), Core: Measure(r.Contested.Core), Outer: Measure(r.Contested.Outer),
		Pairs: each(r.Pairs, func(p mediation.Pair) Pair {
			return Pair{
				Parties: p.Parties[:], Sides: p.Sides[:],
				Nominal: Measure(p.Nominal), Core: Measure(p.Core), Outer: Measure(p.Outer),
			}
		}),
	}
}

func pieceOf(p mediation.Piece) Piece {
	return Piece{
		N: p.N, Parties: p.Parties, Sides: p.Sides, Verdict: Verdict(p.Verdict), Nominal: Measure(p.Nominal), Core: Measure(p.Core),
		WidthM: p.WidthM, ToleranceM: p.ToleranceM, Sliver: p.Sliver,
	}
}
