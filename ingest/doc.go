// Package ingest turns what a surveyor brings from the field into a [Walk] and
// says what it is worth: [NewReport] judges a walk as a boundary, with every
// doubt in words for the person who walked it. A file that is not taken gives a
// [*Refusal].
//
// The readers are below: package gnss reads walks, raster reads orthophotos and
// vector reads polygons. The latter two open strangers' bytes only in a child
// process (package sandbox). Nothing here knows of cases and parties.
package ingest
