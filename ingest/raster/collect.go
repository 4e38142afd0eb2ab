package raster

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"

	"github.com/paulmach/orb"
)

// maxThumbnail is far above what 512 pixels a side take.
const maxThumbnail = 4 << 20

// collect checks what the child wrote and moves it out. The child has opened a
// stranger's file: its COG is opened by this very program later, so it gets the
// same look as the original.
func (c *conversion) collect() (err error) {
	var moved []string
	defer func() {
		if err == nil {
			return
		}
		for _, path := range moved {
			err = errors.Join(err, os.Remove(path))
		}
	}()
	type file struct {
		name   string
		path   *string
		sha256 *string
		size   *int64
		check  func(f *os.File, size int64) error
	}
	files := []file{
		{displayName, &c.result.Display, &c.result.DisplaySHA256, &c.result.DisplayBytes, c.checkDisplay},
		{measureName, &c.result.Measure, &c.result.MeasureSHA256, &c.result.MeasureBytes, c.checkMeasure},
		{thumbnailName, &c.result.Thumbnail, &c.result.ThumbnailSHA256, new(int64), checkThumbnail},
	}
	if lines := c.result.Contours; lines != nil {
		files = append(files, file{contoursName, &lines.Path, &lines.SHA256, &lines.Bytes, checkContours})
	}
	for _, one := range files {
		*one.path = filepath.Join(c.OutDir, one.name)
		*one.sha256, *one.size, err = c.moveOut(one.name, *one.path, one.check)
		if err != nil {
			return fmt.Errorf("raster: result %s: %w", one.name, err)
		}
		moved = append(moved, *one.path)
	}
	return nil
}

func (c *conversion) checkDisplay(f *os.File, size int64) error {
	h, err := checkOwnHeader(f, size)
	if err != nil {
		return err
	}
	if h.Width%blockSide != 0 || h.Height%blockSide != 0 || h.BlockWidth != blockSide || h.Compression != "jpeg" || h.Bits != 8 {
		return fmt.Errorf("not the COG that was asked for: %+v", h)
	}
	return nil
}

func (c *conversion) checkMeasure(f *os.File, size int64) error {
	h, err := checkOwnHeader(f, size)
	if err != nil {
		return err
	}
	if h.Width != c.header.Width || h.Height != c.header.Height || h.Bands != c.header.Bands || h.BlockWidth != blockSide || h.Compression != "zstd" {
		return fmt.Errorf("not the COG that was asked for: %+v", h)
	}
	return nil
}

// checkOwnHeader is [CheckHeader] for a COG of our making. One for web maps is
// padded with blocks that are not there, so it may have any number of pixels.
func checkOwnHeader(f io.ReaderAt, size int64) (Header, error) {
	h, err := checkHeader(f, size, math.MaxInt64, math.MaxUint64)
	if err != nil {
		return h, errors.New(err.Error()) // no refusal: this is not the user's file
	}
	return h, nil
}

// maxContours is far above what contourPoints take.
const maxContours = 32 << 20

// checkContours lets through what a map can draw and nothing besides.
func checkContours(f *os.File, size int64) error {
	if size > maxContours {
		return fmt.Errorf("%d bytes", size)
	}
	var lines struct {
		Type     string `json:"type"`
		Features []struct {
			Type       string `json:"type"`
			Properties struct {
				Height float64 `json:"height_m"`
				Index  bool    `json:"index"`
			} `json:"properties"`
			Geometry struct {
				Type        string              `json:"type"`
				Coordinates orb.MultiLineString `json:"coordinates"`
			} `json:"geometry"`
		} `json:"features"`
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return err
	}
	strict := json.NewDecoder(f)
	strict.DisallowUnknownFields()
	if err := strict.Decode(&lines); err != nil {
		return fmt.Errorf("contours: %w", err)
	}
	if _, err := strict.Token(); !errors.Is(err, io.EOF) {
		return errors.New("more than contours")
	}
	return nil
}

func checkThumbnail(_ *os.File, size int64) error {
	if size == 0 || size > maxThumbnail {
		return fmt.Errorf("%d bytes", size)
	}
	return nil
}

// moveOut copies a result into a file of ours, hashing it on the way: a rename
// would keep the child's ownership, and it may hold the file open. Whoever keeps
// the file sees to it that it lasts through a power cut.
func (c *conversion) moveOut(name, to string, check func(*os.File, int64) error) (sum string, size int64, err error) {
	in, err := c.dir.open(name)
	if err != nil {
		return "", 0, err
	}
	defer func() { _ = in.Close() }() // only read
	out, err := os.OpenFile(to, os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o644)
	if err != nil {
		return "", 0, err
	}
	defer func() {
		err = errors.Join(err, out.Close())
		if err != nil {
			err = errors.Join(err, os.Remove(to))
		}
	}()
	hash := sha256.New()
	if size, err = io.Copy(io.MultiWriter(out, hash), in); err != nil {
		return "", 0, err
	}
	if err := check(out, size); err != nil {
		return "", 0, err
	}
	return hex.EncodeToString(hash.Sum(nil)), size, nil
}
