package mediation

import (
	"time"

	"github.com/google/uuid"
)

// A Layer is something that a session shows.
type Layer string

// The layers.
const (
	LayerOrthophoto Layer = "orthophoto"
	LayerClaims     Layer = "claims"
	LayerNominal    Layer = "nominal"
	LayerCore       Layer = "core"
	LayerOuter      Layer = "outer"
	LayerWalks      Layer = "walks"
	LayerBands      Layer = "bands"
)

// DefaultLayers is what a session shows when nobody says otherwise: few enough
// for a projector.
var DefaultLayers = []Layer{LayerOrthophoto, LayerClaims, LayerNominal, LayerCore}

// A Session is a sitting with a map that was frozen when it was opened. Its
// token is all that is needed to look at it.
type Session struct {
	ID         uuid.UUID
	Token      string
	Case       string // its number
	Title      string
	HeldOn     time.Time // zero: not said
	Run        uuid.UUID
	Orthophoto *uuid.UUID
	Contours   *uuid.UUID // the model of heights whose contours are shown; nil: none
	Layers     []Layer
	CreatedAt  time.Time
	CreatedBy  string
}

// A NewSession is what opening a session takes; a nil Run means the newest.
type NewSession struct {
	Title      string
	HeldOn     time.Time
	Run        *uuid.UUID
	Orthophoto *uuid.UUID
	Contours   *uuid.UUID // of the case, with contours; nil: none are shown
	Layers     []Layer
}
