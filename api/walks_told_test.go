package api_test

import (
	"net/url"
	"testing"

	"jieshi/api"
)

// The corners of 100 m by 100 m in zone 36, X north and Y east, as a controller
// exports them.
const cornerTable = "点名,X,Y,历元数,天线高,解状态\n" +
	"J1,2683214.0,36533501.0,30,1.8,固定解\nJ2,2683214.0,36533601.0,30,1.8,固定解\nJ3,2683314.0,36533601.0,30,1.8,固定解\nJ4,2683314.0,36533501.0,30,1.8,固定解\n"

func TestATableIsConfirmedOverTheAPI(t *testing.T) {
	s := open(t)
	number := s.openCase()
	path := "/api/v1/cases/" + number + "/walks?party=A"
	var refused struct {
		Code  string
		Facts struct {
			Preview struct {
				Mapping   string
				Axes      struct{ Order string }
				CRS       struct{ SRID int }
				Questions []any
			}
		}
	}
	s.upload(path, []byte(cornerTable)).want(422).as(&refused)
	p := refused.Facts.Preview
	if refused.Code != "mapping_unconfirmed" || p.Mapping != "name,north,east,epochs,antenna_height,quality" || p.Axes.Order != "north_east" || p.CRS.SRID != 4524 || len(p.Questions) != 1 {
		t.Fatalf("refused with %+v", refused)
	}
	s.upload(path+"&mapping=east,east", []byte(cornerTable)).want(422).as(&refused)
	if refused.Code != "told_invalid" {
		t.Errorf("a mapping that makes no sense is refused with %s", refused.Code)
	}
	s.upload(path+"&axes=east_north", []byte(cornerTable)).want(422)

	var walk api.Walk
	s.upload(path+"&mapping="+url.QueryEscape(p.Mapping), []byte(cornerTable)).want(201).as(&walk)
	var fixes api.FixCollection
	s.get("/api/v1/walks/" + walk.Id.String() + "/fixes").want(200).as(&fixes)
	if len(fixes.Features) != 4 {
		t.Fatalf("%d fixes, want 4", len(fixes.Features))
	}
	f := fixes.Features[1].Properties
	if f.Name == nil || *f.Name != "J2" || f.Epochs == nil || *f.Epochs != 30 || f.AntennaHeightM == nil || *f.AntennaHeightM != 1.8 || f.Quality != "fixed" {
		t.Errorf("the second fix is %+v", f)
	}
	var several struct {
		Code  string
		Facts struct {
			Tracks []struct {
				N       int
				Name    string
				Kind    string
				Points  int
				LengthM float64 `json:"length_m"`
			}
		}
	}
	s.upload(path, []byte("宗地号,点名,纬度,经度\n甲,J1,24,109\n甲,J2,24.001,109\n甲,J3,24.001,109.001\n乙,K1,24,109.1\n乙,K2,24.001,109.1\n乙,K3,24.001,109.101\n")).want(422).as(&several)
	if tracks := several.Facts.Tracks; several.Code != "several_tracks" || len(tracks) != 2 || tracks[1].Name != "乙" || tracks[1].Kind != "points" || tracks[1].Points != 3 || tracks[1].LengthM < 200 {
		t.Errorf("%+v", several)
	}
}
