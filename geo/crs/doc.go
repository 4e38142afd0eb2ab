// Package crs knows the coordinate systems in which boundaries are measured: the
// CGCS2000 3-degree Gauss-Krueger zones inside China and WGS 84 / UTM elsewhere,
// how to go between them and longitude and latitude, how large ground is on the
// ellipsoid, and the traps of Chinese coordinates (swapped axes, GCJ-02).
//
// # Conventions
//
// Longitude and latitude are degrees, longitude first. Plane coordinates are
// metres, x = east and y = north, always, whatever the axis order of the EPSG
// definition or of Chinese survey files (X = north, Y = east; [DetectAxes] tells
// the two apart).
//
// CGCS2000 and WGS 84 coordinates are taken as equal, as PROJ and PostGIS take
// them. They are not for positions in a current-epoch frame (precise point
// positioning, satellite correction services), which plate motion has moved by
// some 0.7 to 0.9 m against CGCS2000 in south China: that is for the survey
// record to say, not for arithmetic to guess.
//
// # One working CRS a case
//
//	srid, err := crs.WorkingSRID(109.30, 24.25) // 4545: CGCS2000, CM 108°E
//	proj, err := crs.ProjectionOf(srid)
//	x, y := proj.Forward(109.30, 24.25)         // 632028.0759, 2683593.9114
//	area, err := crs.EllipsoidalArea(ground, proj)
//
// # What is not here
//
// Other datums (Beijing 1954, Xian 1980 need local parameters from common
// points), heights, grids, and any file or database.
package crs
