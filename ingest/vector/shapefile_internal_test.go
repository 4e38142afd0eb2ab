package vector

import (
	"encoding/binary"
	"errors"
	"os"
	"testing"

	"jieshi/ingest"
)

// frameOf is a header of a Shapefile's part that states its length in bytes.
func frameOf(stated int) []byte {
	b := make([]byte, shapeHeader)
	binary.BigEndian.PutUint32(b, shapeMagic)
	binary.BigEndian.PutUint32(b[24:], uint32(stated/2))
	return b
}

// The frame is looked at before GDAL sees the file: whatever it states, it is in
// order or refused, and what is in order lies within the .shp.
func FuzzShapefileFrame(f *testing.F) {
	record := func(offset, length uint32) []byte {
		return binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(nil, offset), length)
	}
	f.Add(append(frameOf(148), make([]byte, 48)...), append(frameOf(108), record(50, 20)...), []byte("GBK"), []byte{3, 1, 1, 1})
	f.Add(frameOf(100), append(frameOf(116), append(record(50, 0), record(0xffffffff, 0xffffffff)...)...), []byte(nil), make([]byte, 32))
	f.Add(frameOf(1<<30), frameOf(100)[:50], []byte("\xff\xfe9\x003\x006\x00"), []byte(nil))
	dir := folder{path: f.TempDir()} // one for all: making folders takes longer than what is tested
	f.Fuzz(func(t *testing.T, shp, shx, cpg, dbf []byte) {
		for name, content := range map[string][]byte{"original.shp": shp, "original.shx": shx, "original.cpg": cpg, "original.dbf": dbf} {
			if err := os.WriteFile(dir.file(name), content, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		_ = saysGBK(&dir)
		err := checkShapefile(&dir)
		if refusal := (*ingest.Refusal)(nil); err != nil {
			if !errors.As(err, &refusal) {
				t.Fatalf("error %v is no refusal", err)
			}
			return
		}
		for at := shapeHeader; at+indexRecord <= len(shx); at += indexRecord {
			from, length := 2*int64(binary.BigEndian.Uint32(shx[at:])), 2*int64(binary.BigEndian.Uint32(shx[at+4:]))
			if from+recordHeader+length > int64(len(shp)) {
				t.Fatalf("a record at %d of %d bytes is in order in a .shp of %d", from, length, len(shp))
			}
		}
	})
}
