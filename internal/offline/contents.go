package offline

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"

	"github.com/google/uuid"

	"jieshi/ingest/raster"
	"jieshi/mediation"
)

// format goes up when other bytes are made of the same things.
const format = "jieshi-mbtiles/1"

// What is known of the accuracy of a picture.
const (
	ReferenceOnly = "reference_only"
	Checked       = "checked"
)

// Contents say what a package holds: either the picture tiles of an orthophoto or
// the vector tiles of an audit.
type Contents struct {
	Format string `json:"format"`

	Orthophoto *uuid.UUID      `json:"orthophoto,omitempty"`
	Display    *mediation.Hash `json:"display,omitempty"` // the display COG that tiles are cut from
	Shift      *[2]float64     `json:"shift,omitempty"`   // that it is shown with, metres of EPSG:3857 east and north; nil: none
	Pictures   raster.Format   `json:"pictures,omitempty"`
	Status     string          `json:"status,omitempty"` // of the accuracy: [ReferenceOnly] or [Checked]

	Audit    int             `json:"audit,omitempty"`
	Checksum *mediation.Hash `json:"checksum,omitempty"` // of the audit

	Name        string    `json:"name"`
	Description string    `json:"description"`
	Attribution string    `json:"attribution"`
	Bounds      []float64 `json:"bounds,omitempty"` // west, south, east, north, degrees; empty: nothing on the tiles
	MinZoom     int       `json:"min_zoom"`
	MaxZoom     int       `json:"max_zoom"`
}

// Hash names the contents: equal ones have equal hashes.
func (c *Contents) Hash() (h mediation.Hash, err error) {
	b, err := json.Marshal(c)
	if err != nil {
		return h, fmt.Errorf("contents of a package: %w", err)
	}
	return sha256.Sum256(b), nil
}

// Subject is what the package shows.
func (c *Contents) Subject() mediation.PackageSubject {
	s := mediation.PackageSubject{Audit: c.Audit}
	if c.Orthophoto != nil {
		s.Orthophoto = *c.Orthophoto
	}
	return s
}

// minute writes a time for people in any zone.
const minute = "2006-01-02 15:04 UTC"
