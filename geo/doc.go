// Package geo is the plane geometry of boundaries: lines and rings as they were
// walked, what is wrong with them and where, what they enclose, and how large
// and how certain that is.
//
// # The plane
//
// Coordinates are orb points in one projected CRS, x = east and y = north, in
// metres ([jieshi/geo/crs] makes them). Nothing here knows degrees, files,
// clocks or databases, so everything here also runs in a browser or a phone.
//
// # The grid
//
// Boundaries live on a grid of 0.1 mm ([GridStep]): far below what any receiver
// can tell, and it makes the geometry exact. [SelfCrossings], [RingFaults] and
// [Enclosed] snap what they are given with [Snap] and then decide with integers:
// the side of a point is the sign of a 128-bit determinant, never of a rounded
// float. The only rounding left is that of the place where two edges cross,
// which moves to the nearest point of the grid (at most 0.071 mm away).
//
// # What is here
//
//   - [SelfCrossings] finds every place where a line crosses, touches or runs
//     back over itself; [RingFaults] and [CheckRing] say which rule a boundary
//     ring breaks.
//   - [Enclosed] is all the ground that a closed line encloses, however it
//     crosses itself. It is offered to a person as a repair, never made silently.
//   - [SignedArea], [PlaneArea], [Perimeter], [SliverWidth], [ClosingGap] measure
//     in the plane; [AreaSigma] says how uncertain an area is.
//   - [Metres], [SquareMetres], [Area] are the units; 亩 and hectares are derived
//     from square metres, last.
//
// # What is not here
//
// Ellipsoidal areas and projections are in geo/crs. Overlaps of many claims are
// in geo/overlay and, for what is kept on a case, in PostGIS.
package geo
