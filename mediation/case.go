package mediation

import (
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
)

// Outcomes that a caller acts on.
var (
	// ErrNotFound says that there is no such thing, or none that this person may see.
	ErrNotFound = errors.New("mediation: not found")
	// ErrStale says that the case has changed since it was read.
	ErrStale = errors.New("mediation: the case has changed since it was read")
	// ErrEnded says that the case is closed and takes no more ground.
	ErrEnded = errors.New("mediation: the case is closed")
	// ErrNoRun says that nothing was claimed yet, so nothing was computed.
	ErrNoRun = errors.New("mediation: no ground has been claimed yet")
	// ErrKeyReused says that an idempotency key was sent with two different requests.
	ErrKeyReused = errors.New("mediation: idempotency key used for another request")
	// ErrRunNotFiled says that contested areas exist but are not evidence yet.
	ErrRunNotFiled = errors.New("mediation: no run of the case is filed as evidence")
	// ErrTooManyParties says that a case has as many sides as its maps have colours and letters for.
	ErrTooManyParties = errors.New("mediation: a case has at most 26 parties")
	// ErrBadCursor says that a page was asked for with a cursor that no page gave.
	ErrBadCursor = errors.New("mediation: not a cursor of this list")
)

// MaxParties is the most sides that a case may have: one letter each.
const MaxParties = 26

// A CaseID names a case inside the program; people use its number.
type CaseID struct{ uuid.UUID }

// A Kind is one of the three great disputes, or several at once.
type Kind string

// The kinds: 土地, 山林, 水利.
const (
	Land   Kind = "land"
	Forest Kind = "forest"
	Water  Kind = "water"
	Mixed  Kind = "mixed"
)

// Kinds lists every kind in the order in which people see them.
var Kinds = []Kind{Land, Forest, Water, Mixed}

// Valid reports whether k is one of [Kinds].
func (k Kind) Valid() bool {
	return k == Land || k == Forest || k == Water || k == Mixed
}

// A Status is where a case stands. Which moves lead on is data of the store
// (table case_status_move), with the legal basis of each.
type Status string

// The statuses that the store is born with.
const (
	Opened    Status = "opened"
	Surveyed  Status = "surveyed"
	Mediating Status = "mediating"
	Settled   Status = "settled"
	Referred  Status = "referred"
	Withdrawn Status = "withdrawn"
)

// statusNames are the statuses as people call them in Chinese.
var statusNames = map[Status]string{
	Opened: "已受理", Surveyed: "已勘测", Mediating: "调解中", Settled: "已化解", Referred: "已移送", Withdrawn: "已撤回",
}

// ZH is the status in Chinese; one that a store added is called by its own word.
func (s Status) ZH() string {
	if name, ok := statusNames[s]; ok {
		return name
	}
	return string(s)
}

// A Case is one dispute.
type Case struct {
	ID         CaseID
	Number     string
	Kind       Kind
	Title      string
	Status     Status
	SRID       int // working CRS; 0 until the first ground arrives
	AcceptedOn time.Time
	EndedOn    time.Time // zero while the case is pending
	Resolved   bool      // ended by agreement
	Crosses    ThreeCross
	Areas      []Area // the lowest areas known that the claims lie in
	Parties    []Party
	Contested  *Contested // nil until a run exists
	Center     *[2]float64
	BBox       *[4]float64 // lon, lat of claims and orthophotos: west, south, east, north
	Run        *uuid.UUID  // the newest run
	Moves      []Status    // where the case may move now
	History    []Move      // oldest first
	Revision   int         // grows with every change; the ETag of the case
}

// A NewCase is what opening a case takes. A zero SRID lets the first ground
// choose; a zero AcceptedOn means today.
type NewCase struct {
	Kind       Kind
	Title      string
	SRID       int
	AcceptedOn time.Time
}

// A Move is one step in the life of a case.
type Move struct {
	From, To Status // From is empty for the opening
	At       time.Time
	By       string
	Note     string
}

// A MoveError says that the case cannot go from one status to the other.
type MoveError struct {
	From, To Status
	Allowed  []Status
}

func (e *MoveError) Error() string {
	return fmt.Sprintf("mediation: a case that is %s cannot become %s; it can become %v", e.From, e.To, e.Allowed)
}

// An SRIDError says why an EPSG code cannot be the working CRS of a case.
type SRIDError struct {
	SRID   int
	Reason string // "unknown", "geographic", "not_metres", "distorts"
}

func (e *SRIDError) Error() string {
	return fmt.Sprintf("mediation: EPSG:%d cannot be the working CRS: %s", e.SRID, e.Reason)
}

// A Party is one side of a case: a villager, a village group, a state farm.
type Party struct {
	ID   uuid.UUID
	Name string
	Side int // 1 甲方, 2 乙方, … in the order of joining
}

// An Area is an administrative area. Its level is 1 province, 2 city,
// 3 county, 4 township, 5 village.
type Area struct {
	Code  string
	Name  string
	Level int
}

// ThreeCross (三跨) says which administrative lines a dispute crosses. It is
// computed from the claims, never ticked by hand.
type ThreeCross struct {
	Province bool `json:"province"`
	City     bool `json:"city"`
	County   bool `json:"county"`
}

// Any reports whether the dispute crosses any of the three.
func (t ThreeCross) Any() bool { return t.Province || t.City || t.County }
