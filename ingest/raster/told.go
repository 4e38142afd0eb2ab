package raster

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/airbusgeo/godal"

	"jieshi/ingest"
)

// Told is what a person says of a picture that its file does not say: content
// of the side files that were sent with it, and a declared CRS. Side files are
// never looked for. What the file says itself must agree, or it is refused.
type Told struct {
	CRS   int    `json:"crs,omitempty"`   // EPSG code; one of those that usualCodes lists
	World string `json:"world,omitempty"` // content of a world file (.tfw)
	PRJ   string `json:"prj,omitempty"`   // content of a .prj file: WKT
	Kind  Kind   `json:"kind,omitempty"`  // empty: a picture
}

// CRSSource says who said in which CRS a picture is.
type CRSSource string

// The CRS sources.
const (
	CRSFile     CRSSource = "file"     // a definition in the file
	CRSCitation CRSSource = "citation" // only a name in the file, which was recognised
	CRSPRJ      CRSSource = "prj"      // a .prj file that a person sent along
	CRSTold     CRSSource = "told"     // a code that a person declared
)

// Limits of side files. A world file has six numbers, the longest WKT of PROJ's
// database has some ten thousand characters.
const (
	maxWorldBytes = 1 << 10
	maxPRJBytes   = 32 << 10
)

// check refuses what cannot be used whatever the picture.
func (t Told) check() error {
	switch t.Kind {
	case KindPicture, KindDSM, KindDTM:
	default:
		return refuse(CodeNotHeights, string(t.Kind[:min(len(t.Kind), 20)]))
	}
	if t.World != "" {
		if _, err := parseWorld(t.World); err != nil {
			return err
		}
	}
	if len(t.PRJ) > maxPRJBytes {
		return refuse(CodePRJ, fmt.Sprintf("%d bytes", len(t.PRJ)))
	}
	if t.CRS != 0 && !isUsual(t.CRS) {
		return refuse(CodeCRSNotAllowed, fmt.Sprintf("EPSG:%d", t.CRS))
	}
	return nil
}

// parseWorld reads a world file into a geotransform: six lines, the size of a
// pixel east, two rotations, its size north (negative), and the east and north
// of the middle of the first pixel. Some programs write decimal commas.
func parseWorld(text string) (gt [6]float64, err error) {
	if len(text) > maxWorldBytes {
		return gt, refuse(CodeWorldFile, fmt.Sprintf("%d bytes", len(text)))
	}
	fields := strings.Fields(strings.TrimPrefix(text, "\ufeff"))
	if len(fields) != 6 {
		return gt, refuse(CodeWorldFile, fmt.Sprintf("%d numbers", len(fields)))
	}
	var v [6]float64
	for i, f := range fields {
		v[i], err = strconv.ParseFloat(strings.Replace(f, ",", ".", 1), 64)
		if err != nil || math.IsNaN(v[i]) || math.IsInf(v[i], 0) {
			return gt, refuse(CodeWorldFile, fmt.Sprintf("line %d", i+1))
		}
	}
	return [6]float64{v[4] - v[0]/2 - v[2]/2, v[0], v[2], v[5] - v[1]/2 - v[3]/2, v[1], v[3]}, nil
}

// placeOf returns the geotransform of a picture: its own, or that of the world
// file.
func (t Told) placeOf(ds *godal.Dataset) (gt [6]float64, notes []ingest.Note, err error) {
	own, err := ds.GeoTransform()
	placed := err == nil
	if !placed && t.World == "" {
		if len(ds.GCPs()) > 0 {
			return gt, nil, refuse(CodeGCPsOnly, fmt.Sprintf("%d GCPs", len(ds.GCPs())))
		}
		return gt, nil, refuse(CodeNoGeoreference, "")
	}
	if t.World == "" {
		return own, nil, nil
	}
	world, refused := parseWorld(t.World)
	if refused != nil {
		return gt, nil, refused
	}
	if !placed {
		return world, []ingest.Note{{Code: "placed_by_world_file", Text: "The place is that of the world file sent with the picture. 影像位置取自随附的坐标文件（.tfw）。"}}, nil
	}
	// The corners farthest apart may differ by a tenth of a pixel: rounding of the text.
	st := ds.Structure()
	w, h := float64(st.SizeX), float64(st.SizeY)
	for _, c := range [][2]float64{{0, 0}, {w, h}} {
		dx := own[0] - world[0] + c[0]*(own[1]-world[1]) + c[1]*(own[2]-world[2])
		dy := own[3] - world[3] + c[0]*(own[4]-world[4]) + c[1]*(own[5]-world[5])
		if !(math.Hypot(dx, dy) <= 0.1*math.Hypot(own[1], own[5])) {
			return gt, nil, refuse(CodeGeoreferenceConflict, fmt.Sprintf("%.6g, %.6g", dx, dy))
		}
	}
	return own, nil, nil
}

// crsOf finds the CRS of a picture: the file's, else the .prj file's or the
// declared one. A CRS beside the file that differs from the file's is refused,
// since one of the two is wrong and nothing here can tell which.
func (t Told) crsOf(ds *godal.Dataset, citations []string, west float64) (earthCRS, error) {
	own, err := identifyCRS(ds.Projection())
	if err != nil && (hasCode(err, CodeNoCRS) || hasCode(err, CodeCRSNotAllowed)) {
		if cited, ok := crsOfCitations(citations, west); ok {
			own, err = cited, nil
		}
	}
	nameless := err != nil && (hasCode(err, CodeNoCRS) || wktNode(ds.Projection(), "PROJCS", "GEOGCS") == "")
	if err != nil && !nameless {
		return own, err
	}
	var given []earthCRS
	defer func() {
		for _, g := range given {
			g.ref.Close()
		}
	}()
	if t.PRJ != "" {
		prj, prjErr := identifyCRS(strings.TrimSpace(strings.TrimPrefix(t.PRJ, "\ufeff")))
		if prjErr != nil {
			closeCRS(own, err)
			return earthCRS{}, prjErr
		}
		prj.from = CRSPRJ
		given = append(given, prj)
	}
	if t.CRS != 0 {
		code, codeErr := newEPSG(t.CRS)
		if codeErr != nil {
			closeCRS(own, err)
			return earthCRS{}, codeErr
		}
		code.from = CRSTold
		given = append(given, code)
	}
	if err != nil {
		if len(given) == 0 {
			return own, err
		}
		own, given = given[0], given[1:]
		own.notes = append(own.notes, own.from.note(own))
	}
	for _, g := range given {
		if (g.srid == 0 || g.srid != own.srid) && !g.ref.IsSame(own.ref) {
			where := fmt.Sprintf("%s: %s, %s: %s", own.from, own.label(), g.from, g.label())
			own.ref.Close()
			return own, refuse(CodeCRSConflict, where)
		}
	}
	return own, nil
}

// closeCRS lets go of a CRS that was found.
func closeCRS(c earthCRS, err error) {
	if err == nil {
		c.ref.Close()
	}
}

func (c earthCRS) label() string {
	if c.srid != 0 {
		return fmt.Sprintf("EPSG:%d", c.srid)
	}
	return c.name
}

// note says where a CRS comes from that the file does not define.
func (s CRSSource) note(c earthCRS) ingest.Note {
	switch s {
	case CRSPRJ:
		return ingest.Note{Code: "crs_from_prj", Text: fmt.Sprintf("The CRS (%s) is that of the .prj file sent with the picture. 坐标系（%s）取自随附的 .prj 文件。", c.label(), c.label())}
	case CRSCitation:
		return ingest.Note{Code: "crs_from_citation", Text: fmt.Sprintf("The file only names its CRS, %q, which was taken for %s. 文件仅有坐标系名称“%s”，按 %s 处理。", c.cited, c.label(), c.cited, c.label())}
	case CRSTold:
		return ingest.Note{Code: "crs_declared", Text: fmt.Sprintf("The CRS (%s) was declared by a person; the file has none. 坐标系（%s）由人员声明，文件自身没有。", c.label(), c.label())}
	case CRSFile:
	}
	return ingest.Note{}
}
