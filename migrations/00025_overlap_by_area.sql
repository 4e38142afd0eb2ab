-- +goose Up
-- The overlaps of an audit, largest first: a page of the list, and an export, read
-- them in this order without sorting 10^7 rows each time.
CREATE INDEX overlap_area_idx ON overlap (audit_id, units DESC, a, b);

-- +goose Down
DROP INDEX overlap_area_idx;
