package api_test

import (
	"encoding/json"
	"fmt"

	"jieshi/mediation"
)

// saveAreas saves a province with one city of two counties, side by side, wound
// clockwise as some files have them:
//
//	24.5 +---------+---------+
//	     | 450121  | 450122  |
//	24.0 +---------+---------+
//	   109.0     109.31  109.6
func (s *site) saveAreas() {
	s.t.Helper()
	area := func(code, parent, name string, level int, west, east float64) mediation.AreaOutline {
		return mediation.AreaOutline{
			Area: mediation.Area{Code: code, Name: name, Level: level}, Parent: parent,
			Outline: json.RawMessage(fmt.Sprintf(`{"type":"Polygon","coordinates":[[[%[1]v,24],[%[1]v,24.5],[%[2]v,24.5],[%[2]v,24],[%[1]v,24]]]}`, west, east)),
		}
	}
	err := s.db.SaveAreas(s.ctx, "test", []mediation.AreaOutline{
		area("450000000000", "", "广西", 1, 109, 109.6),
		area("450100000000", "450000000000", "南宁市", 2, 109, 109.6),
		area("450121000000", "450100000000", "甲县", 3, 109, 109.31),
		area("450122000000", "450100000000", "=乙县", 3, 109.31, 109.6),
	})
	if err != nil {
		s.t.Fatal(err)
	}
}
