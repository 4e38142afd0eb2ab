package upload

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"jieshi/geo"
	"jieshi/ingest"
	"jieshi/ingest/gnss"
	"jieshi/ingest/raster"
	"jieshi/internal/intake"
	"jieshi/mediation"
)

// described are fields that describe a file and order nothing; the last three
// are what common clients send by themselves.
var described = []string{"filename", "filetype", "sha256", "name", "type", "relativePath"}

// Fields are the keys that an order may have: kind (walk, orthophoto or flight) and case,
// and for a walk party, repair, fixed_only, stops, drop_flagged, consent, closing_gap_m, datum,
// landmark (several apart by ;), convert, sigma_m, track and what is told of a
// table (mapping, crs, axes, utc_offset), for an orthophoto captured_from,
// captured_to, crs, model (dsm or dtm) and the content of world and prj files, for a flight above_m.
var Fields = []string{
	"kind", "case", "party", "repair", "fixed_only", "stops", "drop_flagged", "consent", "closing_gap_m", "datum", "landmark", "convert", "sigma_m", "track", "mapping", "crs", "axes", "utc_offset", "captured_from", "captured_to", "above_m",
	"world", "prj", "model",
}

// orderOf reads what a file is for. No kind and no case is no order: nil. A field
// that is none, or that cannot be read, is a refusal: a misspelt sigma must not
// be passed over.
func orderOf(filename string, fields map[string]string) (*mediation.Order, error) {
	for name := range fields {
		if !slices.Contains(Fields, name) && !slices.Contains(described, name) {
			return nil, refuseField(name)
		}
	}
	if fields["kind"] == "" && fields["case"] == "" {
		return nil, nil
	}
	if fields["case"] == "" {
		return nil, refuseField("case")
	}
	var o mediation.Order
	var err error
	r := fieldReader{fields: fields}
	switch mediation.JobKind(fields["kind"]) {
	case mediation.JobWalk:
		o, err = intake.WalkOrder(intake.WalkRequest{
			Case: fields["case"], Party: fields["party"], Filename: filename, Repair: r.repair(),
			FixedOnly: r.boolean("fixed_only"), Sigma: geo.Metres(r.number("sigma_m", 0.001, 50)), Track: int(r.number("track", 1, 1e6)), Told: r.told(),
			Stops: r.stops(), DropFlagged: r.boolean("drop_flagged"), Consent: fields["consent"], Datum: r.datum(),
			ClosingGap: geo.Metres(r.number("closing_gap_m", 0.01, 500)),
		})
	case mediation.JobOrthophoto:
		o, err = intake.OrthophotoOrder(intake.OrthophotoRequest{
			Case: fields["case"], Filename: filename, CapturedFrom: r.instant("captured_from"), CapturedTo: r.instant("captured_to"),
			Told: raster.Told{CRS: r.epsg(), World: fields["world"], PRJ: fields["prj"], Kind: r.model()},
		})
	case mediation.JobFlight:
		o, err = intake.FlightOrder(intake.FlightRequest{Case: fields["case"], Filename: filename, Above: geo.Metres(r.number("above_m", 1, 5000))})
	default:
		return nil, refuseField("kind")
	}
	if r.bad != "" {
		return nil, refuseField(r.bad)
	}
	if err != nil {
		return nil, err
	}
	return &o, nil
}

// A fieldReader reads values and remembers the first that is none.
type fieldReader struct {
	fields map[string]string
	bad    string
}

// stops reads what becomes of standstills.
func (r *fieldReader) stops() ingest.Stops {
	switch s := ingest.Stops(r.fields["stops"]); s {
	case "", ingest.StopsAverage, ingest.StopsKeep:
		return s
	}
	r.fail("stops")
	return ""
}

// datum reads what the degrees are said to be; several landmarks stand apart by ;.
func (r *fieldReader) datum() ingest.DatumTold {
	var landmarks []string
	if all := r.fields["landmark"]; all != "" {
		landmarks = strings.Split(all, ";")
	}
	told, err := ingest.ParseDatumTold(r.fields["datum"], landmarks, r.fields["convert"])
	if err != nil {
		r.fail("datum")
	}
	return told
}

func (r *fieldReader) fail(name string) {
	if r.bad == "" {
		r.bad = name
	}
}

func (r *fieldReader) repair() ingest.Repair {
	switch v := ingest.Repair(r.fields["repair"]); v {
	case "", ingest.RepairNone, ingest.RepairEnclose:
		return v
	default:
		r.fail("repair")
		return ""
	}
}

func (r *fieldReader) told() gnss.Told {
	told, err := gnss.ParseTold(r.fields["mapping"], r.fields["crs"], r.fields["axes"], r.fields["utc_offset"])
	if err != nil {
		r.fail("mapping")
	}
	return told
}

// model reads what the values of a raster are; none: a picture.
func (r *fieldReader) model() raster.Kind {
	switch k := raster.Kind(r.fields["model"]); k {
	case raster.KindPicture, raster.KindDSM, raster.KindDTM:
		return k
	}
	r.fail("model")
	return raster.KindPicture
}

// epsg reads a code, with or without EPSG: before it; none is 0.
func (r *fieldReader) epsg() int {
	text := strings.TrimPrefix(strings.ToUpper(r.fields["crs"]), "EPSG:")
	if text == "" {
		return 0
	}
	code, err := strconv.Atoi(text)
	if err != nil || code < 1024 || code > 998999 {
		r.fail("crs")
	}
	return code
}

func (r *fieldReader) boolean(name string) bool {
	v := r.fields[name]
	if v != "" && v != "true" && v != "false" {
		r.fail(name)
	}
	return v == "true"
}

// number reads a number between two others; none is 0.
func (r *fieldReader) number(name string, least, most float64) float64 {
	text := r.fields[name]
	if text == "" {
		return 0
	}
	v, err := strconv.ParseFloat(text, 64)
	if err != nil || !(v >= least && v <= most) || name == "track" && v != float64(int(v)) {
		r.fail(name)
	}
	return v
}

func (r *fieldReader) instant(name string) time.Time {
	text := r.fields[name]
	if text == "" {
		return time.Time{}
	}
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		r.fail(name)
	}
	return at
}
