package demo

// footprint is the ground that the drone covered: flight lines turned against
// the frame, each a little longer or shorter than the next, with the frayed
// edge that mosaicking leaves.
type footprint struct{ fray field }

// The footprint in its own frame, turned by 7° about the middle.
const (
	turnCos, turnSin = 0.99255, 0.12187
	halfAcross       = 352.0
	halfAlong        = 362.0
	lineSpacing      = 42.0 // metres between flight lines
	photoSpacing     = 31.0 // metres between photos on a line
)

// covers says whether a place of the local frame was photographed.
func (f footprint) covers(x, y float64) bool {
	dx, dy := x-frameSide/2, y-frameSide/2
	across := float64(dx*turnCos) + float64(dy*turnSin)
	along := float64(dy*turnCos) - float64(dx*turnSin)
	far := max(across, -across, along-10, -along-10)
	if far < halfAcross-3 {
		return true // well inside, whatever the fraying
	}
	line := int32((across + 1000) / lineSpacing)
	photo := int32((along + 1000) / photoSpacing)
	frayed := float64(1.2 * f.fray.layered(x, y, 6, 3))
	end, side := int32(1), int32(3)
	if along < 0 {
		end = 2
	}
	if across < 0 {
		side = 4
	}
	return max(along, -along) < halfAlong+float64(12*f.fray.spread(line, end))+frayed &&
		max(across, -across) < halfAcross+float64(8*f.fray.spread(photo, side))+frayed
}
