package vector

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/airbusgeo/godal"
	"github.com/paulmach/orb"

	"jieshi/geo/crs"
)

// knownCRS is a horizontal CRS of the Earth, x = east and y = north.
type knownCRS struct {
	CRS
	ref        *godal.SpatialRef
	geographic bool
	mercator   bool // a projection in which no area is right
	oldDatum   bool // reaches others only by parameters of the region
	tied       bool // its datum is one of EPSG's, so that it can be transformed
}

// measurable says whether areas can be taken in the CRS as it is.
func (c *knownCRS) measurable() bool { return !c.geographic && !c.mercator }

// Semi-axes of every figure of the Earth that EPSG lists, spheres included,
// lie between these (metres). Venus, the nearest other body, has 6 051 800.
const (
	smallestAxis = 6.35e6
	largestAxis  = 6.39e6
)

// identifyCRS finds the EPSG code of the CRS of a layer. A code in the file is
// believed only if its definition says the same as the file. A projection that
// EPSG does not list is kept with code 0; degrees on a datum that it does not
// list are refused, since PROJ would place them on WGS 84 by guesswork.
func identifyCRS(of *godal.SpatialRef) (*knownCRS, error) {
	if *of == (godal.SpatialRef{}) {
		return nil, refuse(CodeNoCRS, "")
	}
	text, err := of.WKT()
	if err != nil {
		return nil, refuse(CodeCRSNotAllowed, "")
	}
	// A vertical part is left out. GeoPackage calls "no CRS" by two names.
	node := wktNode(text, "PROJCS", "GEOGCS")
	if node == "" && wktNode(text, "LOCAL_CS") != "" || strings.Contains(node, `"Undefined geographic SRS"`) {
		return nil, refuse(CodeNoCRS, "")
	}
	if node == "" {
		return nil, refuse(CodeCRSNotAllowed, "")
	}
	ref, err := godal.NewSpatialRefFromWKT(node)
	if err != nil {
		return nil, refuse(CodeCRSNotAllowed, "")
	}
	if code := epsgCode(ref); code != 0 {
		ref.Close()
		return newEPSG(code, CodeCRSNotAllowed)
	}
	c, err := describe(ref, 0)
	if err != nil {
		return nil, err
	}
	// What EXTENSION says is PROJ's language, grids and all.
	c.tied = !c.geographic && wktNode(node, "EXTENSION") == "" && hasKnownDatum(node)
	if c.geographic {
		ref.Close()
		return nil, refuse(CodeCRSNotAllowed, plain(c.Name, 200))
	}
	return c, nil
}

func newEPSG(code int, refusal string) (*knownCRS, error) {
	ref, err := godal.NewSpatialRefFromEPSG(code, strict)
	if err != nil {
		return nil, refuse(refusal, fmt.Sprintf("EPSG:%d", code))
	}
	if !ref.Projected() && !ref.Geographic() {
		ref.Close()
		return nil, refuse(refusal, fmt.Sprintf("EPSG:%d", code))
	}
	return describe(ref, code)
}

// describe takes ref over.
func describe(ref *godal.SpatialRef, code int) (_ *knownCRS, err error) {
	defer func() {
		if err != nil {
			ref.Close()
		}
	}()
	c := &knownCRS{ref: ref, geographic: ref.Geographic(), tied: code != 0}
	c.SRID = code
	for _, node := range []string{"PROJCS", "GEOGCS"} {
		if name, ok := ref.AttrValue(node, 0); ok {
			c.Name = name
			break
		}
	}
	for _, axis := range []func() (float64, error){ref.SemiMajor, ref.SemiMinor} {
		if m, err := axis(); err != nil || m < smallestAxis || m > largestAxis {
			return nil, refuse(CodeCRSNotEarth, fmt.Sprintf("%s, %.0f m", plain(c.Name, 200), m))
		}
	}
	if c.WKT, err = ref.WKT(); err != nil {
		return nil, refuse(CodeCRSNotAllowed, plain(c.Name, 200))
	}
	base := wktNode(c.WKT, "GEOGCS")
	c.oldDatum = strings.Contains(base, "Beijing") || strings.Contains(base, "Xian")
	if c.geographic {
		c.Unit, _ = ref.AttrValue("GEOGCS|UNIT", 0)
		return c, nil
	}
	c.Unit, _ = ref.AttrValue("PROJCS|UNIT", 0)
	unit, _ := ref.AttrValue("PROJCS|UNIT", 1)
	if c.MetresPerUnit, err = strconv.ParseFloat(unit, 64); err != nil || !(c.MetresPerUnit > 0) || !finite(c.MetresPerUnit) {
		return nil, refuse(CodeCRSNotAllowed, plain(c.Name, 200))
	}
	method, _ := ref.AttrValue("PROJCS|PROJECTION", 0)
	c.mercator = strings.HasPrefix(method, "Mercator")
	return c, nil
}

// epsgCode is the code that a definition states or that PROJ finds for it, if
// EPSG's definition says the same; otherwise 0.
func epsgCode(ref *godal.SpatialRef) int {
	code := statedCode(ref)
	if code == 0 && ref.AutoIdentifyEPSG() == nil {
		code = statedCode(ref)
	}
	if code == 0 {
		return 0
	}
	known, err := godal.NewSpatialRefFromEPSG(code, strict)
	if err != nil {
		return 0
	}
	defer known.Close()
	if known.IsSame(ref) || sameButAxes(known, ref) {
		return code
	}
	return 0
}

// sameButAxes compares without the names of the axes: files have x east and y
// north, whatever the official order. Where x runs west, nothing is left out.
func sameButAxes(known, ref *godal.SpatialRef) bool {
	var bare [2]*godal.SpatialRef
	for i, r := range []*godal.SpatialRef{known, ref} {
		text, err := r.WKT()
		if err != nil || strings.Contains(text, ",WEST]") || strings.Contains(text, ",SOUTH]") {
			return false
		}
		if bare[i], err = godal.NewSpatialRefFromWKT(wktWithout(text, "AXIS", "TOWGS84", "AUTHORITY")); err != nil {
			return false
		}
		defer bare[i].Close()
	}
	return bare[0].IsSame(bare[1])
}

func statedCode(ref *godal.SpatialRef) int {
	node := "GEOGCS"
	if ref.Projected() {
		node = "PROJCS"
	}
	if !strings.EqualFold(ref.AuthorityName(node), "EPSG") {
		return 0
	}
	code, err := strconv.Atoi(ref.AuthorityCode(node))
	if err != nil {
		return 0
	}
	return code
}

func hasKnownDatum(projected string) bool {
	base, err := godal.NewSpatialRefFromWKT(wktNode(projected, "GEOGCS"))
	if err != nil {
		return false
	}
	defer base.Close()
	return epsgCode(base) != 0
}

// plane is the projected CRS that polygons are delivered in.
type plane struct {
	to        *knownCRS
	own       bool             // to is ours to close
	transform *godal.Transform // nil if the file is in it already
	away      float64          // degrees of longitude from the central meridian, 0 within the zone
}

func (p *plane) close() {
	if p.transform != nil {
		p.transform.Close()
	}
	if p.own {
		p.to.ref.Close()
	}
}

// move carries points over, in place, and makes metres of them.
func (p *plane) move(points []orb.Point) error {
	if p.transform != nil {
		if err := movePoints(p.transform, points); err != nil {
			return err
		}
	}
	if m := p.to.MetresPerUnit; m != 1 {
		for i, q := range points {
			points[i] = orb.Point{q[0] * m, q[1] * m}
		}
	}
	return nil
}

// planeOf opens the CRS that the caller names.
func planeOf(declared *knownCRS, srid int) (*plane, error) {
	if declared.SRID == srid && declared.measurable() {
		return &plane{to: declared}, nil
	}
	to, err := newEPSG(srid, CodeCRSUnknown)
	if err != nil {
		return nil, err
	}
	p := &plane{to: to, own: true}
	switch {
	case !to.measurable():
		err = refuse(CodeCRSNotForMeasuring, fmt.Sprintf("EPSG:%d %s", srid, to.Name))
	case !declared.tied:
		err = refuse(CodeCRSNotAllowed, plain(declared.Name, 200))
	default:
		if p.transform, err = godal.NewTransform(declared.ref, to.ref, strict); err != nil {
			err = refuse(CodeCRSNotAllowed, plain(declared.Name, 200)+fmt.Sprintf(" → EPSG:%d", srid))
		}
	}
	if err != nil {
		p.close()
		return nil, err
	}
	return p, nil
}

// planeFor opens the CRS of the caller, or, where srid is 0, the working CRS of
// the middle of box, which is in coordinates of declared.
func planeFor(declared *knownCRS, srid int, box orb.Bound) (*plane, error) {
	box, err := inDegrees(declared, box)
	if err != nil {
		return nil, err
	}
	if srid == 0 {
		// Ground on both sides of 180° has its middle elsewhere.
		if width := box.Max[0] - box.Min[0]; width > 180 {
			return nil, refuse(CodeOutsideCRS, fmt.Sprintf("%.0f°", width))
		}
		middle := box.Center()
		working, err := crs.WorkingSRID(math.Remainder(middle[0], 360), middle[1])
		if err != nil {
			return nil, refuse(CodeOutsideCRS, fmt.Sprintf("%.4f°, %.4f°", middle[0], middle[1]))
		}
		srid = int(working)
	}
	p, err := planeOf(declared, srid)
	if err != nil {
		return nil, err
	}
	if p.away = beyondZone(srid, box); p.away > farthest {
		p.close()
		return nil, refuse(CodeOutsideCRS, fmt.Sprintf("%.0f°", p.away))
	}
	return p, nil
}

// farthest from its central meridian package geo/crs uses a grid; PROJ still
// gives numbers there, that mean nothing.
const farthest = 35

// beyondZone is how many degrees of longitude the box, in degrees, reaches from
// the central meridian of a transverse Mercator grid if it leaves the zone,
// otherwise 0. The scale of areas grows with the square of the distance.
func beyondZone(srid int, box orb.Bound) float64 {
	central, ok := crs.SRID(srid).CentralMeridian()
	if !ok {
		return 0
	}
	half := 1.5
	if srid > 32600 && srid < 32800 { // UTM
		half = 3
	}
	away := max(math.Abs(math.Remainder(box.Min[0]-central, 360)), math.Abs(math.Remainder(box.Max[0]-central, 360)))
	if away <= half {
		return 0
	}
	return away
}

// inDegrees returns the box on WGS 84, whose longitudes are from Greenwich.
func inDegrees(declared *knownCRS, box orb.Bound) (orb.Bound, error) {
	if declared.SRID == int(crs.WGS84) || declared.SRID == int(crs.CGCS2000) {
		return box, nil
	}
	p, err := newWGS84(declared)
	if err != nil {
		return box, err
	}
	defer p.close()
	corners := []orb.Point{box.Min, box.Max}
	if err := movePoints(p.transform, corners); err != nil {
		return box, refuse(CodeOutsideCRS, plain(declared.Name, 200))
	}
	return orb.Bound{Min: corners[0], Max: corners[1]}, nil
}

func newWGS84(declared *knownCRS) (*plane, error) {
	if !declared.tied {
		return nil, refuse(CodeCRSNotAllowed, plain(declared.Name, 200))
	}
	to, err := newEPSG(int(crs.WGS84), CodeCRSUnknown)
	if err != nil {
		return nil, err
	}
	p := &plane{to: to, own: true}
	if p.transform, err = godal.NewTransform(declared.ref, to.ref, strict); err != nil {
		p.close()
		return nil, refuse(CodeCRSNotAllowed, plain(declared.Name, 200))
	}
	return p, nil
}
