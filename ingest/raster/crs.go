package raster

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/airbusgeo/godal"

	"jieshi/ingest"
)

// earthCRS is a horizontal CRS of the Earth, x = east and y = north.
type earthCRS struct {
	ref        *godal.SpatialRef
	srid       int // EPSG, or 0 for a local projection on an EPSG datum
	name       string
	wkt        string
	geographic bool
	mercator   bool    // a projection that must not be measured in
	metres     float64 // per unit of a projected CRS; 0 for degrees
	from       CRSSource
	cited      string // the name in the file, if that is all it has
	notes      []ingest.Note
}

// Semi-axes of every figure of the Earth that EPSG lists, spheres included,
// lie between these (metres). Venus, the nearest other body, has 6 051 800.
const (
	smallestAxis = 6.35e6
	largestAxis  = 6.39e6
)

// identifyCRS finds the EPSG code of the CRS that a file declares.
//
// A vertical part is left out. A code in the file is believed only if its
// definition says the same as the file; a CRS without code is compared with
// the ones in use in China and with UTM. A projection that EPSG does not list
// is kept with SRID 0 if its datum is one of EPSG's, since positions are then
// as good as on the datum; anything else is refused, because PROJ would place
// it on WGS 84 by guesswork. Grids named by the file are never used.
func identifyCRS(declared string) (earthCRS, error) {
	if declared == "" {
		return earthCRS{}, refuse(CodeNoCRS, "")
	}
	full, err := godal.NewSpatialRefFromWKT(declared)
	if err != nil {
		return earthCRS{}, refuse(CodeCRSNotAllowed, "")
	}
	defer full.Close()
	if err := checkEarth(full); err != nil {
		return earthCRS{}, err
	}
	text := wktNode(declared, "PROJCS", "GEOGCS")
	if text == "" {
		return earthCRS{}, refuse(CodeCRSNotAllowed, crsName(full))
	}
	bare := wktWithout(text, "TOWGS84", "EXTENSION")
	if code := epsgCode(text, bare); code != 0 {
		return newEPSG(code)
	}
	if wktNode(text, "EXTENSION") != "" {
		return earthCRS{}, refuse(CodeCRSNotAllowed, crsName(full)) // what it says is PROJ's language, grids and all
	}
	return newLocal(bare)
}

func checkEarth(ref *godal.SpatialRef) error {
	for _, axis := range []func() (float64, error){ref.SemiMajor, ref.SemiMinor} {
		m, err := axis()
		if err != nil {
			return refuse(CodeCRSNotAllowed, crsName(ref))
		}
		if m < smallestAxis || m > largestAxis {
			return refuse(CodeCRSNotEarth, fmt.Sprintf("%s, radius %.0f m", crsName(ref), m))
		}
	}
	return nil
}

func crsName(ref *godal.SpatialRef) string {
	for _, node := range []string{"PROJCS", "GEOGCS", "LOCAL_CS", "GEOCCS"} {
		if name, ok := ref.AttrValue(node, 0); ok {
			return name
		}
	}
	return ""
}

// epsgCode returns the EPSG code of one PROJCS or GEOGCS, as the file has it
// and bare of its shift parameters, or 0.
func epsgCode(text, bare string) int {
	candidates := []int{statedCode(text)}
	if bareRef, err := godal.NewSpatialRefFromWKT(bare); err == nil {
		defer bareRef.Close()
		if bareRef.AutoIdentifyEPSG() == nil {
			candidates = append(candidates, authorityCode(bareRef))
		}
	}
	candidates = append(candidates, usualCodes(strings.HasPrefix(text, "GEOGCS"))...)
	for _, code := range candidates {
		if code != 0 && (sameAs(code, text) || sameAs(code, bare)) {
			return code
		}
	}
	return 0
}

func statedCode(text string) int {
	ref, err := godal.NewSpatialRefFromWKT(text)
	if err != nil {
		return 0
	}
	defer ref.Close()
	return authorityCode(ref)
}

// authorityCode is the code of the root node if EPSG gave it.
func authorityCode(ref *godal.SpatialRef) int {
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

// sameAs reports whether a WKT 1 text is the CRS of that code. The order in
// which a projection names its axes does not matter, since rasters are always
// x = east, y = north; where x runs west, nothing is left out.
func sameAs(code int, wkt string) bool {
	a, err := godal.NewSpatialRefFromEPSG(code)
	if err != nil {
		return false
	}
	defer a.Close()
	if isWKT(a, wkt) {
		return true
	}
	text, err := a.WKT()
	if err != nil || strings.Contains(text, ",WEST]") || strings.Contains(text, ",SOUTH]") {
		return false
	}
	bare, err := godal.NewSpatialRefFromWKT(wktWithout(text, "AXIS", "TOWGS84", "EXTENSION"))
	if err != nil {
		return false
	}
	defer bare.Close()
	return isWKT(bare, wktWithout(wkt, "AXIS"))
}

func isWKT(a *godal.SpatialRef, wkt string) bool {
	b, err := godal.NewSpatialRefFromWKT(wkt)
	if err != nil {
		return false
	}
	defer b.Close()
	return a.IsSame(b)
}

// usualCodes lists the CRSs that a file without a code is compared with.
func usualCodes(geographic bool) []int {
	if geographic {
		return []int{4490, 4326, 4610, 4214, 4258, 4269, 4555}
	}
	var codes []int
	for _, r := range [][2]int{
		{4534, 4554}, {4513, 4533}, {4502, 4512}, {4491, 4501}, // CGCS2000 Gauss-Krueger
		{2349, 2390}, {2327, 2348}, // Xian 1980
		{2401, 2442},                                 // Beijing 1954
		{32601, 32660}, {32701, 32760}, {3857, 3857}, // WGS 84
	} {
		for code := r[0]; code <= r[1]; code++ {
			codes = append(codes, code)
		}
	}
	return codes
}

func newEPSG(code int) (earthCRS, error) {
	ref, err := godal.NewSpatialRefFromEPSG(code)
	if err != nil {
		return earthCRS{}, refuse(CodeCRSNotAllowed, fmt.Sprintf("EPSG:%d", code))
	}
	return describeCRS(ref, code)
}

// newLocal keeps a projection that EPSG does not list on a datum that it does.
func newLocal(bare string) (earthCRS, error) {
	base := wktNode(bare, "GEOGCS")
	ref, err := godal.NewSpatialRefFromWKT(bare)
	if err != nil {
		return earthCRS{}, refuse(CodeCRSNotAllowed, "")
	}
	datum := epsgCode(base, base)
	if !ref.Projected() || datum == 0 {
		where := crsName(ref)
		ref.Close()
		return earthCRS{}, refuse(CodeCRSNotAllowed, where)
	}
	c, err := describeCRS(ref, 0)
	if err != nil {
		return c, err
	}
	c.notes = append(c.notes, ingest.Note{
		Code: "crs_without_epsg",
		Text: fmt.Sprintf("The projection %q has no EPSG code; its datum is EPSG:%d. 该投影没有 EPSG 代码，其基准为 EPSG:%d。", c.name, datum, datum),
	})
	return c, nil
}

// oldChineseDatums need parameters of the region to reach CGCS2000.
var oldChineseDatums = []string{"Beijing", "Xian", "Xi'an"}

func describeCRS(ref *godal.SpatialRef, srid int) (earthCRS, error) {
	c := earthCRS{ref: ref, srid: srid, from: CRSFile, name: crsName(ref), geographic: ref.Geographic()}
	var err error
	if c.wkt, err = ref.WKT(); err != nil {
		ref.Close()
		return earthCRS{}, refuse(CodeCRSNotAllowed, c.name)
	}
	if !c.geographic {
		unit, ok := ref.AttrValue("PROJCS|UNIT", 1)
		if c.metres, err = strconv.ParseFloat(unit, 64); !ok || err != nil || c.metres <= 0 {
			ref.Close()
			return earthCRS{}, refuse(CodeCRSNotAllowed, c.name)
		}
		method, _ := ref.AttrValue("PROJCS|PROJECTION", 0)
		c.mercator = strings.HasPrefix(method, "Mercator")
	}
	base := wktNode(c.wkt, "GEOGCS")
	for _, old := range oldChineseDatums {
		if strings.Contains(base, old) {
			c.notes = append(c.notes, ingest.Note{
				Code: "datum_shift_approximate",
				Text: "Without transformation parameters of the region this datum is shifted to CGCS2000 to some tens of metres only. 没有当地转换参数，该基准到 CGCS2000 的转换仅能达到数十米精度。",
			})
			break
		}
	}
	return c, nil
}
