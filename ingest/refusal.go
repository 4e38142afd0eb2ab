package ingest

// A Refusal says why a file is not taken, in words for the person who brought
// it. It is the only error that readers and converters return for bad input;
// any other error is a fault of ours.
type Refusal struct {
	Code   string // stable and lower case, e.g. "crs_missing"; never translated
	Reason Text   // what is wrong
	Remedy Text   // what to do now
	Where  string // line, element or place in the file; may be empty
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
