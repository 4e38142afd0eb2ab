package mediation

// A Bundle is what the evidence bundle of a case is written from, read from the
// store in one transaction. It carries no files: the originals that Evidence
// names are opened by their hash while the bundle is written.
type Bundle struct {
	Case Case
	// Run is the newest run of the case that is evidence, with its pieces,
	// extents and pairs. Its document is the content of that evidence.
	Run Run
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

// A BundleWalk is a walk with its fixes, in order.
type BundleWalk struct {
	Walk  Walk
	Fixes []Fix
}
