package raster

import (
	"container/list"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
)

// ErrEmpty says that a tile shows no valid pixel of the picture.
var ErrEmpty = errors.New("raster: nothing of the picture is in this tile")

// ErrTile says that there is no such tile, in whatever picture: coordinates
// outside the pyramid, or a size or format that is not offered.
var ErrTile = errors.New("raster: no such tile")

// Format is a picture format of tiles.
type Format string

// The formats of tiles. PNG and WebP are transparent where nothing is valid,
// JPEG is white there.
const (
	PNG  Format = "png"
	JPEG Format = "jpeg"
	WebP Format = "webp"
)

// ContentType is the media type of the format, empty for an unknown one.
func (f Format) ContentType() string {
	switch f {
	case PNG, JPEG, WebP:
		return "image/" + string(f)
	}
	return ""
}

// maxZoom is where a pixel of a 256-pixel tile is 0.6 mm at the equator.
const maxZoom = 28

// TileOptions say how much a [TileSource] keeps open. The zero value is the default.
type TileOptions struct {
	Files   int          // pictures kept open; default 32
	Handles int          // readers a picture, each used by one goroutine at a time; default GOMAXPROCS
	Log     *slog.Logger // gets what GDAL says; default slog.Default()
}

// A TileSource draws map tiles from display COGs that [Convert] made. It is
// safe for any number of goroutines.
//
// A file is known by its path and taken to be immutable, as in a
// content-addressed store: the same path, tile, format and size give the same
// bytes, so an ETag may be made of the content hash and the tile's address.
type TileSource struct {
	options TileOptions
	mu      sync.Mutex
	files   map[string]*list.Element // of *cogFile
	recent  *list.List               // most recently used first
	closed  bool
}

// NewTileSource prepares GDAL and returns a source with nothing open.
func NewTileSource(o TileOptions) (*TileSource, error) {
	if err := Start(); err != nil {
		return nil, err
	}
	if o.Files <= 0 {
		o.Files = 32
	}
	if o.Handles <= 0 {
		o.Handles = runtime.GOMAXPROCS(0)
	}
	if o.Log == nil {
		o.Log = slog.Default()
	}
	return &TileSource{options: o, files: map[string]*list.Element{}, recent: list.New()}, nil
}

// A Shift moves a picture on the map: metres of EPSG:3857 to the east and to
// the north. The zero Shift shows it where it is.
type Shift [2]float64

// Tile draws tile z/x/y of the XYZ scheme (EPSG:3857, y from the north) with
// size pixels a side, 256 or 512, and returns its bytes and media type.
//
// Nothing is warped: the display COG lies on the pixels of a zoom, so a tile is
// a window of it or of an overview. It is interpolated where the tile is finer
// than the picture, averaged where it is coarser than the coarsest overview,
// and interpolated where the picture is shown shifted. Tile returns [ErrEmpty]
// where the picture has nothing, [ErrTile] for a tile that cannot be, and the
// error of ctx if that ends while all readers of the picture are busy.
func (s *TileSource) Tile(ctx context.Context, path string, shift Shift, z, x, y int, format Format, size int) ([]byte, string, error) {
	if z < 0 || z > maxZoom || x < 0 || y < 0 || x >= 1<<z || y >= 1<<z {
		return nil, "", fmt.Errorf("%w: %d/%d/%d", ErrTile, z, x, y)
	}
	if format.ContentType() == "" || (size != 256 && size != 512) {
		return nil, "", fmt.Errorf("%w: %q of %d pixels", ErrTile, format, size)
	}
	f, err := s.file(path)
	if err != nil {
		return nil, "", err
	}
	h, err := f.take(ctx)
	if err != nil {
		return nil, "", err
	}
	img, err := h.render(tile{z: z, x: x, y: y, size: size}, shift)
	f.give(h)
	if err != nil {
		return nil, "", err
	}
	b, err := encode(img, format)
	if err != nil {
		return nil, "", fmt.Errorf("raster: tile %d/%d/%d: %w", z, x, y, err)
	}
	return b, format.ContentType(), nil
}

// Close closes every file. Tiles being drawn are finished; later ones fail.
func (s *TileSource) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed = true
	var errs error
	for _, e := range s.files {
		errs = errors.Join(errs, e.Value.(*cogFile).retire())
	}
	clear(s.files)
	s.recent.Init()
	return errs
}

// file returns the picture at path and counts it as used.
func (s *TileSource) file(path string) (*cogFile, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return nil, errors.New("raster: tile source is closed")
	}
	if e, ok := s.files[path]; ok {
		s.recent.MoveToFront(e)
		return e.Value.(*cogFile), nil
	}
	if err := checkOwnFile(path); err != nil {
		return nil, err
	}
	f := &cogFile{path: path, idle: make(chan *tileReader, s.options.Handles), slots: make(chan struct{}, s.options.Handles), log: s.options.Log}
	s.files[path] = s.recent.PushFront(f)
	if s.recent.Len() > s.options.Files {
		last := s.recent.Back()
		old := last.Value.(*cogFile)
		s.recent.Remove(last)
		delete(s.files, old.path)
		if err := old.retire(); err != nil {
			s.options.Log.Warn("tile file cannot be closed", "path", old.path, "error", err)
		}
	}
	return f, nil
}

// checkOwnFile lets only ordinary files of ours through, since GDAL takes
// many a name for something else than a file.
func checkOwnFile(path string) error {
	if !filepath.IsAbs(path) || strings.HasPrefix(path, "/vsi") || strings.ContainsAny(path, ":\n\r") || filepath.Clean(path) != path {
		return fmt.Errorf("raster: %q is no plain absolute path", path)
	}
	f, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("raster: tiles: %w", err)
	}
	defer func() { _ = f.Close() }() // only read
	info, err := f.Stat()
	if err != nil {
		return fmt.Errorf("raster: tiles: %w", err)
	}
	if !info.Mode().IsRegular() {
		return fmt.Errorf("raster: %s is no ordinary file", path)
	}
	if _, err := checkOwnHeader(f, info.Size()); err != nil {
		return fmt.Errorf("raster: %s is no COG of ours: %w", path, err)
	}
	return nil
}

// cogFile is the pool of readers of one picture.
type cogFile struct {
	path  string
	idle  chan *tileReader
	slots chan struct{} // one for each reader that exists or is being opened
	log   *slog.Logger

	mu      sync.Mutex
	retired bool
}

// take waits for a reader that nobody uses, or opens one more.
func (f *cogFile) take(ctx context.Context) (*tileReader, error) {
	select {
	case h := <-f.idle:
		return h, nil
	default:
	}
	select {
	case h := <-f.idle:
		return h, nil
	case f.slots <- struct{}{}:
		h, err := openTileReader(f.path, f.log)
		if err != nil {
			<-f.slots
			return nil, err
		}
		return h, nil
	case <-ctx.Done():
		return nil, fmt.Errorf("raster: waiting for a reader: %w", context.Cause(ctx))
	}
}

// give puts a reader back, or closes it if the file is no longer kept.
func (f *cogFile) give(h *tileReader) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.retired {
		h.close()
		<-f.slots
		return
	}
	f.idle <- h // never blocks: there are no more readers than places
}

// retire closes the idle readers now and the others as they come back.
func (f *cogFile) retire() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.retired = true
	for {
		select {
		case h := <-f.idle:
			h.close()
			<-f.slots
		default:
			return nil
		}
	}
}
