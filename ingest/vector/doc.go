// Package vector writes ground for other programs: GeoPackage through GDAL's
// OGR, which QGIS and ArcGIS open as they are, and GeoJSON (RFC 7946) by itself.
//
// Only data of ours goes in, so GDAL runs in this process; foreign vector files
// are never opened here. Coordinates are x east, y north, in the CRS that the
// call names, or longitude and latitude on CGCS2000 (EPSG:4490).
package vector
