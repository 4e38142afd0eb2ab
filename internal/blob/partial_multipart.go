package blob

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/aws/smithy-go"
	"github.com/google/uuid"
	gcblob "gocloud.dev/blob"
	"gocloud.dev/gcerrors"

	"jieshi/mediation"
)

// A part is at least 8 MiB, since S3 wants 5, and at most one in 9000 of the
// file, since S3 takes 10000.
const leastPart = 8 << 20

func partSize(size int64) int {
	const mega = 1 << 20
	return int(max(leastPart, (size/9000+mega)/mega*mega))
}

// parts is where the bytes of an upload lie: parts of a multipart upload, which
// becomes the kept file when it is completed, and behind them a tail that is
// too short for a part, an object of its own.
type parts struct {
	Upload string   `json:"upload"`
	ETags  []string `json:"etags"`
	Tail   int      `json:"tail,omitempty"` // bytes
}

// A multipart writer gathers bytes until they are a part.
type multipart struct {
	*bucket
	Declared
	parts
	offset int64
	buffer []byte
	size   int   // of a part
	tailAt int64 // where the tail that the row remembers ends; 0: none
}

func (b *bucket) open(ctx context.Context, d Declared, at Received) (partialWriter, Received, error) {
	m := &multipart{bucket: b, Declared: d, offset: at.Offset, size: partSize(d.Size)}
	if len(at.Parts) > 0 {
		if err := json.Unmarshal(at.Parts, &m.parts); err != nil {
			return nil, at, fmt.Errorf("parts of upload %s: %w", d.ID, err)
		}
	}
	if at.Offset > 0 && at.State == nil {
		return nil, Received{}, errors.Join(ErrLost, b.forget(ctx, d.ID, d.SHA256, at.Parts))
	}
	if m.Upload == "" {
		return m.begin(ctx, at)
	}
	switch there, err := m.alive(ctx); {
	case err != nil:
		return nil, at, err
	case !there:
		return m.ended(ctx, at)
	}
	if m.Tail > 0 {
		tail, err := b.objects.ReadAll(ctx, m.tailKey(at.Offset))
		switch {
		case gcerrors.Code(err) == gcerrors.NotFound || err == nil && len(tail) != m.Tail:
			return nil, Received{}, errors.Join(ErrLost, b.forget(ctx, d.ID, d.SHA256, at.Parts))
		case err != nil:
			return nil, at, fmt.Errorf("tail of upload %s: %w", d.ID, err)
		}
		m.tailAt = at.Offset
		m.buffer = append(make([]byte, 0, m.size), tail...)
	}
	return m, at, nil
}

// begin starts the multipart upload.
func (m *multipart) begin(ctx context.Context, at Received) (partialWriter, Received, error) {
	key := m.key(m.SHA256)
	out, err := m.client.CreateMultipartUpload(ctx, &s3.CreateMultipartUploadInput{
		Bucket: &m.name, Key: &key, ContentType: aws.String("application/octet-stream"),
	})
	if err != nil {
		return nil, at, fmt.Errorf("upload %s into the bucket: %w", m.ID, err)
	}
	m.Upload = aws.ToString(out.UploadId)
	if at.Parts, err = json.Marshal(m.parts); err != nil {
		return nil, at, err
	}
	return m, at, nil
}

// alive reports whether the server still knows the multipart upload.
func (m *multipart) alive(ctx context.Context) (bool, error) {
	key := m.key(m.SHA256)
	_, err := m.client.ListParts(ctx, &s3.ListPartsInput{Bucket: &m.name, Key: &key, UploadId: &m.Upload, MaxParts: aws.Int32(1)})
	if noSuchUpload(err) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("upload %s in the bucket: %w", m.ID, err)
	}
	return true, nil
}

// ended finds out why the multipart upload is gone: completed by a program that
// died before its row said so, or cleared away by the server.
func (m *multipart) ended(ctx context.Context, at Received) (partialWriter, Received, error) {
	there, err := m.placed(ctx)
	switch {
	case err != nil:
		return nil, at, err
	case there:
		return placed{at.Parts}, at, nil
	}
	return nil, Received{}, ErrLost
}

// placed reports whether the kept file is there, with the declared length.
func (m *multipart) placed(ctx context.Context) (bool, error) {
	a, err := m.objects.Attributes(ctx, m.key(m.SHA256))
	switch {
	case gcerrors.Code(err) == gcerrors.NotFound:
		return false, nil
	case err != nil:
		return false, fmt.Errorf("stored file: %w", err)
	}
	return a.Size == m.Size, nil
}

func noSuchUpload(err error) bool {
	var failure smithy.APIError
	return errors.As(err, &failure) && failure.ErrorCode() == "NoSuchUpload"
}

func (b *bucket) partialPrefix(id uuid.UUID) string {
	return path.Join(b.prefix, partial, id.String()) + "/"
}

// tailKey names a tail by where it ends: the one that a row remembers is never
// written over.
func (m *multipart) tailKey(end int64) string {
	return m.partialPrefix(m.ID) + fmt.Sprintf("%016d", end)
}

func (m *multipart) room() int { return m.size - len(m.buffer) }

// patience is long: a tail is a request of its own.
func (m *multipart) patience() time.Duration { return 15 * time.Second }

func (m *multipart) Write(p []byte) (int, error) {
	if m.buffer == nil {
		m.buffer = make([]byte, 0, m.size)
	}
	m.buffer = append(m.buffer, p...)
	m.offset += int64(len(p))
	return len(p), nil
}

func (m *multipart) Close() error { return nil }

func (m *multipart) checkpoint(ctx context.Context, last bool) ([]byte, error) {
	if len(m.buffer) == m.size || last && len(m.buffer) > 0 {
		if err := m.sendPart(ctx); err != nil {
			return nil, err
		}
	} else if len(m.buffer) > 0 {
		if err := m.objects.WriteAll(ctx, m.tailKey(m.offset), m.buffer, &gcblob.WriterOptions{ContentType: "application/octet-stream"}); err != nil {
			return nil, fmt.Errorf("tail of upload %s: %w", m.ID, err)
		}
	}
	m.Tail = len(m.buffer)
	return json.Marshal(m.parts)
}

func (m *multipart) sendPart(ctx context.Context) error {
	key := m.key(m.SHA256)
	out, err := m.client.UploadPart(ctx, &s3.UploadPartInput{
		Bucket: &m.name, Key: &key, UploadId: &m.Upload,
		PartNumber: aws.Int32(int32(len(m.ETags) + 1)), //nolint:gosec // at most 10000
		Body:       bytes.NewReader(m.buffer),
	})
	if err != nil {
		return fmt.Errorf("part of upload %s: %w", m.ID, err)
	}
	m.ETags = append(m.ETags, aws.ToString(out.ETag))
	m.buffer = m.buffer[:0]
	return nil
}

// committed removes the tail that the row remembered before. What cannot be
// removed now goes when the upload ends.
func (m *multipart) committed(ctx context.Context) {
	if m.tailAt > 0 && m.tailAt != m.offset {
		_ = m.objects.Delete(ctx, m.tailKey(m.tailAt))
	}
	m.tailAt = 0
	if m.Tail > 0 {
		m.tailAt = m.offset
	}
}

func (b *bucket) finish(ctx context.Context, d Declared, at Received) error {
	m := &multipart{bucket: b, Declared: d}
	if err := json.Unmarshal(at.Parts, &m.parts); err != nil {
		return fmt.Errorf("parts of upload %s: %w", d.ID, err)
	}
	if there, err := m.placed(ctx); there || err != nil {
		return err
	}
	list := make([]types.CompletedPart, len(m.ETags))
	for i := range m.ETags {
		list[i] = types.CompletedPart{ETag: &m.ETags[i], PartNumber: aws.Int32(int32(i + 1))} //nolint:gosec // at most 10000
	}
	key := b.key(d.SHA256)
	_, err := b.client.CompleteMultipartUpload(ctx, &s3.CompleteMultipartUploadInput{
		Bucket: &b.name, Key: &key, UploadId: &m.Upload, MultipartUpload: &types.CompletedMultipartUpload{Parts: list},
	})
	var failure smithy.APIError
	if errors.As(err, &failure) {
		switch failure.ErrorCode() {
		// A part is not the one that was remembered: another process wrote over it.
		case "InvalidPart", "NoSuchUpload", "InvalidPartOrder", "EntityTooSmall":
			return errors.Join(ErrLost, err)
		}
	}
	if err != nil {
		return fmt.Errorf("stored file: %w", err)
	}
	switch there, err := m.placed(ctx); {
	case err != nil:
		return err
	case !there:
		return errors.Join(ErrLost, b.objects.Delete(ctx, key))
	}
	return nil
}

func (b *bucket) forget(ctx context.Context, id uuid.UUID, h mediation.Hash, where []byte) error {
	var p parts
	if len(where) > 0 {
		if err := json.Unmarshal(where, &p); err != nil {
			return fmt.Errorf("parts of upload %s: %w", id, err)
		}
	}
	if p.Upload != "" {
		key := b.key(h)
		_, err := b.client.AbortMultipartUpload(ctx, &s3.AbortMultipartUploadInput{Bucket: &b.name, Key: &key, UploadId: &p.Upload})
		if err != nil && !noSuchUpload(err) {
			return fmt.Errorf("upload %s in the bucket: %w", id, err)
		}
	}
	tails := b.objects.List(&gcblob.ListOptions{Prefix: b.partialPrefix(id)})
	for {
		tail, err := tails.Next(ctx)
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return fmt.Errorf("tails of upload %s: %w", id, err)
		}
		if err := b.objects.Delete(ctx, tail.Key); err != nil && gcerrors.Code(err) != gcerrors.NotFound {
			return fmt.Errorf("tail of upload %s: %w", id, err)
		}
	}
}

// begun lists uploads with a tail. A multipart upload that no row knows has no
// part, and is for the rules of the bucket to clear away.
func (b *bucket) begun(ctx context.Context) (ids []uuid.UUID, err error) {
	folders := b.objects.List(&gcblob.ListOptions{Prefix: path.Join(b.prefix, partial) + "/", Delimiter: "/"})
	for {
		o, err := folders.Next(ctx)
		switch {
		case errors.Is(err, io.EOF):
			return ids, nil
		case err != nil:
			return nil, fmt.Errorf("partial uploads: %w", err)
		}
		if id, err := uuid.Parse(path.Base(strings.TrimSuffix(o.Key, "/"))); err == nil {
			ids = append(ids, id)
		}
	}
}
