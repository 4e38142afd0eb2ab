package mediation

import (
	"errors"
	"time"

	"github.com/google/uuid"

	"jieshi/ingest"
)

// ErrClaimNotLive says that a claim was withdrawn or replaced already.
var ErrClaimNotLive = errors.New("mediation: the claim is not live any more")

// A WithdrawalKind says whose doing it is that a claim stands no more. The two
// differ in law: who withdraws gives ground up; whose data were wrong does not.
type WithdrawalKind string

// The kinds.
const (
	WithdrawnByParty  WithdrawalKind = "party" // they no longer say that the ground is theirs
	WithdrawnForError WithdrawalKind = "error" // what the claim was made of is wrong; they may claim again
)

// A NewWithdrawal asks that the live version of a claim stand no more.
type NewWithdrawal struct {
	Claim  uuid.UUID
	Kind   WithdrawalKind
	Reason string     // 1 to 1000 characters
	Walk   *uuid.UUID // the reading that shows it, of the same case and party; nil: none
}

// A Withdrawal says who withdrew a claim, when, and why. The claim, its evidence
// and the runs that it was part of are kept. It never changes; who claims again
// makes a new claim.
type Withdrawal struct {
	ID      uuid.UUID
	Case    string
	Claim   uuid.UUID
	Version int
	Party   Party
	Kind    WithdrawalKind
	Reason  string
	Walk    *uuid.UUID
	Run     uuid.UUID // the case without the claim
	Area    Measure   // of the claim; without sigma
	FiledAt time.Time // of the claim
	At      time.Time
	By      string
}

// A ClaimDoubt says that the file which a live claim was made of was since read
// as displaced, by a person or by the shift test.
type ClaimDoubt struct {
	Claim uuid.UUID
	Party Party
	Walk  uuid.UUID // the reading
	Datum ingest.Datum
}
