package main

// A kind is a kind of work of ours.
type kind string

const (
	pairAreas   kind = "pairs"
	pairGrounds kind = "pairs with geometry"
	faceAreas   kind = "faces"
	faceGrounds kind = "faces with geometry"
)

var allKinds = []kind{pairAreas, pairGrounds, faceAreas, faceGrounds}

func (k kind) faces() bool    { return k == faceAreas || k == faceGrounds }
func (k kind) geometry() bool { return k == pairGrounds || k == faceGrounds }
