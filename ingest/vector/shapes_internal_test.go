package vector

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"jieshi/ingest"
)

// A child that a hostile file has taken over may say anything.
func TestShapesOfAChildAreNotBelieved(t *testing.T) {
	layer := func(columns int) []byte {
		b, err := json.Marshal(shapeLayer{Name: []byte("l"), CRS: &CRS{SRID: 4326}, Columns: make([][]byte, columns)})
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	for _, test := range []struct {
		name   string
		layer  []byte // nil: none comes
		row    string
		refuse string // empty: it makes no sense
	}{
		{"a row before any layer", nil, `{}`, ""},
		{"more cells than columns", layer(1), `{"cells":["",""]}`, ""},
		{"an unknown kind", layer(0), `{"parts":[{"kind":9,"at":[[1,2,3]]}]}`, ""},
		{"a number that is none", layer(0), `{"parts":[{"kind":1,"at":[[1e999,2,3]]}]}`, ""},
		{"half a row", layer(0), `{"parts":[`, ""},
		{"more vertices than allowed", layer(0), `{"parts":[{"kind":2,"at":[[1,2,3],[1,2,3],[1,2,3],[1,2,3],[1,2,3],[1,2,3]]}]}`, CodeTooManyVertices},
		{"empty parts without end", layer(0), `{"parts":[` + strings.Repeat(`{"kind":2,"at":[]},`, 9) + `{"kind":2,"at":[]}]}`, CodeTooManyVertices},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := &shapes{most: 3}
			if test.layer != nil {
				if err := s.frame(frameShapes, test.layer, ""); err != nil {
					t.Fatal(err)
				}
			}
			err := s.frame(frameRow, []byte(test.row), "")
			var refusal *ingest.Refusal
			switch {
			case test.refuse == "" && !errors.Is(err, errFrame):
				t.Errorf("error = %v, want one that says it makes no sense", err)
			case test.refuse != "" && (!errors.As(err, &refusal) || refusal.Code != test.refuse):
				t.Errorf("error = %v, want the refusal %s", err, test.refuse)
			}
		})
	}
	s := &shapes{most: 3, rows: 2}
	if err := s.end(tally{Rows: 3}); !errors.Is(err, errFrame) {
		t.Errorf("a row that never came is passed over: %v", err)
	}
}
