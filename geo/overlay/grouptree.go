package overlay

// groupTree is a boxTree whose boxes belong to groups. Where all boxes below one
// are of the same group, that group is known above them too, and members of it
// need not look there.
type groupTree struct {
	boxTree
	groups [][]int32 // beside levels: the group of all below, or mixed
}

const mixed = -1

func newGroupTree(boxes []Box, groups []int32) groupTree {
	t := groupTree{newBoxTree(boxes), [][]int32{groups}}
	for level := 1; level < len(t.levels); level++ {
		below := t.groups[level-1]
		up := make([]int32, len(t.levels[level]))
		for k := range up {
			up[k] = below[k*treeFan]
			for _, g := range below[k*treeFan : min((k+1)*treeFan, len(below))] {
				if g != up[k] {
					up[k] = mixed
				}
			}
		}
		t.groups = append(t.groups, up)
	}
	return t
}

// strangers appends to out pairs of groups: that of box i and those of later
// boxes of other groups that it meets.
func (t *groupTree) strangers(out [][2]int32, i int) [][2]int32 {
	top := len(t.levels) - 1
	return t.seek(out, i, top, 0, len(t.levels[top]))
}

func (t *groupTree) seek(out [][2]int32, i, level, first, end int) [][2]int32 {
	box, group := t.levels[0][i], t.groups[0][i]
	for k := max(first, i>>(treeBits*level)); k < end; k++ {
		if t.groups[level][k] == group || !t.levels[level][k].Meets(box) {
			continue
		}
		if level == 0 {
			out = append(out, [2]int32{group, t.groups[0][k]})
			continue
		}
		below := k * treeFan
		out = t.seek(out, i, level-1, below, min(below+treeFan, len(t.levels[level-1])))
	}
	return out
}
