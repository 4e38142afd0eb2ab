package mediation

import "time"

// A CaseFilter chooses cases. Zero fields choose everything.
type CaseFilter struct {
	Area           string // division code; the area and everything below it
	Kind           Kind
	AcceptedFrom   time.Time
	AcceptedBefore time.Time // exclusive
	ResolvedFrom   time.Time
	ResolvedBefore time.Time // exclusive
	Statuses       []Status
	Resolved       *bool // true: resolved; false: still pending
	ThreeCross     *bool
	Words          string // in number, title or the name of a party
	After          string // cursor: the number of the last case of the page before
	Limit          int
}

// A CasePage is one page of cases, newest first.
type CasePage struct {
	Items []Case
	Next  string // cursor; empty on the last page
	Total int    // all cases that match
}
