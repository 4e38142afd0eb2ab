package ingest

import "jieshi/geo"

// A Refusal says why a file is not taken, in words for the person who brought
// it. It is the only error that readers and converters return for bad input;
// any other error is a fault of ours.
type Refusal struct {
	Code   string // stable and lower case, e.g. "crs_missing"; never translated
	Reason Text   // what is wrong
	Remedy Text   // what to do now
	Where  string // line, element or place in the file; may be empty

	// Facts is what a program needs to help the person decide, as JSON: the
	// tracks to choose from, the columns to confirm. Nil for most codes.
	Facts *Facts
}

// Facts are the particulars of a refusal that a person answers with a choice.
type Facts struct {
	Tracks  []Track `json:"tracks,omitempty"`  // of several_tracks and track_missing
	Preview any     `json:"preview,omitempty"` // of mapping_unconfirmed: a [gnss.Table]
}

// A Track is one of the walks in a file, told so that a person can choose.
type Track struct {
	N      int        `json:"n"` // from 1, in the order of the file
	Name   string     `json:"name,omitempty"`
	Kind   Kind       `json:"kind"`
	Points int        `json:"points"`
	Length geo.Metres `json:"length_m"` // along the ellipsoid, without a closing edge
}

// Text is a sentence in the two languages of the product.
type Text struct {
	ZH string `json:"zh"`
	EN string `json:"en"`
}

func (r *Refusal) Error() string {
	if r.Where == "" {
		return r.Code + ": " + r.Reason.EN + " " + r.Remedy.EN
	}
	return r.Code + " at " + r.Where + ": " + r.Reason.EN + " " + r.Remedy.EN
}
