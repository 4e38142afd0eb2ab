package api_test

import (
	"bytes"
	"fmt"
	"image/jpeg"
	"image/png"
	"testing"

	"jieshi/api"
)

const forEver = "private, max-age=31536000, immutable"

func TestTilesOfAPictureAreNamedByTheirContent(t *testing.T) {
	s := open(t)
	photo := s.orthophoto(s.openCase())
	base := "/api/v1/orthophotos/" + photo.Id.String()
	x, y := tileOf(18, (photo.Bbox[0]+photo.Bbox[2])/2, (photo.Bbox[1]+photo.Bbox[3])/2)
	seen := map[string]string{}
	for ending, mediaType := range map[string]string{
		".png": "image/png", "@2x.png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".webp": "image/webp",
	} {
		path := fmt.Sprintf("%s/tiles/18/%d/%d%s", base, x, y, ending)
		a := s.get(path).want(200)
		tag := a.header.Get("ETag")
		if a.header.Get("Content-Type") != mediaType || a.header.Get("Cache-Control") != forEver || tag == "" {
			t.Errorf("%s: %v", ending, a.header)
		}
		if other, twice := seen[tag]; twice && mediaType != "image/jpeg" {
			t.Errorf("%s and %s have one ETag", ending, other)
		}
		seen[tag] = ending
		again := s.get(path, "If-None-Match", `"other", W/`+tag).want(304)
		if again.header.Get("ETag") != tag || again.header.Get("Cache-Control") != forEver {
			t.Errorf("304 with %v", again.header)
		}
		if mediaType == "image/png" {
			img, err := png.Decode(bytes.NewReader(a.body))
			if want := map[string]int{".png": 256, "@2x.png": 512}[ending]; err != nil || img.Bounds().Dx() != want {
				t.Errorf("%s: %v, %v; want %d pixels", ending, img.Bounds(), err, want)
			}
		}
	}
	s.get(fmt.Sprintf("%s/tiles/18/%d/%d.png", base, x+50, y)).want(204)
	for _, tile := range []string{"18/262144/0.png", "18/0/262144.png", "0/0/1.png"} {
		s.get(base + "/tiles/" + tile).want(400)
	}
	s.get("/api/v1/orthophotos/6f9619ff-8b86-4d01-b42d-00cf4fc964ff/tiles/0/0/0.png").want(404)

	thumbnail := s.get(base + "/thumbnail").want(200)
	img, err := jpeg.Decode(bytes.NewReader(thumbnail.body))
	if err != nil || max(img.Bounds().Dx(), img.Bounds().Dy()) > 512 {
		t.Errorf("thumbnail: %v", err)
	}
	s.get(base+"/thumbnail", "If-None-Match", thumbnail.header.Get("ETag")).want(304)
}

func TestTilesOfARunNeverChange(t *testing.T) {
	s := open(t)
	number := s.twoClaims()
	var run api.Run
	s.get("/api/v1/cases/" + number + "/run").want(200).as(&run)
	var c api.Case
	s.get("/api/v1/cases/" + number).want(200).as(&c)
	x, y := tileOf(16, (*c.Center)[0], (*c.Center)[1])
	path := fmt.Sprintf("/api/v1/runs/%s/tiles/16/%d/%d", run.Id, x, y)
	first := s.get(path + ".mvt").want(200)
	if first.header.Get("Content-Type") != "application/vnd.mapbox-vector-tile" || !bytes.Contains(first.body, []byte("pieces")) {
		t.Errorf("tile: %v", first.header)
	}
	s.claim(number, "国有林场", 60, -50, 110, 50)
	second := s.get(path+".pbf", "Accept-Encoding", "gzip").want(200)
	if !bytes.Equal(first.body, second.body) || first.header.Get("ETag") != second.header.Get("ETag") {
		t.Error("a later claim changed a tile of an earlier run")
	}
	s.get(path+".mvt", "If-None-Match", first.header.Get("ETag")).want(304)
	s.get(fmt.Sprintf("/api/v1/runs/%s/tiles/16/%d/%d.mvt", run.Id, x+9, y)).want(204)
	s.get("/api/v1/runs/6f9619ff-8b86-4d01-b42d-00cf4fc964ff/tiles/0/0/0.mvt").want(404)
}
