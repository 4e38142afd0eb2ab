package mediation

import "jieshi/ingest"

// A Bundle is what the evidence bundle of a case is written from, read from the
// store in one transaction. It carries no files: the originals that Evidence
// names are opened by their hash while the bundle is written.
type Bundle struct {
	Case Case
	// Run is the newest run of the case that is evidence, with its pieces,
	// extents and pairs.
	Run Run
	// Documents are the documents of every run that is evidence, Run's among
	// them, as they were stored: their SHA-256 is the run's.
	Documents []RunDocument
	// Claims are the claim versions that Run was computed from, in the order of
	// its inputs, with Ground as it was hashed.
	Claims []Claim
	// Walks are the walks of the case, oldest first, with every fix.
	Walks []BundleWalk
	// Orthophotos are the pictures of the case, oldest first.
	Orthophotos []Orthophoto
	// Evidence is the whole chain, oldest first, with contents.
	Evidence []Evidence
}

// A RunDocument is the canonical JSON of one run of a case.
type RunDocument struct {
	Number int
	JSON   []byte
}

// A BundleWalk is a walk with its fixes, in order.
type BundleWalk struct {
	Walk  Walk
	Fixes []BundleFix
}

// A BundleFix is a fix as it was recorded, with what the report made of it.
type BundleFix struct {
	ingest.Fix
	Jump bool // suspected multipath jump
}
