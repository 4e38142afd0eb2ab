package overlay

import "context"

// A piece is a stretch of boundary between two crossings, with the set of claims
// on its left (which has its owner) and the set on its right (which has not).
// Only pieces with contested ground on a side are kept.
type piece struct {
	s             *shape
	from, to      place
	with, without int32
}

// draw makes the polygons of all faces of depth two and more at once, so that
// they do not overlap. order names the set of each face, numbers the sets of each
// walker.
func (p *Partition) draw(ctx context.Context, l *Layer, walkers []walker, numbers [][]int32, order []int32) error {
	faceOf := make([]int32, len(walkers[0].sets.sets))
	for i := range faceOf {
		faceOf[i] = nobody
	}
	for face, set := range order {
		if p.Faces[face].Depth() >= 2 {
			faceOf[set] = int32(face)
		}
	}
	var g groundMaker
	g.begin(l.Bounds())
	for w := range walkers {
		for _, piece := range walkers[w].pieces {
			left, right := piece.with, piece.without
			if w > 0 {
				left, right = numbers[w][left], numbers[w][right]
			}
			g.add(l, piece.s, piece.from, piece.to, faceOf[left], faceOf[right])
		}
		walkers[w].pieces = nil
	}
	for _, r := range g.regions(least) {
		face := &p.Faces[r.label]
		face.Ground = append(face.Ground, r.ground.moved(g.corner))
	}
	return ctx.Err()
}
