package api_test

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/airbusgeo/godal"
	"github.com/google/uuid"

	"jieshi/api"
)

// anMBTiles is what a program finds in a package.
type anMBTiles struct {
	about map[string]string
	tiles map[[3]int][]byte // z, x, y as on the web
}

// openMBTiles reads a package by SQL, as a program in the field does.
func openMBTiles(t *testing.T, file []byte) (m anMBTiles) {
	t.Helper()
	if err := godal.RegisterVector("SQLite"); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "p.mbtiles")
	if err := os.WriteFile(path, file, 0o600); err != nil {
		t.Fatal(err)
	}
	ds, err := godal.Open(path, godal.VectorOnly(), godal.Drivers("SQLite"))
	if err != nil {
		t.Fatal(err)
	}
	defer ds.Close()
	m = anMBTiles{map[string]string{}, map[[3]int][]byte{}}
	each := func(sql string, do func(map[string]godal.Field)) {
		rows, err := ds.ExecuteSQL(sql)
		if err != nil {
			t.Fatal(err)
		}
		defer rows.Close()
		for f := rows.NextFeature(); f != nil; f = rows.NextFeature() {
			do(f.Fields())
			f.Close()
		}
	}
	each("SELECT name, value FROM metadata", func(row map[string]godal.Field) { m.about[row["name"].String()] = row["value"].String() })
	each("SELECT zoom_level, tile_column, tile_row, tile_data FROM tiles", func(row map[string]godal.Field) {
		z := int(row["zoom_level"].Int())
		m.tiles[[3]int{z, int(row["tile_column"].Int()), 1<<z - 1 - int(row["tile_row"].Int())}] = row["tile_data"].Bytes()
	})
	return m
}

// order orders a package, works on it, and returns it with its file.
func (s *site) order(of, body string) (p api.TilePackage, j api.Job, file []byte) {
	s.t.Helper()
	j = s.end(s.post(of+"/packages", body).want(202))
	if j.Outcome == nil || j.Outcome.Package == nil {
		s.t.Fatalf("job = %+v with %+v, want a package", j, j.Outcome)
	}
	s.get("/api/v1/packages/" + j.Outcome.Package.String()).want(200).as(&p)
	return p, j, s.get("/api/v1/packages/" + p.Id.String() + "/mbtiles").want(200).body
}

// A tile of the package is the tile of the route, and where the package has none the
// route says that nothing is there: on every tile of a zoom round the picture.
func (s *site) sameTiles(m anMBTiles, base, ending string, zooms ...int) {
	s.t.Helper()
	for _, z := range zooms {
		around := map[[3]int]bool{}
		for at := range m.tiles {
			if at[0] != z {
				continue
			}
			for x := max(at[1]-1, 0); x <= min(at[1]+1, 1<<z-1); x++ {
				for y := max(at[2]-1, 0); y <= min(at[2]+1, 1<<z-1); y++ {
					around[[3]int{z, x, y}] = true
				}
			}
		}
		if len(around) == 0 {
			s.t.Errorf("no tile of zoom %d", z)
		}
		for at := range around {
			got := s.get(fmt.Sprintf("%s/tiles/%d/%d/%d.%s", base, at[0], at[1], at[2], ending))
			if written := m.tiles[at]; got.status != map[bool]int{true: 200, false: 204}[written != nil] || !bytes.Equal(got.body, written) {
				s.t.Errorf("tile %v: the route answers %d with %d bytes, the package has %d", at, got.status, len(got.body), len(written))
			}
		}
	}
}

func (m anMBTiles) zooms() (zooms []int) {
	seen := map[int]bool{}
	for at := range m.tiles {
		if !seen[at[0]] {
			seen[at[0]] = true
			zooms = append(zooms, at[0])
		}
	}
	return zooms
}

func TestAPackageOfAPictureHasTheTilesOfTheMap(t *testing.T) {
	s := open(t)
	photo := s.orthophoto(s.openCase())
	base := "/api/v1/orthophotos/" + photo.Id.String()
	var none api.PackageList
	s.get(base + "/packages").want(200).as(&none)
	if len(none.Items) != 0 || none.Job != nil {
		t.Fatalf("before the first order there is %+v", none)
	}
	p, j, file := s.order(base, "")
	m := openMBTiles(t, file)
	if p.MaxZoom != photo.DisplayZoom || p.Tiles != int64(len(m.tiles)) || p.SizeBytes != int64(len(file)) || !p.Current || p.Format != "jpeg" || len(m.zooms()) != p.MaxZoom-p.MinZoom+1 {
		t.Errorf("package %+v with %d tiles of zooms %v in %d bytes", p, len(m.tiles), m.zooms(), len(file))
	}
	coarsest := 0
	for at := range m.tiles {
		if at[0] == p.MinZoom {
			coarsest++
		}
	}
	if coarsest != 1 {
		t.Errorf("%d tiles of the first zoom, want the whole picture on one", coarsest)
	}
	s.sameTiles(m, base, "jpg", m.zooms()...)

	// What the picture is worth stands in the file, in both languages.
	for key, want := range map[string][]string{
		"name": {photo.Filename, "仅供参考", "for reference only"}, "attribution": {"仅供参考 for reference only", photo.Filename},
		"description": {"没有独立检查点", "no independent check points"}, "jieshi:accuracy": {"reference_only"},
		"jieshi:shift_epsg3857_m": {"0.0000,0.0000"}, "format": {"jpg"},
		"minzoom": {fmt.Sprint(p.MinZoom)}, "maxzoom": {fmt.Sprint(p.MaxZoom)}, "bounds": {fmt.Sprintf("%.3f", photo.Bbox[0])[:6]},
	} {
		for _, part := range want {
			if !strings.Contains(m.about[key], part) {
				t.Errorf("%s = %q, want %q in it", key, m.about[key], part)
			}
		}
	}

	// Ordered again it is the same job and the same file.
	again, sameJob, sameFile := s.order(base, `{"format":"jpeg"}`)
	if sameJob.Id != j.Id || again.Id != p.Id || !bytes.Equal(file, sameFile) {
		t.Errorf("ordered twice it is jobs %s and %s, packages %s and %s", j.Id, sameJob.Id, p.Id, again.Id)
	}
	png, _, file := s.order(base, fmt.Sprintf(`{"format":"png","max_zoom":%d}`, p.MaxZoom-1))
	if m := openMBTiles(t, file); png.Id == p.Id || m.about["format"] != "png" || m.about["maxzoom"] != fmt.Sprint(p.MaxZoom-1) {
		t.Errorf("as PNG it is %+v with %v", png, m.about)
	} else {
		s.sameTiles(m, base, "png", p.MaxZoom-1)
	}
	var list api.PackageList
	s.get(base + "/packages").want(200).as(&list)
	if len(list.Items) != 2 || !list.Items[0].Current || !list.Items[1].Current || list.Job == nil || list.Job.Case == nil {
		t.Errorf("packages = %+v, want both current", list)
	}
	for _, body := range []string{`{"max_zoom":1}`, fmt.Sprintf(`{"max_zoom":%d}`, photo.DisplayZoom+1)} {
		if refused := s.post(base+"/packages", body).want(422); !bytes.Contains(refused.body, []byte("package_zoom")) {
			t.Errorf("%s: %s", body, refused.body)
		}
	}
	s.post(base+"/packages", `{"format":"gif"}`).want(400)
	unknown := uuid.NewString()
	s.post("/api/v1/orthophotos/"+unknown+"/packages", "").want(404)
	s.get("/api/v1/orthophotos/" + unknown + "/packages").want(404)
	s.get("/api/v1/packages/" + unknown).want(404)
	s.get("/api/v1/packages/" + unknown + "/mbtiles").want(404)
}

func TestABrokenDownloadOfAPackageGoesOn(t *testing.T) {
	s := open(t)
	photo := s.orthophoto(s.openCase())
	p, _, file := s.order("/api/v1/orthophotos/"+photo.Id.String(), "")
	path := "/api/v1/packages/" + p.Id.String() + "/mbtiles"
	whole := s.get(path).want(200)
	tag := whole.header.Get("ETag")
	if tag != `"`+p.Sha256+`"` || whole.header.Get("Accept-Ranges") != "bytes" || whole.header.Get("Content-Type") != "application/vnd.mapbox.mbtiles" ||
		!strings.HasPrefix(whole.header.Get("Content-Disposition"), "attachment") || whole.header.Get("Content-Encoding") != "" {
		t.Errorf("headers %v", whole.header)
	}
	half := len(file) / 2
	rest := s.get(path, "Range", fmt.Sprintf("bytes=%d-", half), "If-Range", tag).want(206)
	if !bytes.Equal(rest.body, file[half:]) || rest.header.Get("Content-Range") != fmt.Sprintf("bytes %d-%d/%d", half, len(file)-1, len(file)) {
		t.Errorf("the rest is %d bytes of %q", len(rest.body), rest.header.Get("Content-Range"))
	}
	s.get(path, "Range", fmt.Sprintf("bytes=%d-", half), "If-Range", `"other"`).want(200)
	s.get(path, "Range", fmt.Sprintf("bytes=%d-", len(file))).want(416)
	s.get(path, "If-None-Match", tag).want(304)
}

func TestAShiftMakesAnotherPackage(t *testing.T) {
	s := open(t)
	photo := s.orthophoto(s.openCase())
	base := "/api/v1/orthophotos/" + photo.Id.String()
	before, _, _ := s.order(base, "")
	shift := func() {
		s.do("PUT", base+"/shift", strings.NewReader(`{"east_m":2.5,"north_m":-1.25,"reason":"road"}`), "Content-Type", "application/json").want(200)
	}
	shift()
	var stale api.TilePackage
	s.get("/api/v1/packages/" + before.Id.String()).want(200).as(&stale)
	after, _, file := s.order(base, "")
	m := openMBTiles(t, file)
	if stale.Current || after.Id == before.Id || !after.Current || after.Shifted == nil || !*after.Shifted {
		t.Errorf("before %+v, after %+v; want another one", stale, after)
	}
	if d := m.about["description"]; !strings.Contains(d, "显示时已平移：东 2.50 m，北 -1.25 m（road）") || !strings.Contains(d, "Shown moved: east 2.50 m, north -1.25 m (road)") || m.about["jieshi:shift_epsg3857_m"] == "0.0000,0.0000" {
		t.Errorf("description %q, shift %q", d, m.about["jieshi:shift_epsg3857_m"])
	}
	s.sameTiles(m, base, "jpg", m.zooms()...)

	// Without the shift the first one is good again, and the other is replaced.
	s.do("DELETE", base+"/shift", nil).want(200)
	if back, _, _ := s.order(base, ""); back.Id != before.Id || !back.Current {
		t.Errorf("without the shift it is %+v, want the first one", back)
	}
	s.sql("UPDATE tile_package SET used_at = now() - interval '25 hours', superseded_at = superseded_at - interval '25 hours'")
	if err := s.intake.RetirePackages(s.ctx); err != nil {
		t.Fatal(err)
	}
	s.get("/api/v1/packages/" + after.Id.String() + "/mbtiles").want(404)
	s.get("/api/v1/packages/" + before.Id.String() + "/mbtiles").want(200)
	shift()
	if anew, _, same := s.order(base, ""); anew.Id == after.Id || !bytes.Equal(file, same) {
		t.Errorf("made again it is %+v, %d bytes, want the same bytes as before", anew, len(same))
	}
}

func TestAPackageThatNobodyUsesIsRemoved(t *testing.T) {
	s := open(t)
	photo := s.orthophoto(s.openCase())
	base := "/api/v1/orthophotos/" + photo.Id.String()
	p, _, _ := s.order(base, "")
	path := filepath.Join(s.stored, p.Sha256[:2], p.Sha256)
	retire := func() {
		t.Helper()
		if err := s.intake.RetirePackages(s.ctx); err != nil {
			t.Fatal(err)
		}
	}
	retire()
	s.sql("UPDATE tile_package SET used_at = now() - interval '31 days'")
	s.get("/api/v1/packages/" + p.Id.String() + "/mbtiles").want(200) // which is a use
	retire()
	if _, err := os.Stat(path); err != nil {
		t.Fatalf("a package that was used just now: %v", err)
	}
	s.sql("UPDATE tile_package SET used_at = now() - interval '31 days'")
	retire()
	if _, err := os.Stat(path); !os.IsNotExist(err) {
		t.Errorf("the file of a package that nobody uses: %v", err)
	}
	s.get("/api/v1/packages/" + p.Id.String()).want(404)
	again, j, _ := s.order(base, "")
	if again.Id == p.Id || j.State != api.Successful {
		t.Errorf("ordered again it is %+v by %+v", again, j)
	}
}

func TestAPackageOfAnAuditHasItsTiles(t *testing.T) {
	s := open(t)
	s.register("土地证", [4]float64{0, 50, 100, 100}, [4]float64{40, 40, 150, 100}, [4]float64{149.98, 40, 200, 100})
	begun, err := s.db.BeginAudit(s.ctx, "土地证", "", false)
	if err != nil {
		t.Fatal(err)
	}
	base := fmt.Sprintf("/api/v1/audits/%d", begun.ID)
	if refused := s.post(base+"/packages", "").want(409); !bytes.Contains(refused.body, []byte("audit_unfinished")) || !bytes.Contains(refused.body, []byte("核查尚未完成")) {
		t.Errorf("an unfinished audit is refused with %s", refused.body)
	}
	s.audit("土地证")
	p, j, file := s.order(base, `{"max_zoom":14}`)
	if j.Case != nil || p.Case != nil || p.Format != "pbf" || *p.Audit != begun.ID || !p.Current {
		t.Errorf("package %+v of job %+v", p, j)
	}
	m := openMBTiles(t, file)
	for at, tile := range m.tiles {
		unpack, err := gzip.NewReader(bytes.NewReader(tile))
		if err != nil {
			t.Fatal(err)
		}
		if m.tiles[at], err = io.ReadAll(unpack); err != nil {
			t.Fatal(err)
		}
	}
	s.sameTiles(m, base, "mvt", m.zooms()...)
	if len(m.zooms()) != 15 || !strings.Contains(m.about["json"], "overlaps") {
		t.Errorf("zooms %v, metadata %v", m.zooms(), m.about)
	}
	// The events of a job that belongs to no case are told, too.
	stream, err := http.Get(s.server.URL + "/api/v1/jobs/" + j.Id.String() + "/events")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = stream.Body.Close() }()
	if events, err := io.ReadAll(stream.Body); err != nil || !bytes.Contains(events, []byte(`"successful"`)) {
		t.Errorf("events: %s, %v", events, err)
	}
	if again, same, _ := s.order(base, `{"max_zoom":14}`); again.Id != p.Id || same.Id != j.Id {
		t.Errorf("ordered twice it is %s and %s", p.Id, again.Id)
	}
	s.post("/api/v1/audits/999/packages", "").want(404)
	s.get("/api/v1/audits/999/packages").want(404)
}
