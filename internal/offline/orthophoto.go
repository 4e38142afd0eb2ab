package offline

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strings"

	"jieshi/ingest"
	"jieshi/ingest/raster"
	"jieshi/ingest/vector"
	"jieshi/mediation"
)

// tileSide is that of the tiles that every program knows, in pixels.
const tileSide = 256

// Formats are those that the tiles of a package may have, the usual one first: every
// program opens JPEG and PNG; PNG shows through where the picture has nothing, and is
// several times as long.
var Formats = []raster.Format{raster.JPEG, raster.PNG, raster.WebP}

// OfOrthophoto returns the contents of a package of a picture as it is shown now:
// with its shift, its accuracy in words, and every zoom from the one where the whole
// footprint lies on one tile to maxZoom, or to the finest of the display COG if
// maxZoom is nil. Tiles have 256 pixels a side. A format or zoom that cannot be is an
// [*ingest.Refusal].
func OfOrthophoto(photo mediation.Orthophoto, pictures raster.Format, maxZoom *int) (*Contents, error) {
	if pictures == "" {
		pictures = Formats[0]
	}
	if pictures.ContentType() == "" {
		return nil, refuseFormat(pictures)
	}
	c := &Contents{
		Format: format, Orthophoto: &photo.ID, Display: &photo.Display, Pictures: pictures, Status: Checked,
		Bounds: photo.BBox[:], MaxZoom: photo.DisplayZoom,
	}
	if photo.ReferenceOnly() {
		c.Status = ReferenceOnly
	}
	if s := photo.Shift; s != nil && s.Web != [2]float64{} {
		c.Shift = &s.Web
	}
	c.Bounds = c.placeOf(photo.ToleranceM).bounds()
	c.MinZoom = min(placeOfBounds(c.Bounds).wholeZoom(), photo.DisplayZoom)
	if maxZoom != nil {
		if *maxZoom < c.MinZoom || *maxZoom > photo.DisplayZoom {
			return nil, refuseZoom(*maxZoom, c.MinZoom, photo.DisplayZoom)
		}
		c.MaxZoom = *maxZoom
	}
	c.describe(photo)
	return c, nil
}

// A tileDrawer draws the tiles of display COGs, see [raster.TileSource].
type tileDrawer interface {
	Tile(ctx context.Context, path string, shift raster.Shift, z, x, y int, format raster.Format, size int) (tile []byte, mediaType string, err error)
}

// Progress is told how many of the tiles that may be there have been looked at.
type Progress func(done, total int64)

// WriteOrthophoto writes the package of a picture to a new file at out, with the
// tiles that drawer draws of the display COG at display, and returns how many. An
// error leaves no file; ctx ends it between two tiles.
func WriteOrthophoto(ctx context.Context, drawer tileDrawer, display string, c *Contents, out string, on Progress) (tiles int64, err error) {
	place, margin := placeOfBounds(c.Bounds), 0.0
	if c.Shift != nil {
		margin = 1.0 / tileSide // a picture that is interpolated fades out within a pixel
	}
	done, total := int64(0), int64(0)
	for z := c.MinZoom; z <= c.MaxZoom; z++ {
		total += place.at(z, margin).count()
	}
	err = vector.WriteMBTiles(out, c.tileSet(), func(add func(z, x, y int, tile []byte) error) error {
		for z := c.MinZoom; z <= c.MaxZoom; z++ {
			err := place.at(z, margin).each(func(x, y int) error {
				if err := ctx.Err(); err != nil {
					return context.Cause(ctx)
				}
				tile, _, err := drawer.Tile(ctx, display, c.shift(), z, x, y, c.Pictures, tileSide)
				done++
				on(done, total)
				if errors.Is(err, raster.ErrEmpty) {
					return nil
				}
				if err != nil {
					return err
				}
				tiles++
				return add(z, x, y, tile)
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
	return tiles, err
}

func (c *Contents) shift() raster.Shift {
	if c.Shift == nil {
		return raster.Shift{}
	}
	return *c.Shift
}

func (c *Contents) tileSet() vector.TileSet {
	t := vector.TileSet{
		Name: c.Name, Description: c.Description, Attribution: c.Attribution,
		Bounds: c.Bounds, MinZoom: c.MinZoom, MaxZoom: c.MaxZoom,
	}
	t.More = [][2]string{{"jieshi:format", c.Format}}
	if c.Orthophoto == nil {
		return t
	}
	switch t.Format = string(c.Pictures); c.Pictures {
	case raster.JPEG:
		t.Format = "jpg"
	case raster.PNG, raster.WebP:
	}
	shift := c.shift()
	t.More = append(
		t.More,
		[2]string{"jieshi:orthophoto", c.Orthophoto.String()},
		[2]string{"jieshi:display_sha256", c.Display.String()},
		[2]string{"jieshi:accuracy", c.Status},
		[2]string{"jieshi:shift_epsg3857_m", fmt.Sprintf("%.4f,%.4f", shift[0], shift[1])},
	)
	return t
}

// describe says in Chinese and English what the picture is worth, so that it is read
// where the package is opened.
func (c *Contents) describe(photo mediation.Orthophoto) {
	accuracy := accuracyOf(photo)
	short := "仅供参考 for reference only"
	if !photo.ReferenceOnly() {
		short = fmt.Sprintf("1:%d 检查合格 checked", photo.Check.Scale)
	}
	captured := ""
	if !photo.CapturedFrom.IsZero() {
		captured = photo.CapturedFrom.UTC().Format(minute)
	}
	c.Name = fmt.Sprintf("%s %s（%s）", photo.Case, photo.Filename, short)
	lines := []string{accuracy.ZH, accuracy.EN}
	if s := photo.Shift; s != nil {
		lines = append(
			lines,
			fmt.Sprintf("显示时已平移：东 %.2f m，北 %.2f m（%s），不得据以量算。", s.EastM, s.NorthM, s.Reason),
			fmt.Sprintf("Shown moved: east %.2f m, north %.2f m (%s); nothing is measured with it.", s.EastM, s.NorthM, s.Reason),
		)
	}
	c.Description = strings.Join(lines, " ")
	credit := []string{"界石 Jieshi " + photo.Case, "正射影像 orthophoto " + photo.Filename}
	if captured != "" {
		credit = append(credit, "拍摄 captured "+captured)
	}
	if photo.Shift != nil {
		credit = append(credit, "已平移 shown moved")
	}
	c.Attribution = strings.Join(append(credit, short), " · ")
}

func accuracyOf(photo mediation.Orthophoto) ingest.Text {
	check := photo.Check
	switch {
	case check == nil:
		return ingest.Text{ZH: "仅供参考：没有独立检查点，不得据以量算面积。", EN: "For reference only: no independent check points; no area is measured on it."}
	case !check.Passed:
		why := ingest.Text{ZH: "检查点未达到限差", EN: "check points beyond the limit"}
		if !check.Independent {
			why = ingest.Text{ZH: "检查点未声明独立", EN: "the check points were not stated to be independent"}
		}
		return ingest.Text{
			ZH: fmt.Sprintf("仅供参考：%s（1:%d，平面中误差 %.3f m，限差 %.2f m，%d 点），不得据以量算面积。", why.ZH, check.Scale, check.RMSEM, check.LimitM, check.Points),
			EN: fmt.Sprintf("For reference only: %s (1:%d, RMSE %.3f m, limit %.2f m, %d points); no area is measured on it.", why.EN, check.Scale, check.RMSEM, check.LimitM, check.Points),
		}
	}
	return ingest.Text{
		ZH: fmt.Sprintf("精度：1:%d 合格，平面中误差 %.3f m（限差 %.2f m，独立检查点 %d 个）。", check.Scale, check.RMSEM, check.LimitM, check.Points),
		EN: fmt.Sprintf("Accuracy: 1:%d passed, RMSE %.3f m (limit %.2f m, %d independent check points).", check.Scale, check.RMSEM, check.LimitM, check.Points),
	}
}

// Filename is what a package is called where it is downloaded.
func (c *Contents) Filename(of string) string {
	if c.Orthophoto == nil {
		return fmt.Sprintf("jieshi-audit-%d-z%d.mbtiles", c.Audit, c.MaxZoom)
	}
	name := strings.TrimSpace(of)
	if i := strings.LastIndexByte(name, '.'); i > 0 {
		name = name[:i]
	}
	if name == "" {
		name = "orthophoto-" + c.Orthophoto.String()[:8]
	}
	return name + ".mbtiles"
}

func refuseFormat(f raster.Format) *ingest.Refusal {
	return &ingest.Refusal{
		Code: "package_format", Where: string(f),
		Reason: ingest.Text{ZH: "没有这种瓦片格式。", EN: "There is no such format of tiles."},
		Remedy: ingest.Text{ZH: "可用 jpeg、png 或 webp。", EN: "There are jpeg, png and webp."},
	}
}

func refuseZoom(zoom, least, most int) *ingest.Refusal {
	return &ingest.Refusal{
		Code: "package_zoom", Where: fmt.Sprint(zoom),
		Reason: ingest.Text{
			ZH: fmt.Sprintf("最大级别应在 %d 与 %d 之间。", least, most),
			EN: fmt.Sprintf("The last zoom lies between %d and %d.", least, most),
		},
		Remedy: ingest.Text{ZH: "不指定级别，就做到影像最清晰的一级。", EN: "Without one, tiles go to the finest that the picture has."},
	}
}

// halfWorld is half the side of the web mercator square, in metres (EPSG:3857).
const halfWorld = math.Pi * 6378137
