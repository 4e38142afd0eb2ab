package api

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"jieshi/ingest/raster"
)

// tileDrawer cuts XYZ tiles from a display COG.
type tileDrawer interface {
	Tile(ctx context.Context, path string, shift raster.Shift, z, x, y int, format raster.Format, size int) (tile []byte, mediaType string, err error)
}

// immutable is how long what is named by its content stays good; private, since
// it is ground of a case.
const immutable = "private, max-age=31536000, immutable"

// RunTile answers GET /runs/{id}/tiles/{z}/{x}/{y}.mvt.
func (s *server) RunTile(ctx context.Context, r RunTileRequestObject) (RunTileResponseObject, error) {
	a, err := addressOf(r.Z, r.X, r.Tile)
	if err != nil {
		return nil, err
	}
	tile, version, err := s.Store.RunTile(ctx, r.Id, a.z, a.x, a.y)
	if err != nil {
		return nil, err
	}
	tag := strongTag(version.String() + a.tag())
	switch {
	case matches(r.Params.IfNoneMatch, tag):
		return notModified{tag}, nil
	case len(tile) == 0:
		return empty{tag}, nil
	}
	return RunTile200ApplicationvndMapboxVectorTileResponse{
		Body: bytes.NewReader(tile), ContentLength: int64(len(tile)),
		Headers: RunTile200ResponseHeaders{CacheControl: ref(immutable), ETag: &tag},
	}, nil
}

// OrthophotoTile answers GET /orthophotos/{id}/tiles/{z}/{x}/{y}.png and its like.
func (s *server) OrthophotoTile(ctx context.Context, r OrthophotoTileRequestObject) (OrthophotoTileResponseObject, error) {
	a, err := addressOf(r.Z, r.X, r.Tile)
	if err != nil {
		return nil, err
	}
	view, err := s.Store.OrthophotoView(ctx, r.Id)
	if err != nil {
		return nil, err
	}
	tag := strongTag(viewVersion(view.Display, view.Shift) + a.tag())
	if matches(r.Params.IfNoneMatch, tag) {
		return notModified{tag}, nil
	}
	file, release, err := s.Files.Local(ctx, view.Display)
	if err != nil {
		return nil, err
	}
	defer release()
	tile, mediaType, err := s.Tiles.Tile(ctx, file, raster.Shift(view.Shift), a.z, a.x, a.y, a.format, a.size)
	switch {
	case errors.Is(err, raster.ErrEmpty):
		return empty{tag}, nil
	case errors.Is(err, raster.ErrTile):
		return nil, errBadTile
	case err != nil:
		return nil, err
	}
	return picture{tile, mediaType, tag}, nil
}

// An address is where a tile lies and in what form it is wanted.
type address struct {
	z, x, y int
	format  raster.Format
	size    int // pixels
	ending  string
}

// addressOf reads the last part of the address of a tile, `{y}[@2x].{ending}`,
// whose form the contract has checked.
func addressOf(z, x int, tile string) (a address, err error) {
	row, ending, _ := strings.Cut(tile, ".")
	a = address{z: z, x: x, size: 256, ending: ending}
	if short, double := strings.CutSuffix(row, "@2x"); double {
		row, a.size = short, 512
	}
	a.y, err = strconv.Atoi(row)
	if err != nil || z < 0 || z > 24 || x < 0 || x >= 1<<z || a.y < 0 || a.y >= 1<<z {
		return a, errBadTile
	}
	switch ending {
	case "png":
		a.format = raster.PNG
	case "jpg", "jpeg":
		a.format = raster.JPEG
	case "webp":
		a.format = raster.WebP
	}
	return a, nil
}

func (a address) tag() string {
	return fmt.Sprintf("-%d-%d-%d-%s%d", a.z, a.x, a.y, a.format, a.size)
}

func strongTag(s string) string { return `"` + s + `"` }

// matches reads If-None-Match, which compares weakly (RFC 9110 section 13.1.2).
func matches(header *string, tag string) bool {
	for one := range strings.SplitSeq(orZero(header), ",") {
		one = strings.TrimSpace(one)
		if one == "*" || strings.TrimPrefix(one, "W/") == tag {
			return true
		}
	}
	return false
}

// picture is a drawn tile.
type picture struct {
	bytes          []byte
	mediaType, tag string
}

// VisitOrthophotoTileResponse writes the tile.
func (p picture) VisitOrthophotoTileResponse(w http.ResponseWriter) error {
	h := w.Header()
	h.Set("Content-Type", p.mediaType)
	h.Set("Content-Length", strconv.Itoa(len(p.bytes)))
	h.Set("Cache-Control", immutable)
	h.Set("ETag", p.tag)
	w.WriteHeader(http.StatusOK)
	_, err := w.Write(p.bytes)
	return err
}

// notModified says 304 with the headers that 200 would have had.
type notModified struct{ tag string }

func (n notModified) write(w http.ResponseWriter) error {
	w.Header().Set("ETag", n.tag)
	w.Header().Set("Cache-Control", immutable)
	w.WriteHeader(http.StatusNotModified)
	return nil
}

// VisitRunTileResponse writes 304.
func (n notModified) VisitRunTileResponse(w http.ResponseWriter) error { return n.write(w) }

// VisitOrthophotoTileResponse writes 304.
func (n notModified) VisitOrthophotoTileResponse(w http.ResponseWriter) error { return n.write(w) }

// VisitOrthophotoThumbnailResponse writes 304.
func (n notModified) VisitOrthophotoThumbnailResponse(w http.ResponseWriter) error { return n.write(w) }

// VisitOrthophotoContoursResponse writes 304.
func (n notModified) VisitOrthophotoContoursResponse(w http.ResponseWriter) error { return n.write(w) }

// empty says 204: nothing lies there, which stays so.
type empty struct{ tag string }

func (e empty) write(w http.ResponseWriter) error {
	w.Header().Set("ETag", e.tag)
	w.Header().Set("Cache-Control", immutable)
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// VisitRunTileResponse writes 204.
func (e empty) VisitRunTileResponse(w http.ResponseWriter) error { return e.write(w) }

// VisitOrthophotoTileResponse writes 204.
func (e empty) VisitOrthophotoTileResponse(w http.ResponseWriter) error { return e.write(w) }
