package overlay

// A Block is a cell of a division of the plane by which a layer too large for
// memory is worked through, one block after another or on many machines.
//
// For a block, build a [Layer] of every claim whose box meets the block, and of
// every claim whose box meets the box of one of those (the halo); run [Pairs] or
// [Faces] with [Options.Owns]; keep the rows. Cells are half open, so every
// point of the plane lies in exactly one, and each row has one owner:
//
//   - a pair belongs to the block that holds the corner (west, south) of the
//     box that the boxes of both claims have in common;
//   - the boundary of a claim belongs to the block that holds the corner
//     (west, south) of the box of the claim, and what it adds to the areas of
//     claimant sets belongs there too.
//
// So rows of pairs are simply put together, and areas of claimant sets added
// with [Merge]; the outcome has the same bytes whatever the division.
type Block struct {
	West, South int64 // in the block
	East, North int64 // outside of the block
}

// owns says whether the block holds p; a nil block owns everything.
func (b *Block) owns(p Point) bool {
	return b == nil || b.West <= p.X && p.X < b.East && b.South <= p.Y && p.Y < b.North
}

// BlocksOf returns the blocks of side `side` (grid units, at least 1) that meet
// box, in rows from the south. Blocks are aligned to the origin of the CRS, so
// two layers are divided alike.
func BlocksOf(box Box, side int64) []Block {
	if box.Empty() || side < 1 {
		return nil
	}
	var blocks []Block
	for y := floorTo(box.Min.Y, side); y <= box.Max.Y; y += side {
		for x := floorTo(box.Min.X, side); x <= box.Max.X; x += side {
			blocks = append(blocks, Block{West: x, South: y, East: x + side, North: y + side})
		}
	}
	return blocks
}

// Box returns the closed box of the grid points in the block.
func (b Block) Box() Box { return Box{Point{b.West, b.South}, Point{b.East - 1, b.North - 1}} }

func floorTo(v, step int64) int64 {
	r := v % step
	if r < 0 {
		r += step
	}
	return v - r
}
