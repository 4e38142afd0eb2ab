package mediation

import (
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/paulmach/orb"

	"jieshi/geo/divide"
	"jieshi/ingest"
)

// A Proposal 方案 is a line on the table that divides the contested pieces of one
// run. It is without prejudice: it stands apart from the evidence, no chain and no
// bundle has it, and nothing is decided by it. It is never changed; a better line is
// a new version, and a withdrawn one is shown no more.
type Proposal struct {
	ID        uuid.UUID
	Version   int
	Case      string // its number
	Run       uuid.UUID
	SRID      int
	Title     string
	Note      string
	Line      orb.LineString // in SRID, x east, in metres
	Pieces    []ProposedPiece
	Engine    map[string]string // name → version of everything that computed it
	CreatedAt time.Time
	CreatedBy string
}

// Agrees says whether both engines found the same areas.
func (p *Proposal) Agrees() bool {
	for _, piece := range p.Pieces {
		for _, s := range piece.Shares() {
			if !s.Agrees {
				return false
			}
		}
	}
	return true
}

// A ProposedPiece is a contested piece under the line. Left and Right look along
// the line; Whole is what it assigns to nobody.
type ProposedPiece struct {
	N                  int
	Divided            bool
	Left, Right, Whole ProposedShare
}

// Shares returns left, right and whole.
func (p *ProposedPiece) Shares() [3]ProposedShare {
	return [3]ProposedShare{p.Left, p.Right, p.Whole}
}

// A ProposedShare is ground on one side of the line, computed twice.
type ProposedShare struct {
	Side    int            // of the party that would get it; 0: nobody
	Kernel  divide.Measure // by geo/divide, as the page showed it
	PostGIS divide.Measure // by snap rounding and polygonizing, when it was saved
	Agrees  bool           // the plane areas differ by no more than the grid × the outline of the piece
}

// A Seat says who would get the ground on the two sides of the line at a piece.
type Seat struct{ N, Left, Right int }

// A NewProposal is what saving a proposal takes. Pieces without a seat give their
// first party the left and their second the right.
type NewProposal struct {
	Run      uuid.UUID
	Title    string
	Note     string
	Line     orb.LineString
	Seats    []Seat
	Replaces *uuid.UUID // the proposal of which this is a new version
}

// SeatAt returns who would get left and right of a piece. A seat for a party that
// does not claim the piece, or for one party on both sides, is refused.
func (n *NewProposal) SeatAt(p *Piece) (Seat, error) {
	for _, s := range n.Seats {
		if s.N != p.N {
			continue
		}
		if s.Left == s.Right || !claims(p, s.Left) || !claims(p, s.Right) {
			return Seat{}, &ingest.Refusal{
				Code: "seat_not_of_piece",
				Reason: ingest.Text{
					ZH: fmt.Sprintf("%d 号地的左右两侧应归主张该地块的两个不同当事人。", p.N),
					EN: fmt.Sprintf("Left and right of piece %d go to two different parties that claim it.", p.N),
				},
				Remedy: ingest.Text{ZH: "请重新选择左右两侧的归属。", EN: "Choose again who gets which side."},
			}
		}
		return s, nil
	}
	return Seat{p.N, p.Sides[0], p.Sides[1]}, nil
}

func claims(p *Piece, side int) bool {
	for _, s := range p.Sides {
		if s == side {
			return true
		}
	}
	return false
}
