// Package divide lays contested ground on the table and divides it by a line
// that someone proposes: who would get how much on which side.
//
// It is what a page asks for while a line is dragged, many times a second, and
// what a server asks for once when the line is kept. Both run this code, so both
// say the same.
//
//	table, err := divide.NewTable(4545, pieces) // once
//	cuts, err := table.Divide(ctx, line)        // for every frame
//	cuts[0].Left.Ellipsoidal.Mu()
//
// Ground and line are in one working CRS, x = east and y = north, in metres.
// Plane areas are those of [jieshi/geo/overlay.Split]: exact for the parts as
// they are on the grid of 0.1 mm. Ellipsoidal areas are those of
// [jieshi/geo/crs.EllipsoidalArea] for the same parts.
//
// # What is not here
//
// Who sits on which side: that is for the mediator to say. Keeping a line.
package divide
