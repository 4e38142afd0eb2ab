// Package vector carries ground to and from other programs: it reads polygons
// of Shapefile, GeoPackage, GeoJSON and FlatGeobuf ([ReadPolygons]), and writes
// GeoPackage, which QGIS and ArcGIS open as they are, and GeoJSON (RFC 7946).
//
// # Reading
//
// A stranger's file is opened by GDAL only in a child process that can do
// little harm (package sandbox): it gets a private copy of that one file, knows
// one driver, the one that the content calls for, has no network, and its
// memory, time and files are limited. Archives are unpacked before, by Go code
// that believes nothing that they say about themselves. The child answers with
// polygons in metres, feature by feature, so memory does not grow with the
// layer; the parent checks every count before it believes it.
//
// What comes out is in one projected CRS, x east and y north, in metres: the
// file's own if it is projected, otherwise the working CRS of the place (package
// geo/crs), or the one that the caller names by EPSG code. A vertex is carried
// over for a vertex: edges stay straight. Heights and measures are dropped;
// arcs become chords that stay within a millimetre of them, the same ones
// whichever way the arc runs. Lines and points are counted and left out.
//
// [ReadWalks] reads points, lines and rings of all layers of a Shapefile or
// GeoPackage in the same way, as boundary walks: heights and attributes are kept,
// and curves are refused. Which attribute means what, and the way to degrees, is
// package gnss's to say, in the parent.
//
// # Writing
//
// Only data of ours goes in, so GDAL runs in this process. Coordinates are x
// east, y north, in the CRS that the call names, or longitude and latitude.
package vector
