// Package mediation holds the rules of a "three major disputes" case: who says
// what ground is theirs, where claims contest each other, what was filed as
// evidence, and how a case moves to its end.
//
// It has no transport and no SQL. What it needs from a store it states as small
// interfaces beside the code that uses them; internal/postgres implements them.
// Areas come from PostGIS (the contested areas of a case) or from geo (the
// report of a walk); this package never measures.
//
// Words: a [Claim] is the ground one [Party] says is theirs; a [Run] is the
// overlap of the live claims of a [Case], computed once and frozen; [Evidence]
// is what was put before the mediator, in a chain of hashes that anyone can
// check; a [Session] is a sitting, with a frozen map (an HTTP session would be
// a Login).
package mediation
