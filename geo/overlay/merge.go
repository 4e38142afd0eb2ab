package overlay

import "slices"

// Merge adds the partitions of the blocks of one layer (see [Block]). The result
// has the faces and pairs of the whole, without polygons of faces.
func Merge(blocks ...*Partition) *Partition {
	whole := &Partition{}
	var faces []Face
	for _, p := range blocks {
		faces = append(faces, p.Faces...)
		whole.Pairs = append(whole.Pairs, p.Pairs...)
		whole.Union = whole.Union.Add(p.Union)
	}
	slices.SortFunc(whole.Pairs, func(x, y Pair) int {
		if x.A != y.A {
			return compareInts(x.A, y.A)
		}
		return compareInts(x.B, y.B)
	})
	slices.SortFunc(faces, func(x, y Face) int { return slices.Compare(x.Claims, y.Claims) })
	for len(faces) > 0 {
		sum := Face{Claims: faces[0].Claims}
		n := 0
		for n < len(faces) && slices.Equal(faces[n].Claims, sum.Claims) {
			sum.Area = sum.Area.Add(faces[n].Area)
			n++
		}
		if sum.Area != (Area{}) {
			whole.Faces = append(whole.Faces, sum)
		}
		faces = faces[n:]
	}
	return whole
}
