package overlay

// A Box is a closed rectangle in grid units. A Box whose Min exceeds its Max
// is empty.
type Box struct{ Min, Max Point }

func emptyBox() Box {
	const far = 1 << 62
	return Box{Point{far, far}, Point{-far, -far}}
}

// Empty says whether the box holds no point.
func (b Box) Empty() bool { return b.Min.X > b.Max.X || b.Min.Y > b.Max.Y }

// Meets says whether the closed boxes have a point in common.
func (b Box) Meets(o Box) bool {
	return b.Min.X <= o.Max.X && o.Min.X <= b.Max.X && b.Min.Y <= o.Max.Y && o.Min.Y <= b.Max.Y
}

// Contains says whether p lies in the closed box.
func (b Box) Contains(p Point) bool {
	return b.Min.X <= p.X && p.X <= b.Max.X && b.Min.Y <= p.Y && p.Y <= b.Max.Y
}

// holds says whether no part of o is outside of b.
func (b *Box) holds(o *Box) bool {
	return b.Min.X <= o.Min.X && o.Max.X <= b.Max.X && b.Min.Y <= o.Min.Y && o.Max.Y <= b.Max.Y
}

// Grow returns the smallest box that holds b and p.
func (b Box) Grow(p Point) Box {
	return Box{Point{min(b.Min.X, p.X), min(b.Min.Y, p.Y)}, Point{max(b.Max.X, p.X), max(b.Max.Y, p.Y)}}
}

// Union returns the smallest box that holds both.
func (b Box) Union(o Box) Box {
	return Box{
		Point{min(b.Min.X, o.Min.X), min(b.Min.Y, o.Min.Y)},
		Point{max(b.Max.X, o.Max.X), max(b.Max.Y, o.Max.Y)},
	}
}

// Intersect returns what the boxes have in common, which may be empty.
func (b Box) Intersect(o Box) Box {
	return Box{
		Point{max(b.Min.X, o.Min.X), max(b.Min.Y, o.Min.Y)},
		Point{min(b.Max.X, o.Max.X), min(b.Max.Y, o.Max.Y)},
	}
}

// wide says whether differences within the box need 128-bit products.
func (b Box) wide() bool {
	return b.Max.X-b.Min.X >= narrowExtent || b.Max.Y-b.Min.Y >= narrowExtent
}

// offGrid says whether the box passes [MaxCoordinate].
func (b Box) offGrid() bool {
	const far = MaxCoordinate
	return b.Min.X < -far || b.Min.Y < -far || b.Max.X > far || b.Max.Y > far
}

func (r Ring) box() Box {
	b := emptyBox()
	for _, p := range r {
		b = b.Grow(p)
	}
	return b
}

// Bounds returns the smallest box that holds m; it is empty for no ground.
func (m MultiPolygon) Bounds() Box {
	b := emptyBox()
	for _, poly := range m {
		for _, ring := range poly {
			b = b.Union(ring.box())
		}
	}
	return b
}
