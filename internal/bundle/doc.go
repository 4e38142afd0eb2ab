// Package bundle writes the evidence of a case as a BagIt bag (RFC 8493,
// version 1.0), a folder or a zip file, and verifies one without a database.
//
// What is in a bag, and what proves it:
//
//	bagit.txt, bag-info.txt, manifest-sha256.txt, tagmanifest-sha256.txt
//	data/README.txt
//	data/evidence/chain.json          every link with all its fields
//	data/evidence/001-walk.json …     the content that each link covers, byte for byte
//	data/run/run-3.json               the document of each run, as in its evidence
//	data/run/run-3-claims.json        the claims it was computed from; their hashes are in the document
//	data/originals/<hash>-<name>      the files that evidence names, byte for byte
//	data/claims.geojson, pieces.geojson, walks.geojson, claims.gpkg, map.pdf (none where all claims were withdrawn)
//
// The chain of hashes goes from the newest link to every content, from contents
// to originals and run documents, and from a run document to the claims, the
// pieces and their areas; claims.geojson and pieces.geojson are computed again
// from it. walks.geojson, claims.gpkg and map.pdf are copies for reading: only
// the manifests cover them. Whoever rewrites the manifests and the whole chain
// can make another bag that is whole; that it is another one shows in its chain
// head, which is printed on the map that both sides signed.
package bundle
