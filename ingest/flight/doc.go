// Package flight reads what a drone brings home before any picture is made of
// it: photos, each with its place, time, fix, accuracy and gimbal as the
// aircraft wrote them, and what follows for the flight: its line, the ground
// that each photo shows, how far photos overlap, and what a surveyor has to know
// before an engine works on them for hours.
//
//	photo, err := flight.ReadPhoto("DJI_0001.JPG", f) // one *ingest.Refusal or one Photo
//	report, err := flight.New(photos, flight.Options{})
//
// Positions are degrees on WGS 84 (equal to CGCS2000 for this purpose), lengths
// metres. Footprints assume level ground at the height of take-off, unless a
// person states how high the camera flew above it: good enough to see gaps on a
// map, never to measure by. Nothing here opens pixels; only the metadata of a
// JPEG or TIFF is read, by a pure Go decoder with limits.
//
// What is not here: archives and folders (package intake), rows (the store) and
// the engine that makes an orthophoto (package nodeodm).
package flight
