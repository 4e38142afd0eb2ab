package vector

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"jieshi/ingest"
)

// A Shapefile (ESRI white paper, July 1998): both .shp and .shx begin with a
// header of 100 bytes; the .shx then has 8 bytes a record, offset and length in
// 16-bit words, big endian.
const (
	shapeHeader  = 100
	shapeMagic   = 9994
	indexRecord  = 8
	recordHeader = 8
)

// checkShapefile holds the .shx against the .shp: GDAL passes over records that
// it cannot read, and a cut-off file would simply have fewer features.
func checkShapefile(f *folder) error {
	shp, err := os.Open(f.file("original.shp"))
	if err != nil {
		return fmt.Errorf("vector: private copy: %w", err)
	}
	defer shp.Close() //nolint:errcheck // only read
	size, err := checkShapeHeader(shp, ".shp")
	if err != nil {
		return err
	}
	shx, err := os.Open(f.file("original.shx"))
	if errors.Is(err, os.ErrNotExist) {
		return refuse(CodeShapefileIncomplete, ".shx")
	}
	if err != nil {
		return fmt.Errorf("vector: private copy: %w", err)
	}
	defer shx.Close() //nolint:errcheck // only read
	if _, err := checkShapeHeader(shx, ".shx"); err != nil {
		return err
	}
	return checkIndex(shx, size)
}

// checkShapeHeader returns the real size of f.
func checkShapeHeader(f *os.File, part string) (int64, error) {
	info, err := f.Stat()
	if err != nil {
		return 0, fmt.Errorf("vector: private copy: %w", err)
	}
	head := make([]byte, shapeHeader)
	if _, err := io.ReadFull(f, head); err != nil {
		return 0, refuse(CodeTruncated, fmt.Sprintf("%s: %d bytes", part, info.Size()))
	}
	if binary.BigEndian.Uint32(head) != shapeMagic {
		return 0, refuse(CodeUnreadable, part)
	}
	if stated := 2 * int64(binary.BigEndian.Uint32(head[24:])); stated > info.Size() {
		return 0, refuse(CodeTruncated, fmt.Sprintf("%s: %d < %d bytes", part, info.Size(), stated))
	}
	return info.Size(), nil
}

// checkIndex reads the .shx from its first record on.
func checkIndex(shx io.Reader, size int64) error {
	r := bufio.NewReader(shx)
	var record [indexRecord]byte
	for i := 0; ; i++ {
		_, err := io.ReadFull(r, record[:])
		if errors.Is(err, io.EOF) {
			return nil
		}
		if errors.Is(err, io.ErrUnexpectedEOF) {
			return refuse(CodeTruncated, ".shx")
		}
		if err != nil {
			return fmt.Errorf("vector: private copy: %w", err)
		}
		if refusal := checkRecord(i, record, size); refusal != nil {
			return refusal
		}
	}
}

func checkRecord(i int, record [indexRecord]byte, size int64) *ingest.Refusal {
	offset, length := 2*int64(binary.BigEndian.Uint32(record[:])), 2*int64(binary.BigEndian.Uint32(record[4:]))
	if offset+recordHeader+length > size {
		return refuse(CodeTruncated, fmt.Sprintf(".shp, record %d", i+1))
	}
	return nil
}

// saysGBK asks the .cpg, else the header of the .dbf (byte 29, the language
// driver: 0x4d is code page 936), whether attributes are GBK or GB 18030. What
// they say of other code pages is seldom true.
func saysGBK(f *folder) bool {
	if said, err := os.ReadFile(f.file("original.cpg")); err == nil {
		word := strings.ToUpper(string(said[:min(len(said), 64)]))
		return strings.Contains(word, "936") || strings.Contains(word, "GB")
	}
	dbf, err := os.Open(f.file("original.dbf"))
	if err != nil {
		return false
	}
	defer dbf.Close() //nolint:errcheck // only read
	var head [30]byte
	_, err = io.ReadFull(dbf, head[:])
	return err == nil && head[29] == 0x4d
}
