package raster

import (
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"math/bits"
	"strings"
)

// A Header is what a TIFF says about itself before any pixel is looked at.
type Header struct {
	BigTIFF     bool
	Width       int64
	Height      int64
	Bands       int    // SamplesPerPixel
	Bits        int    // a sample
	Compression string // "lzw", "jpeg", …
	BlockWidth  int64  // of a tile, or the width of the picture for strips
	BlockHeight int64
	Directories int      // overviews and masks included
	Citations   []string // names of CRSs and datums (GeoTIFF, GeoAsciiParamsTag)
}

// Pixels is the number of pixels of the picture, without its overviews.
func (h Header) Pixels() int64 { return h.Width * h.Height }

// Limits of what a header may declare. They are far above what mapping
// software writes, and low enough that reading block by block stays small.
const (
	maxDirectories    = 64 // 20 overviews, each with a mask, of a picture of 2^31 pixels a side
	maxBands          = 32 // multispectral cameras have at most 12
	maxBlockBytes     = 256 << 20
	maxBlocks         = 1 << 24 // 40e9 pixels in tiles of 64 x 64
	maxMetadataBytes  = 1 << 20
	maxCitationBytes  = 4 << 10
	plausibleFrom     = 1 << 30 // smaller pictures may compress as well as they like
	plausibleRatio    = 2000    // Deflate reaches 1032, LZW 1365 on a picture of one colour
	directoryEntryMax = 4096
)

// compressions are the codecs that libtiff is trusted with, by TIFF number.
var compressions = map[uint64]string{
	1: "none", 5: "lzw", 7: "jpeg", 8: "deflate", 32946: "deflate", 32773: "packbits", 50000: "zstd", 50001: "webp",
}

// The TIFF tags that the check reads (TIFF 6.0, BigTIFF, GDAL).
const (
	tagSubfileType     = 254
	tagWidth           = 256
	tagHeight          = 257
	tagBits            = 258
	tagCompression     = 259
	tagStripOffsets    = 273
	tagSamples         = 277
	tagRowsPerStrip    = 278
	tagStripByteCounts = 279
	tagPlanar          = 284
	tagTileWidth       = 322
	tagTileHeight      = 323
	tagTileOffsets     = 324
	tagTileByteCounts  = 325
	tagSampleFormat    = 339
	tagGeoASCII        = 34737
	tagGDALMetadata    = 42112
)

// CheckHeader walks the directories of the size bytes of r and returns what
// the first says, or an [ingest.Refusal] for anything that is not a TIFF as
// mapping software writes it: another format, cut off, more than maxPixels,
// blocks too large, other codecs, metadata that names other files.
//
// It reads a few kilobytes, and 16 bytes for each block. It does not look at
// pixels or at the georeference.
func CheckHeader(r io.ReaderAt, size, maxPixels int64) (Header, error) {
	return checkHeader(r, size, maxPixels, plausibleRatio)
}

func checkHeader(r io.ReaderAt, size, maxPixels int64, maxRatio uint64) (Header, error) {
	if size == 0 {
		return Header{}, refuse(CodeEmptyFile, "")
	}
	f := tiffFile{r: r, size: uint64(size)}
	first, err := f.readStart()
	if err != nil {
		return Header{}, err
	}
	w := headerWalk{file: f, maxPixels: maxPixels, maxRatio: maxRatio, header: Header{BigTIFF: f.big}}
	if err := w.walk(first); err != nil {
		return Header{}, err
	}
	return w.header, nil
}

// headerWalk follows the chain of directories.
type headerWalk struct {
	file      tiffFile
	maxPixels int64
	maxRatio  uint64 // of samples to bytes
	header    Header
}

func (w *headerWalk) walk(first uint64) error {
	seen := map[uint64]bool{}
	for at := first; at != 0; {
		where := fmt.Sprintf("directory %d", w.header.Directories+1)
		if seen[at] {
			return refuse(CodeMalformed, where+" (loop)")
		}
		seen[at] = true
		if w.header.Directories++; w.header.Directories > maxDirectories {
			return refuse(CodeMalformed, fmt.Sprintf("more than %d directories", maxDirectories))
		}
		dir, next, err := w.file.readDirectory(at, where)
		if err != nil {
			return err
		}
		if err := w.check(dir); err != nil {
			return err
		}
		at = next
	}
	if w.header.Directories == 0 {
		return refuse(CodeMalformed, "no directory")
	}
	return nil
}

// check judges one directory: the picture itself, an overview, or a mask.
func (w *headerWalk) check(dir directory) error {
	main := w.header.Directories == 1
	shape, err := w.shape(dir)
	if err != nil {
		return err
	}
	if kind, err := dir.uint(tagSubfileType, 0); err != nil {
		return err
	} else if !main && kind&(subfileReduced|subfileMask) == 0 {
		return refuse(CodeSubdatasets, dir.where)
	}
	if main {
		w.header.Width, w.header.Height = int64(shape.width), int64(shape.height)
		w.header.Bands, w.header.Bits, w.header.Compression = int(shape.samples), int(shape.bits), shape.codec
		w.header.BlockWidth, w.header.BlockHeight = int64(shape.blockWidth), int64(shape.blockHeight)
		names, err := dir.text(tagGeoASCII, maxCitationBytes)
		if err != nil {
			return err
		}
		w.header.Citations = citations(names)
		if shape.uncompressed() > plausibleFrom && shape.uncompressed()/w.file.size > w.maxRatio {
			return refuse(CodeImplausibleSize, fmt.Sprintf("%d x %d, %d bytes", shape.width, shape.height, w.file.size))
		}
	} else if int64(shape.width) > w.header.Width || int64(shape.height) > w.header.Height {
		return refuse(CodeMalformed, dir.where+" (larger than the picture)")
	}
	if err := checkBlocks(dir, shape); err != nil {
		return err
	}
	return checkMetadata(dir)
}

// citations cuts a GeoAsciiParamsTag into its texts. What is no text is left out.
func citations(tag string) []string {
	var all []string
	for one := range strings.SplitSeq(strings.ToValidUTF8(tag, ""), "|") {
		if one = strings.Trim(one, " \x00"); one != "" {
			all = append(all, one)
		}
	}
	return all
}

// Bits of NewSubfileType (TIFF 6.0, section 8).
const (
	subfileReduced = 1
	subfileMask    = 4
)

// tiffShape is the geometry of one directory.
type tiffShape struct {
	width, height           uint64
	samples, bits           uint64
	planes                  uint64 // 1, or samples if each band has blocks of its own
	codec                   string
	tiled                   bool
	blockWidth, blockHeight uint64
}

func (s tiffShape) uncompressed() uint64 { return s.width * s.height * s.samples * s.bits / 8 }

func (s tiffShape) blockCount() uint64 {
	across := (s.width + s.blockWidth - 1) / s.blockWidth
	down := (s.height + s.blockHeight - 1) / s.blockHeight
	return across * down * s.planes
}

func (w *headerWalk) shape(dir directory) (tiffShape, error) {
	var s tiffShape
	var planar uint64
	err := dir.uints([]wanted{
		{tagWidth, 0, &s.width}, {tagHeight, 0, &s.height}, {tagSamples, 1, &s.samples}, {tagPlanar, 1, &planar},
	})
	if err != nil {
		return s, err
	}
	if s.width == 0 || s.height == 0 || s.width > math.MaxInt32 || s.height > math.MaxInt32 {
		return s, refuse(CodeMalformed, fmt.Sprintf("%s (%d x %d pixels)", dir.where, s.width, s.height))
	}
	if s.width*s.height > uint64(w.maxPixels) {
		return s, refuse(CodeTooManyPixels, fmt.Sprintf("%d x %d, limit %d", s.width, s.height, w.maxPixels))
	}
	if s.samples == 0 || s.samples > maxBands {
		return s, refuse(CodeTooManyBands, fmt.Sprint(s.samples))
	}
	s.planes = 1
	if planar == 2 {
		s.planes = s.samples
	}
	if err := s.readSamples(dir); err != nil {
		return s, err
	}
	return s, s.readBlocks(dir)
}

// readSamples reads type and compression of the samples.
func (s *tiffShape) readSamples(dir directory) error {
	var err error
	if s.bits, err = dir.same(tagBits, 1); err != nil {
		return err
	}
	switch s.bits {
	case 1, 2, 4, 8, 16, 32, 64:
	default:
		return refuse(CodeSampleType, fmt.Sprintf("%d bit", s.bits))
	}
	format, err := dir.same(tagSampleFormat, 1)
	if err != nil {
		return err
	}
	if format < 1 || format > 4 { // unsigned, signed, float, undefined; 5 and 6 are complex
		return refuse(CodeSampleType, fmt.Sprintf("sample format %d", format))
	}
	codec, err := dir.uint(tagCompression, 1)
	if err != nil {
		return err
	}
	var known bool
	if s.codec, known = compressions[codec]; !known {
		return refuse(CodeCompression, fmt.Sprintf("TIFF compression %d", codec))
	}
	return nil
}

// readBlocks reads the size of tiles or strips.
func (s *tiffShape) readBlocks(dir directory) error {
	s.tiled = dir.has(tagTileWidth) || dir.has(tagTileOffsets)
	s.blockWidth = s.width
	var err error
	if s.tiled {
		err = dir.uints([]wanted{{tagTileWidth, 0, &s.blockWidth}, {tagTileHeight, 0, &s.blockHeight}})
	} else {
		err = dir.uints([]wanted{{tagRowsPerStrip, s.height, &s.blockHeight}})
		s.blockHeight = min(s.blockHeight, s.height)
	}
	if err != nil {
		return err
	}
	if s.blockWidth == 0 || s.blockHeight == 0 || s.blockWidth > math.MaxInt32 || s.blockHeight > math.MaxInt32 {
		return refuse(CodeMalformed, fmt.Sprintf("%s (blocks of %d x %d)", dir.where, s.blockWidth, s.blockHeight))
	}
	// 31 + 31 bits, times 32 samples of 64 bits: checked before it can wrap.
	hi, block := bits.Mul64(s.blockWidth*s.blockHeight, s.samples/s.planes*s.bits)
	// libtiff cuts one uncompressed strip of the whole picture into rows by itself.
	chopped := !s.tiled && s.codec == "none" && s.blockHeight == s.height && s.planes == 1
	if !chopped && (hi != 0 || block/8 > maxBlockBytes) {
		return refuse(CodeBlockTooLarge, fmt.Sprintf("%d x %d pixels", s.blockWidth, s.blockHeight))
	}
	if n := s.blockCount(); n > maxBlocks {
		return refuse(CodeMalformed, fmt.Sprintf("%s (%d blocks)", dir.where, n))
	}
	return nil
}

// checkBlocks looks whether every block lies within the file. A block of
// length 0 is a hole, which GDAL reads as nodata.
func checkBlocks(dir directory, s tiffShape) error {
	offsets, counts := uint16(tagStripOffsets), uint16(tagStripByteCounts)
	if s.tiled {
		offsets, counts = tagTileOffsets, tagTileByteCounts
	}
	where, length := dir.entries[offsets], dir.entries[counts]
	if where.count != s.blockCount() || length.count != where.count {
		return refuse(CodeMalformed, fmt.Sprintf("%s (%d blocks, %d offsets, %d lengths)", dir.where, s.blockCount(), where.count, length.count))
	}
	for i := uint64(0); i < where.count; {
		at, err := dir.file.values(where, i, dir.where)
		if err != nil {
			return err
		}
		long, err := dir.file.values(length, i, dir.where)
		if err != nil {
			return err
		}
		n := min(len(at), len(long))
		for k := range n {
			if long[k] > dir.file.size || at[k] > dir.file.size-long[k] {
				return refuse(CodeTruncated, fmt.Sprintf("%s, block %d of %d", dir.where, i+uint64(k)+1, where.count))
			}
		}
		i += uint64(n)
	}
	return nil
}

// byteOrders are the two first bytes of a TIFF.
var byteOrders = map[string]binary.ByteOrder{"II": binary.LittleEndian, "MM": binary.BigEndian}
