package overlay

// chunkLength is the greatest number of items that are allocated at a time;
// firstChunk is where that begins, for small layers.
const (
	firstChunk  = 1 << 5
	chunkLength = 1 << 13
)

// chunks is a list that grows without being copied.
type chunks[T any] struct{ lists [][]T }

func (c *chunks[T]) add(item T) {
	last := len(c.lists) - 1
	if last < 0 {
		c.lists = append(c.lists, make([]T, 0, firstChunk))
		last++
	} else if n := len(c.lists[last]); n == cap(c.lists[last]) {
		c.lists = append(c.lists, make([]T, 0, min(4*n, chunkLength)))
		last++
	}
	c.lists[last] = append(c.lists[last], item)
}

// len returns the number of items.
func (c *chunks[T]) len() int {
	n := 0
	for _, list := range c.lists {
		n += len(list)
	}
	return n
}

// owned is an item that belongs to a shape.
type owned[T any] struct {
	owner int32
	item  T
}

// grouped is items by the shape that owns them.
type grouped[T any] struct {
	items []T
	first []int // of each shape, and one more
}

func (g *grouped[T]) of(shape int32) []T { return g.items[g.first[shape]:g.first[shape+1]] }

// groupByOwner sorts by counting; n is the number of shapes.
func groupByOwner[T any](lists [][]owned[T], n int) grouped[T] {
	g := grouped[T]{first: make([]int, n+2)}
	total := 0
	for _, list := range lists {
		total += len(list)
		for i := range list {
			g.first[list[i].owner+2]++
		}
	}
	for i := 2; i < len(g.first); i++ {
		g.first[i] += g.first[i-1]
	}
	if total > 0 {
		g.items = make([]T, total)
	}
	for _, list := range lists {
		for i := range list {
			at := &g.first[list[i].owner+1]
			g.items[*at] = list[i].item
			*at++
		}
	}
	g.first = g.first[:n+1]
	return g
}
