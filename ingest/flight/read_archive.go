package flight

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"

	"jieshi/ingest"
	"jieshi/ingest/archive"
)

// maxPhotoBytes bounds one photo: 100 Mpx of raw TIFF are 200 MiB.
const maxPhotoBytes = 256 << 20

// A Roll is the photos of an archive, with the SHA-256 of each by its name.
type Roll struct {
	Photos []Photo
	Hashes map[string][sha256.Size]byte
	Others int // files that are no photos: flight logs, observations for PPK; kept, not read
}

// ReadArchive reads the photos in a zip file of size bytes, under the rules of
// package archive. A photo that cannot be read is kept as one without a place, and
// says so ([Photo.Problem]); an archive without photos, or that breaks a rule, is
// an [*ingest.Refusal]. progress is told the share of bytes read, and may be nil.
func ReadArchive(ctx context.Context, f io.ReaderAt, size int64, progress func(done float64)) (Roll, error) {
	roll := Roll{Hashes: map[string][sha256.Size]byte{}}
	a, err := archive.Open(f, size, archive.Limits{Entries: 2 * MaxPhotos})
	if err != nil {
		return roll, err
	}
	var total, done int64
	for _, e := range a.Entries {
		total += e.Size
	}
	for _, e := range a.Entries {
		if !e.Hidden {
			if err := roll.add(ctx, a, e); err != nil {
				return roll, err
			}
		}
		if done += e.Size; progress != nil && total > 0 {
			progress(float64(done) / float64(total))
		}
	}
	switch n := len(roll.Photos); {
	case n == 0:
		return roll, refuseNone()
	case n > MaxPhotos:
		return roll, refuseTooMany(n)
	}
	return roll, nil
}

// add reads one entry: a photo by its first bytes, or one of the others.
func (roll *Roll) add(ctx context.Context, a *archive.Archive, e *archive.Entry) (err error) {
	r, err := a.Reader(ctx, e)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, r.Close()) }()
	head := make([]byte, 4)
	n, err := io.ReadFull(r, head)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return err
	}
	if !IsPhoto(head[:n]) {
		roll.Others++
		return nil
	}
	whole, err := io.ReadAll(io.LimitReader(r, maxPhotoBytes+1))
	if err != nil {
		return err
	}
	if len(whole) > maxPhotoBytes {
		return refuse(CodePhotoTooLarge, e.Name,
			fmt.Sprintf("一张照片超过 %d MiB。", maxPhotoBytes>>20), fmt.Sprintf("A photo is longer than %d MiB.", maxPhotoBytes>>20),
			"请只上传无人机拍摄的原始照片。", "Upload the drone's original photos only.")
	}
	whole = append(head[:n], whole...)
	p, err := ReadPhoto(e.Name, bytes.NewReader(whole))
	if refusal := (*ingest.Refusal)(nil); errors.As(err, &refusal) {
		p.Problem = refusal.Code
	} else if err != nil {
		return err
	}
	roll.Photos = append(roll.Photos, p)
	roll.Hashes[e.Name] = sha256.Sum256(whole)
	return nil
}
