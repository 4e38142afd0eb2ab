package flight_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"slices"
	"testing"
	"testing/fstest"

	"jieshi/ingest"
	"jieshi/ingest/archive"
	"jieshi/ingest/flight"
	"jieshi/ingest/flight/flighttest"
)

func folder(t *testing.T) fstest.MapFS {
	t.Helper()
	names, files := mission().Files()
	dir := fstest.MapFS{
		"100MEDIA/Timestamp.MRK": {Data: []byte("1 2 3")}, ".DS_Store": {Data: []byte("x")}, ".Trash/DJI_0001.JPG": {Data: files[0]},
		"100MEDIA/DJI_9999.JPG": {Data: flighttest.Photo{XMP: `x="<!DOCTYPE`}.JPEG()},
	}
	for i, name := range names {
		dir["100MEDIA/"+name] = &fstest.MapFile{Data: files[i]}
	}
	return dir
}

func packed(t *testing.T, dir fstest.MapFS) []byte {
	t.Helper()
	var b bytes.Buffer
	if _, err := flight.Pack(t.Context(), dir, &b, nil); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestAFolderOfPhotosIsOneArchiveAndComesOutAsItWas(t *testing.T) {
	dir := folder(t)
	b := packed(t, dir)
	if !bytes.Equal(b, packed(t, dir)) {
		t.Error("the same folder gives other bytes")
	}
	var told []float64
	roll, err := flight.ReadArchive(t.Context(), bytes.NewReader(b), int64(len(b)), func(done float64) { told = append(told, done) })
	if err != nil {
		t.Fatal(err)
	}
	if len(roll.Photos) != 41 || roll.Others != 1 || len(roll.Hashes) != 41 {
		t.Errorf("%d photos, %d others, %d hashes, want 41, 1, 41", len(roll.Photos), roll.Others, len(roll.Hashes))
	}
	for name, hash := range roll.Hashes {
		if hash != sha256.Sum256(dir[name].Data) {
			t.Errorf("%s has another hash than its bytes", name)
		}
	}
	if !slices.IsSorted(told) || told[len(told)-1] != 1 {
		t.Errorf("progress %v", told)
	}
	f, err := flight.New(roll.Photos, flight.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if f.Report.Placed != 40 || !slices.Contains(codes(f), "unreadable") {
		t.Errorf("%d placed, warnings %v", f.Report.Placed, codes(f))
	}
}

func TestAnArchiveWithoutPhotosIsRefused(t *testing.T) {
	b := packed(t, fstest.MapFS{"readme.txt": {Data: []byte("no photos")}})
	_, err := flight.ReadArchive(t.Context(), bytes.NewReader(b), int64(len(b)), nil)
	if refusal := (*ingest.Refusal)(nil); !errors.As(err, &refusal) || refusal.Code != flight.CodeNoPhotos {
		t.Errorf("ReadArchive() = %v", err)
	}
	_, err = flight.ReadArchive(t.Context(), bytes.NewReader(b[:len(b)-5]), int64(len(b)-5), nil)
	if refusal := (*ingest.Refusal)(nil); !errors.As(err, &refusal) || refusal.Code != archive.CodeTruncated {
		t.Errorf("ReadArchive() of half an archive = %v", err)
	}
}

func TestReadingAndPackingEndWithTheirContext(t *testing.T) {
	b := packed(t, folder(t))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := flight.ReadArchive(ctx, bytes.NewReader(b), int64(len(b)), nil); !errors.Is(err, context.Canceled) {
		t.Errorf("ReadArchive() = %v", err)
	}
	if _, err := flight.Pack(ctx, folder(t), &bytes.Buffer{}, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("Pack() = %v", err)
	}
}
