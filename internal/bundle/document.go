package bundle

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/google/uuid"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/ewkb"

	"jieshi/geo"
	"jieshi/mediation"
)

// A runDocument is what a bag reads of the canonical JSON of a run
// ([mediation.Run.Document]).
type runDocument struct {
	Format  string               `json:"format"`
	Case    string               `json:"case"`
	Number  int                  `json:"number"`
	SRID    int                  `json:"srid"`
	Inputs  []mediation.RunInput `json:"inputs"`
	Pieces  []documentPiece      `json:"pieces"`
	Extents []documentExtent     `json:"extents"`
	sum     mediation.Hash       // of the bytes
	names   map[int]string       // of the parties, by side
}

type documentPiece struct {
	N          int               `json:"n"`
	Sides      []int             `json:"sides"`
	Verdict    mediation.Verdict `json:"verdict"`
	Nominal    mediation.Measure `json:"nominal"`
	Core       mediation.Measure `json:"core"`
	WidthM     float64           `json:"width_m"`
	ToleranceM float64           `json:"tolerance_m"`
	Sliver     bool              `json:"sliver"`
	Ground     ground            `json:"ground_ewkb"`
	CoreGround ground            `json:"core_ewkb"`
}

type documentExtent struct {
	Level  mediation.Level   `json:"level"`
	Sides  []int             `json:"sides"`
	Area   mediation.Measure `json:"area"`
	Ground ground            `json:"ground_ewkb"`
}

// readDocument reads a run document.
func readDocument(b []byte) (*runDocument, error) {
	d := runDocument{sum: sha256.Sum256(b), names: map[int]string{}}
	if err := json.Unmarshal(b, &d); err != nil {
		return nil, fmt.Errorf("run document: %w", err)
	}
	if d.Format != "jieshi-run/1" && d.Format != "jieshi-run/2" || d.Number < 1 || d.SRID == 0 {
		return nil, fmt.Errorf("run document: format %q, number %d, EPSG:%d", d.Format, d.Number, d.SRID)
	}
	for _, in := range d.Inputs {
		d.names[in.Side] = in.Party
	}
	return &d, nil
}

// A ground is polygons in the working CRS, as EWKB in hex; no text is no ground.
type ground orb.MultiPolygon

// UnmarshalText reads the EWKB of a Polygon or MultiPolygon in hex.
func (g *ground) UnmarshalText(text []byte) error {
	*g = nil
	if len(text) == 0 {
		return nil
	}
	b := make([]byte, hex.DecodedLen(len(text)))
	if _, err := hex.Decode(b, text); err != nil {
		return err
	}
	shape, _, err := ewkb.Unmarshal(b)
	if err != nil {
		return err
	}
	switch shape := shape.(type) {
	case orb.Polygon:
		*g = ground{shape}
	case orb.MultiPolygon:
		*g = ground(shape)
	default:
		return fmt.Errorf("ground is a %s", shape.GeoJSONType())
	}
	return nil
}

// encodeGround returns the EWKB of claimed ground, as PostGIS writes it and
// claims are hashed.
func encodeGround(g orb.MultiPolygon, srid int) ([]byte, error) {
	return ewkb.Marshal(g, srid, ewkb.DefaultByteOrder)
}

// A claimList is the file of the claims that a run was computed from.
type claimList struct {
	Format string         `json:"format"`
	Run    mediation.Hash `json:"run_sha256"`
	SRID   int            `json:"srid"`
	Claims []listedClaim  `json:"claims"`
}

// A bag of before has claims of format /1, without sigmas of vertices; there were
// none.
const (
	claimListFormat       = "jieshi-claims/2"
	claimListFormatBefore = "jieshi-claims/1"
)

// A listedClaim is a claim version with its ground in full precision.
type listedClaim struct {
	Claim   uuid.UUID         `json:"claim"`
	Version int               `json:"version"`
	Party   string            `json:"party"`
	Side    int               `json:"side"`
	SigmaM  float64           `json:"sigma_m"`
	Vertex  []geo.Metres      `json:"vertex_sigma_m,omitempty"` // none: sigma_m everywhere
	Source  string            `json:"source"`
	FiledAt string            `json:"filed_at"`
	FiledBy string            `json:"filed_by"`
	Area    mediation.Measure `json:"area"`
	SHA256  mediation.Hash    `json:"sha256"`
	EWKB    string            `json:"ground_ewkb"`
}

func (c listedClaim) ground() (orb.MultiPolygon, error) {
	var g ground
	if err := g.UnmarshalText([]byte(c.EWKB)); err != nil {
		return nil, fmt.Errorf("claim of %s: %w", c.Party, err)
	}
	return orb.MultiPolygon(g), nil
}

// A chainFile is evidence/chain.json.
type chainFile struct {
	Format string         `json:"format"`
	Case   string         `json:"case"`
	Head   mediation.Hash `json:"head_sha256"`
	Items  []chainItem    `json:"items"`
}

const chainFormat = "jieshi-chain/1"

// A chainItem is a link with the name of the file that holds its content.
type chainItem struct {
	mediation.Evidence
	ContentFile string `json:"content_file"`
}

func contentFile(e mediation.Evidence) string {
	return fmt.Sprintf("evidence/%03d-%s.json", e.Seq, e.Kind)
}

// encode writes v in the one form that a bag takes: indented, with a line end.
func encode(v any) ([]byte, error) {
	b, err := json.MarshalIndent(v, "", " ")
	return append(b, '\n'), err
}

var errForm = errors.New("it is not in the form that this program writes")

// decode reads what encode wrote, and nothing else: another order or spacing,
// an unknown field or bytes after the end are errForm, so that there is one
// file for one content.
func decode(b []byte, v any) error {
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	if err := d.Decode(v); err != nil {
		return err
	}
	if _, err := d.Token(); err != io.EOF {
		return errForm
	}
	again, err := encode(v)
	if err != nil {
		return err
	}
	if !bytes.Equal(again, b) {
		return errForm
	}
	return nil
}
