// Package upload receives files over lines that break: resumable uploads by the
// tus protocol 1.0.0 (tus.io), with the extensions creation,
// creation-with-upload, termination, expiration and checksum, and plain PUTs.
//
// Size and SHA-256 are declared before the first byte. The bytes are hashed
// while they are written, and the state of the hash is committed with the offset
// in one row: whoever goes on, in whatever process, after whatever end of the one
// before, has bytes and hash that belong together and reads nothing twice. An
// upload is complete when the declared bytes lie in the store of files, which is
// when the last request is answered; the work on them is a job.
//
// Any number of processes share uploads: the database says who writes. The bytes
// lie in the folder that they share, or in the bucket.
package upload
