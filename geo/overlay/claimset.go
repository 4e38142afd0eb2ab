package overlay

import (
	"context"
	"slices"
)

// A claimSet is a set of claimants and the area of the ground that these and
// no others claim.
type claimSet struct {
	hash  uint64
	first int // of its members in claimSets.members
	n     int // of them
	area  Area
}

// claimSets maps sets of claimants to areas. Sets are found by a hash that
// changes in one step with each claim that comes or goes, and are compared
// member by member, so two sets are never taken for one.
//
// Number 0 is the empty set: ground that no one claims.
type claimSets struct {
	sets    []claimSet
	members []int32 // ranks, ascending within a set
	slots   []int32 // set + 1, by hash; 0 is free
}

func newClaimSets() *claimSets {
	t := &claimSets{slots: make([]int32, 1<<10)}
	t.number(0, nil)
	return t
}

// number returns the number of the set with the given hash and members, which
// it enters if it is new. The members are copied.
func (t *claimSets) number(hash uint64, members []int32) int32 {
	mask := uint64(len(t.slots) - 1)
	for k := hash & mask; ; k = (k + 1) & mask {
		i := t.slots[k] - 1
		if i < 0 {
			t.slots[k] = int32(len(t.sets)) + 1
			break
		}
		if t.sets[i].hash == hash && slices.Equal(t.of(i), members) {
			return i
		}
	}
	t.sets = append(t.sets, claimSet{hash: hash, first: len(t.members), n: len(members)})
	t.members = append(t.members, members...)
	if 2*len(t.sets) > len(t.slots) {
		t.grow()
	}
	return int32(len(t.sets)) - 1
}

func (t *claimSets) grow() {
	t.slots = make([]int32, 2*len(t.slots))
	mask := uint64(len(t.slots) - 1)
	for i := range t.sets {
		k := t.sets[i].hash & mask
		for t.slots[k] != 0 {
			k = (k + 1) & mask
		}
		t.slots[k] = int32(i) + 1
	}
}

// of returns the members of set i.
func (t *claimSets) of(i int32) []int32 {
	s := &t.sets[i]
	return t.members[s.first : s.first+s.n]
}

// add puts all of o into t and returns the number in t of each set of o.
func (t *claimSets) add(o *claimSets) []int32 {
	numbers := make([]int32, len(o.sets))
	for i := range o.sets {
		n := t.number(o.sets[i].hash, o.of(int32(i)))
		t.sets[n].area = t.sets[n].area.Add(o.sets[i].area)
		numbers[i] = n
	}
	return numbers
}

// ordered returns the numbers of all sets but the empty one that have an area,
// in the order of their members; n is the number of ranks. Sets are first put in
// the order of their first members by counting, and then sorted by workers.
func (t *claimSets) ordered(ctx context.Context, n int, o *Options) ([]int32, error) {
	first := make([]int32, n+1)
	for i := range t.sets[1:] {
		if s := &t.sets[i+1]; s.area != (Area{}) {
			first[t.members[s.first]+1]++
		}
	}
	for rank := range n {
		first[rank+1] += first[rank]
	}
	order := make([]int32, first[n])
	for i := range t.sets[1:] {
		if s := &t.sets[i+1]; s.area != (Area{}) {
			at := &first[t.members[s.first]]
			order[*at] = int32(i + 1)
			*at++ // in the end it is where the next rank begins
		}
	}
	err := spread(ctx, n, o.quietly(), func(_, rank int) {
		begin := int32(0)
		if rank > 0 {
			begin = first[rank-1]
		}
		slices.SortFunc(order[begin:first[rank]], func(x, y int32) int { return slices.Compare(t.of(x), t.of(y)) })
	})
	return order, err
}

// A standing is the set of claims on the two sides of a boundary while it is
// walked: its owner to the left and those that cover it on both sides.
type standing struct {
	owner         int32
	ownerHash     uint64
	hash          uint64  // of without
	without, with []int32 // ranks, ascending; with has the owner too
}

func (s *standing) begin(owner int32) {
	s.owner, s.ownerHash = owner, hashOf(owner)
	s.reset()
}

// reset leaves the owner alone.
func (s *standing) reset() {
	s.hash = 0
	s.without = s.without[:0]
	s.with = append(s.with[:0], s.owner)
}

// toggle lets a claim come if it is not there, and go if it is.
func (s *standing) toggle(rank int32) {
	s.hash ^= hashOf(rank)
	s.without = toggled(s.without, rank)
	s.with = toggled(s.with, rank)
}

func toggled(set []int32, rank int32) []int32 {
	k := 0
	for k < len(set) && set[k] < rank {
		k++
	}
	if k < len(set) && set[k] == rank {
		return slices.Delete(set, k, k+1)
	}
	return slices.Insert(set, k, rank)
}

// hashOf spreads a rank over 64 bits (the finalizer of SplitMix64).
func hashOf(rank int32) uint64 {
	h := uint64(rank) + 0x9e3779b97f4a7c15
	h = (h ^ h>>30) * 0xbf58476d1ce4e5b9
	h = (h ^ h>>27) * 0x94d049bb133111eb
	return h ^ h>>31
}
