package vector

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// FuzzTopMember holds the scan against encoding/json: in a sound document it
// finds the member crs of the outermost object, or refuses, and never finds
// what is not there.
func FuzzTopMember(f *testing.F) {
	for _, s := range []string{
		`{}`, `{"crs":1}`, `{"a":{"crs":2},"crs" : null}`, `{"name":"crs","a":["crs",{"crs":3}]}`, `{"\u0063rs":4}`,
		`{"crs":1,"crs":2}`, `{"a":"\"crs\":5"}`, `[{"crs":6}]`, `{"CRS":7}`, `"crs"`,
	} {
		f.Add(s)
	}
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, s string) {
		if !json.Valid([]byte(s)) {
			t.Skip("GDAL finds out about those")
		}
		path := filepath.Join(dir, "a.geojson")
		if err := os.WriteFile(path, []byte(s), 0o600); err != nil {
			t.Fatal(err)
		}
		file, err := os.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		defer file.Close()
		at, err := topMember(file, "crs")
		if err != nil {
			return
		}
		members := map[string]json.RawMessage{}
		if json.Unmarshal([]byte(s), &members) != nil {
			members = nil // no object
		}
		var want json.RawMessage
		has := false
		for key, value := range members {
			if strings.EqualFold(key, "crs") {
				want, has = value, true
			}
		}
		if has != (at >= 0) {
			t.Fatalf("%s: found at %d, there: %v", s, at, has)
		}
		if has {
			var got json.RawMessage
			if err := json.NewDecoder(strings.NewReader(s[at:])).Decode(&got); err != nil || string(got) != string(want) {
				t.Fatalf("%s: found %s, %v; want %s", s, got, err, want)
			}
		}
	})
}
