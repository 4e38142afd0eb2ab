// Package gnss reads what a receiver, a phone or a drawing board says about a
// boundary and gives it back as walks: RTKLIB .pos, NMEA 0183, GPX, KML and KMZ,
// receiver tables and point lists, ODK traces, DXF, plot texts of land offices
// and GeoJSON, in UTF-8, UTF-16 or GBK. docs/formats.md has what is kept of each.
//
// [Read] looks at the content, never at the name of the file, and hands the
// bytes to one reader. Where a file leaves open what its numbers mean, the
// reader proposes and refuses ([CodeMapping], with a [Table]); a person says
// ([Told]) and [ReadTold] reads. [Look] is the preview. All readers keep the
// same promises:
//
//   - positions are longitude and latitude in degrees on WGS 84 / CGCS2000,
//     finite and within ±180 and ±90; nothing is snapped, smoothed or repaired;
//   - times are UTC, or zero where the file does not say;
//   - the source line of each fix is kept, and what was passed over or assumed
//     is a note with its line ([Explain] has the words for each code);
//   - a file of which nothing can be used is an [*ingest.Refusal]; any other
//     error comes from the reader that was handed in;
//   - memory is bounded by [Limits], whatever a file claims about itself.
//
// A recording is forgiven single bad lines, since a walk cannot be walked
// again; a drawing or a list of points is not, since a missing corner is another
// claim.
//
// Not in here: gaps, closing, crossings and areas (a walk's report), Shapefile,
// GeoPackage and other formats of OGR, which only a confined process may open;
// [Sniff] and [SniffZip] know them by sight.
package gnss
