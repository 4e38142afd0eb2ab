-- +goose Up
-- The figures of an audit, summed once when it ends: a province has 10^7 overlaps,
-- and a list of audits must not read them. An audit that ended before has none yet,
-- and is summed at each look until it ends anew.
ALTER TABLE audit ADD COLUMN totals jsonb;
COMMENT ON COLUMN audit.totals IS 'figures of the rows that checksum is of; null: sum the rows';

-- +goose Down
ALTER TABLE audit DROP COLUMN totals;
