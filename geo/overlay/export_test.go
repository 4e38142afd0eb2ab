package overlay

// DrawAll returns the options with all ground drawn in the general way.
func (o Options) DrawAll() Options {
	o.drawAll = true
	return o
}
