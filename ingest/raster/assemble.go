package raster

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"
)

// structure is what a COG says of its own order, for readers that make use of
// it (GDAL, "Cloud Optimized GeoTIFF": structural metadata). The blank at the
// end is where an editor that breaks the order writes YES.
const structure = "LAYOUT=IFDS_BEFORE_DATA\nBLOCK_ORDER=ROW_MAJOR\nBLOCK_LEADER=SIZE_AS_UINT4\n" +
	"BLOCK_TRAILER=LAST_4_BYTES_REPEATED\nKNOWN_INCOMPATIBLE_EDITION=NO\n "

// classicLimit is the largest file that offsets of 32 bits are trusted with.
const classicLimit = 4_000_000_000

// assembleCOG writes one COG from TIFFs that each hold one resolution, finest
// first, pixel interleaved in tiles, with a mask directory or not. Compressed
// blocks are copied, not decoded: directories first, then the blocks of the
// coarsest resolution up to the finest.
//
// GDAL's own driver compresses everything twice over to get this order.
func assembleCOG(path string, sheets []string, progress func(float64)) (err error) {
	a := assembly{progress: progress}
	defer func() { err = errors.Join(err, a.close()) }()
	for _, name := range sheets {
		if err := a.open(name); err != nil {
			return fmt.Errorf("raster: COG of %s: %w", name, err)
		}
	}
	out, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o644)
	if err != nil {
		return fmt.Errorf("raster: COG: %w", err)
	}
	defer func() { err = errors.Join(err, out.Close()) }()
	a.layOut()
	a.out = bufio.NewWriterSize(out, 1<<20)
	if err := a.write(); err != nil {
		return fmt.Errorf("raster: COG: %w", err)
	}
	return nil
}

// An assembly is one COG in the making.
type assembly struct {
	files    []*os.File
	levels   [][]*part // of each resolution the picture and, if it has one, its mask
	big      bool
	out      *bufio.Writer
	done     uint64 // bytes of blocks copied
	total    uint64
	progress func(float64)
}

// A part is one directory to be written.
type part struct {
	in      io.ReaderAt
	fields  []field
	at      []uint64 // of the blocks in the source
	length  []uint64
	written []uint64 // of the blocks in the COG
	offset  uint64   // of the directory in the COG
	next    uint64
}

// A field is one tag with its values as bytes, little endian.
type field struct {
	tag, kind uint16
	count     uint64
	values    []byte
}

// placing are the tags that only the finest resolution carries.
var placing = map[uint16]bool{33550: true, 33922: true, 34264: true, 34735: true, 34736: true, 34737: true}

func (a *assembly) close() error {
	var errs error
	for _, f := range a.files {
		errs = errors.Join(errs, f.Close())
	}
	return errs
}

// open reads the directories of one resolution.
func (a *assembly) open(name string) error {
	in, err := os.Open(name)
	if err != nil {
		return err
	}
	a.files = append(a.files, in)
	info, err := in.Stat()
	if err != nil {
		return err
	}
	f := tiffFile{r: in, size: uint64(info.Size())}
	at, err := f.readStart()
	if err != nil {
		return errors.New(err.Error()) // no refusal: the file is ours
	}
	if f.order != binary.ByteOrder(binary.LittleEndian) {
		return errors.New("not little endian")
	}
	var parts []*part
	for ; at != 0 && len(parts) < 2; at = parts[len(parts)-1].next {
		p, err := a.part(f, at, len(a.levels) > 0, len(parts) > 0)
		if err != nil {
			return errors.New(err.Error())
		}
		parts = append(parts, p)
	}
	a.levels = append(a.levels, parts)
	return nil
}

func (a *assembly) part(f tiffFile, at uint64, reduced, mask bool) (*part, error) {
	dir, next, err := f.readDirectory(at, "directory")
	if err != nil {
		return nil, err
	}
	p := &part{in: f.r, next: next}
	if p.at, err = dir.all(tagTileOffsets); err != nil {
		return nil, err
	}
	if p.length, err = dir.all(tagTileByteCounts); err != nil {
		return nil, err
	}
	if len(p.at) == 0 || len(p.at) != len(p.length) {
		return nil, fmt.Errorf("%d tiles, %d lengths", len(p.at), len(p.length))
	}
	kind := uint32(0)
	if reduced {
		kind |= subfileReduced
	}
	if mask {
		kind |= subfileMask
	}
	dir.entries[tagSubfileType] = entry{}
	for _, tag := range slices.Sorted(maps.Keys(dir.entries)) {
		e := dir.entries[tag]
		one := field{tag: tag, kind: e.kind, count: e.count}
		switch {
		case tag == tagSubfileType:
			one = field{tag, 4, 1, binary.LittleEndian.AppendUint32(nil, kind)}
		case tag == tagTileOffsets, tag == tagTileByteCounts:
			one.count = uint64(len(p.at)) // values follow when they are known
		case e.count == 0, placing[tag] && (reduced || mask):
			continue
		default:
			if one.values, err = f.bytes(e.at, e.count*typeSizes[e.kind], "values"); err != nil {
				return nil, err
			}
		}
		p.fields = append(p.fields, one)
	}
	return p, nil
}

// all returns every value of a tag.
func (d directory) all(tag uint16) ([]uint64, error) {
	e := d.entries[tag]
	var all []uint64
	for uint64(len(all)) < e.count {
		some, err := d.file.values(e, uint64(len(all)), d.where)
		if err != nil {
			return nil, err
		}
		all = append(all, some...)
	}
	return all, nil
}

// parts lists the directories in their order in the file.
func (a *assembly) parts() []*part { return slices.Concat(a.levels...) }

// layOut decides where everything goes.
func (a *assembly) layOut() {
	blocks := uint64(0)
	for _, p := range a.parts() {
		for _, n := range p.length {
			a.total += n
		}
		blocks += uint64(len(p.length))
	}
	a.big = a.total+blocks*(8+16)+1<<20 > classicLimit
	at := a.headerSize()
	for _, p := range a.parts() {
		p.offset = at
		at += a.directorySize(p)
	}
	for _, level := range slices.Backward(a.levels) {
		for _, p := range level {
			p.written = make([]uint64, len(p.length))
			for i, n := range p.length {
				if n > 0 {
					p.written[i] = at + 4
					at += 4 + n + 4
				}
			}
		}
	}
	parts := a.parts()
	for i, p := range parts {
		p.next = 0
		if i+1 < len(parts) {
			p.next = parts[i+1].offset
		}
		for k := range p.fields {
			switch p.fields[k].tag {
			case tagTileOffsets:
				p.fields[k].kind, p.fields[k].values = a.offsetKind(), a.numbers(p.written)
			case tagTileByteCounts:
				p.fields[k].kind, p.fields[k].values = 4, (&assembly{}).numbers(p.length)
			}
		}
	}
}

func (a *assembly) offsetKind() uint16 {
	if a.big {
		return 16
	}
	return 4
}

func (a *assembly) numbers(vs []uint64) []byte {
	var b []byte
	for _, v := range vs {
		b = a.number(b, v)
	}
	return b
}

// number appends an offset or a count in the size of the format.
func (a *assembly) number(b []byte, v uint64) []byte {
	if a.big {
		return binary.LittleEndian.AppendUint64(b, v)
	}
	return binary.LittleEndian.AppendUint32(b, uint32(v))
}

func (a *assembly) ghost() string {
	return fmt.Sprintf("GDAL_STRUCTURAL_METADATA_SIZE=%06d bytes\n%s", len(structure), structure)
}

func (a *assembly) headerSize() uint64 { return uint64(len(a.header())) }

func (a *assembly) header() []byte {
	var b []byte
	var size int
	if a.big {
		size = 16
		b = append(b, "II\x2b\x00\x08\x00\x00\x00"...)
	} else {
		size = 8
		b = append(b, "II\x2a\x00"...)
	}
	ghost := a.ghost()
	if (size+len(ghost))%2 == 1 {
		ghost += "\x00" // directories begin on a word
	}
	return append(a.number(b, uint64(size+len(ghost))), ghost...)
}

// inline is how many bytes of values a directory entry holds itself.
func (a *assembly) inline() int {
	if a.big {
		return 8
	}
	return 4
}

func (a *assembly) directorySize(p *part) uint64 {
	size := 2 + 12*len(p.fields) + 4
	if a.big {
		size = 8 + 20*len(p.fields) + 8
	}
	for _, f := range p.fields {
		n := len(f.values)
		switch f.tag {
		case tagTileOffsets:
			n = int(f.count) * a.inline()
		case tagTileByteCounts:
			n = int(f.count) * 4
		}
		if n > a.inline() {
			size += n + n%2
		}
	}
	return uint64(size)
}

// write writes header, directories and blocks.
func (a *assembly) write() error {
	if _, err := a.out.Write(a.header()); err != nil {
		return err
	}
	for _, p := range a.parts() {
		if _, err := a.out.Write(a.directory(p)); err != nil {
			return err
		}
	}
	for _, level := range slices.Backward(a.levels) {
		for _, p := range level {
			if err := a.blocks(p); err != nil {
				return err
			}
		}
	}
	return a.out.Flush()
}

func (a *assembly) directory(p *part) []byte {
	var b, outside []byte
	head := p.offset
	if a.big {
		b = binary.LittleEndian.AppendUint64(b, uint64(len(p.fields)))
		head += 8 + 20*uint64(len(p.fields)) + 8
	} else {
		b = binary.LittleEndian.AppendUint16(b, uint16(len(p.fields)))
		head += 2 + 12*uint64(len(p.fields)) + 4
	}
	for _, f := range p.fields {
		b = binary.LittleEndian.AppendUint16(b, f.tag)
		b = binary.LittleEndian.AppendUint16(b, f.kind)
		b = a.number(b, f.count)
		if len(f.values) <= a.inline() {
			b = append(append(b, f.values...), make([]byte, a.inline()-len(f.values))...)
			continue
		}
		b = a.number(b, head+uint64(len(outside)))
		outside = append(append(outside, f.values...), make([]byte, len(f.values)%2)...)
	}
	return append(a.number(b, p.next), outside...)
}

// blocks copies the blocks of a part, each between its size and its last bytes.
func (a *assembly) blocks(p *part) error {
	var buf []byte
	for i, n := range p.length {
		if n == 0 {
			continue
		}
		if n > maxBlockBytes {
			return fmt.Errorf("block of %d bytes", n)
		}
		buf = grown(buf, int(n)+8)
		binary.LittleEndian.PutUint32(buf, uint32(n))
		if _, err := p.in.ReadAt(buf[4:4+n], int64(p.at[i])); err != nil {
			return err
		}
		last := make([]byte, 4)
		copy(last, buf[4+max(n, 4)-4:4+n])
		copy(buf[4+n:], last)
		if _, err := a.out.Write(buf); err != nil {
			return err
		}
		a.done += n
		if i%64 == 0 {
			a.progress(float64(a.done) / float64(a.total))
		}
	}
	return nil
}

// removeAll removes files of our own making.
func removeAll(names []string) error {
	var errs error
	for _, name := range names {
		if strings.ContainsRune(name, os.PathSeparator) {
			return fmt.Errorf("raster: %q is not in the private folder", name)
		}
		errs = errors.Join(errs, os.Remove(name))
	}
	return errs
}
