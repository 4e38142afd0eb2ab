package api

import (
	"bytes"
	"context"
)

// ReadWalkRecord answers GET /walks/{id}/record.pdf with the field record of a walk,
// to be signed by hand.
func (s *server) ReadWalkRecord(ctx context.Context, r ReadWalkRecordRequestObject) (ReadWalkRecordResponseObject, error) {
	var pdf bytes.Buffer
	if err := s.Record(ctx, r.Id, &pdf); err != nil {
		return nil, err
	}
	return ReadWalkRecord200ApplicationpdfResponse{Body: &pdf, ContentLength: int64(pdf.Len())}, nil
}
