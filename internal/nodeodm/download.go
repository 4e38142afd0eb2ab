package nodeodm

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strings"
)

// Archive is what a finished task is downloaded as.
const Archive = "all.zip"

// Download writes an asset of a finished task to f, going on where f ends: bytes
// that came before a link broke are not asked for again if the node honours Range,
// and are thrown away if it does not. It returns how many bytes f has then. A file
// that is shorter than the node said is an error that is [Passing].
func (c *Client) Download(ctx context.Context, task, asset string, f *os.File, limit int64) (size int64, err error) {
	have, err := f.Seek(0, io.SeekEnd)
	if err != nil {
		return 0, fmt.Errorf("nodeodm: download: %w", err)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, c.address("/task/"+url.PathEscape(task)+"/download/"+url.PathEscape(asset), nil), http.NoBody)
	if err != nil {
		return 0, fmt.Errorf("nodeodm: download: %w", err)
	}
	if have > 0 {
		req.Header.Set("Range", fmt.Sprintf("bytes=%d-", have))
	}
	answer, err := c.client().Do(req)
	if err != nil {
		return have, fmt.Errorf("nodeodm: download: %w", withoutToken(err))
	}
	defer func() { err = errors.Join(err, answer.Body.Close()) }()
	switch {
	case strings.HasPrefix(answer.Header.Get("Content-Type"), "application/json"), answer.StatusCode >= 400 && answer.StatusCode != http.StatusRequestedRangeNotSatisfiable:
		body, err := io.ReadAll(io.LimitReader(answer.Body, 1<<20))
		return have, errors.Join(err, judge(answer.StatusCode, body, "download", nil))
	case answer.StatusCode == http.StatusPartialContent && strings.HasPrefix(answer.Header.Get("Content-Range"), fmt.Sprintf("bytes %d-", have)):
	case answer.StatusCode == http.StatusRequestedRangeNotSatisfiable:
		return c.again(ctx, task, asset, f, limit) // complete already, or another file
	default:
		if err := start(f); err != nil {
			return have, err
		}
		have = 0
	}
	n, err := io.Copy(f, io.LimitReader(answer.Body, limit-have+1))
	have += n
	switch {
	case err != nil:
		return have, fmt.Errorf("nodeodm: download: %w", err)
	case have > limit:
		return have, &Error{"download", fmt.Sprintf("%s is longer than %d bytes", asset, limit)}
	case answer.ContentLength >= 0 && n != answer.ContentLength:
		return have, fmt.Errorf("nodeodm: download: %w", io.ErrUnexpectedEOF)
	}
	return have, nil
}

// again downloads from the first byte.
func (c *Client) again(ctx context.Context, task, asset string, f *os.File, limit int64) (int64, error) {
	if err := start(f); err != nil {
		return 0, err
	}
	return c.Download(ctx, task, asset, f, limit)
}

func start(f *os.File) error {
	_, err := f.Seek(0, io.SeekStart)
	if err = errors.Join(err, f.Truncate(0)); err != nil {
		return fmt.Errorf("nodeodm: download: %w", err)
	}
	return nil
}
