// Package overlay lays whole registers of claims over each other: which pairs
// have ground in common and how much ([Pairs]), the ground divided by everyone
// who claims it ([Faces]), ground divided by a line ([Split]), what is wrong
// with a boundary ([Validate]) and what it means all the same ([Repair]).
//
// It is pure arithmetic: no input or output, no clock, no cgo, no floating point
// between the grid and the result. It runs on a server, in a browser and on a
// phone with the same result to the bit.
//
// # Input
//
//   - Claims are polygons or multipolygons with holes, 3 to 10^6 vertices, in one
//     projected CRS, x = east and y = north.
//   - [Snap] puts them on the grid: whole multiples of 0.1 mm, up to 2^40 of them
//     (110,000 km) from the origin. Anything farther, infinite or not a number is
//     [ErrOffGrid], never wrapped round.
//   - [Builder] makes a [Layer] of them, each known by an int64 ID of its own.
//     Rings may be open or closed, begin anywhere and run either way.
//   - [Pairs] and [Faces] need valid claims. A repeated point does no harm; a
//     spike and a ring that touches itself do none to areas, but show again in
//     polygons; rings that cross do harm. Validate tells, Repair mends. What
//     comes of broken claims is without meaning, but it comes, without panic, and
//     it is the same every time.
//   - A layer has up to 2^31 − 1 claims as far as memory reaches: about 14 bytes a
//     vertex, and some 150 for each crossing while it runs. Layers larger than that
//     are worked through in blocks ([Block], [StreamPairs], [StreamFaces], [Merge]):
//     then memory is that of the largest block with its halo, however many there are.
//
// # Fill
//
// A ring holds the ground round which it winds, whichever way and however often
// (non-zero winding). A polygon holds what its shell holds and no hole does. A
// multipolygon holds what any of its polygons does. For valid claims this is the
// meaning of OGC 06-103r4; for others it is the rule of [Repair], and close to
// ST_MakeValid(…, 'method=structure').
//
// # The perturbation
//
// Registers are full of coincidence: the same parcel twice, shared fences,
// corners on sides, three lines through one stone. Of every two claims a and b
// the one with the higher ID is thought to be shifted by an infinitesimal amount
// along (1, ε) with ε infinitesimal again. Then no corner lies on another's edge,
// no two edges run along each other, and every question about the pair (on which
// side, does it cross, is it inside) has a yes or a no, and the answers fit each
// other: where the exact sign is zero, the sign of the shift decides. Edges that
// run along each other do not cross; corners that touch cross twice or not at all,
// in one place. The strip or corner that this adds has no width, and since
// coordinates are never shifted, no area either.
//
// # Output
//
//   - A crossing is rounded to a subgrid of 0.1 mm / 256 (0.4 µm) by integer
//     division. The rounded point depends on the exact point alone, so both claims
//     have the same. An [Area] is the exact sum for polygons with such corners, in
//     128 bits. So areas are exact for duplicates, coverages and everything
//     whose crossings are grid points, and otherwise off by at most 0.2 µm ×
//     perimeter, a ten-thousandth of what the grid itself leaves open.
//   - Ground that is only touched has no area and is not listed.
//   - Faces add up to the union exactly: each piece of boundary adds to one face
//     what it takes from another.
//   - Polygons, when asked for, are valid on the 0.1 mm grid: shells
//     counter-clockwise, holes clockwise, no ring touching itself, beginning at
//     its least corner. Corners of claims stay where they are; crossings are
//     rounded to 0.1 mm, so areas of polygons differ from exact ones by at most half a
//     grid unit × perimeter. Faces drawn together do not overlap. Ground thinner
//     than the grid has an area but may have no polygon.
//   - Rows are in the order of IDs.
//
// # Determinism
//
// The result has the same bytes for every order of the claims, every start and
// direction of their rings, every number of workers, every division in blocks, on
// every machine. Areas do not depend on where the claims lie either. IDs decide
// the perturbation, and with it whether a corner on another's edge becomes a
// corner of a face: that shows in areas only next to a rounded crossing, and below
// its rounding. [Version] names the rules; it changes with any of them.
//
// # How it works
//
//  1. Vertices are 32-bit numbers relative to their claim, in flat arrays along a
//     Hilbert curve. Every eight edges of a ring have a box, and the area that the
//     boundary has swept up to there.
//  2. A packed R-tree over the claims' boxes gives the candidates.
//  3. Of a pair, only runs whose boxes meet in the common box are compared, edge
//     by edge, with 64-bit predicates; frames wider than 214 km take 128 bits.
//  4. Crossings are sorted along both boundaries. The rounded coordinates decide;
//     rounding keeps order, and between two crossings in one place there is
//     nothing to tell apart.
//  5. One question (is the first corner inside?) and a toggle for each
//     crossing say which pieces of a lie in b, and of b in a. Together they bound
//     the common ground. Its area is the sum of what they sweep, of which whole
//     runs are summed already.
//  6. For faces, the crossings of each boundary with all others are merged. Along
//     it, the set of claims on the right is that of the ring's first corner with
//     each crossing toggling one; on the left it has the owner too. Every piece
//     adds what it sweeps to the one set and takes it from the other. Sets are
//     found by hash and compared in full.
//  7. To draw ground, its pieces are split where, rounded to the grid, they cross
//     or touch, until nothing is left to split, or, if that goes on and on, are
//     snap rounded at once; pieces that run back along each other cancel; faces are traced, winding numbers spread from the outside in,
//     and faces of one label are put together.
//
// Steps 2 to 6 are n log n in the edges for claims that overlap a bounded number
// of others. Pairs and sets of d claims on one spot are d² of course.
//
// # What is not here
//
// Files, databases, projections, ellipsoidal areas (package geo/crs). Deciding
// whose ground it is.
package overlay
