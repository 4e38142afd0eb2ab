package intake

import "jieshi/mediation"

// Filename makes a name from outside fit to be stored and shown: the last part
// of the path, composed, on one line, at most 200 characters.
func Filename(name string) string { return cleanFilename(name, "upload") }

// LimitOf is how long a file of a kind may be.
func LimitOf(l Limits, kind mediation.JobKind) int64 {
	in := Intake{Limits: l}
	if kind == mediation.JobWalk {
		return in.walkBytes()
	}
	return in.orthophotoBytes()
}
