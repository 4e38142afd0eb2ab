package overlay

type groundMaker struct{}

func (g *groundMaker) of(p *pairing, cs []crossing) MultiPolygon { return nil }
