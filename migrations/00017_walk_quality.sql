-- +goose Up
-- The sigma that a fix counts with, and where it comes from; null for fixes from
-- before. What the receiver itself said stays in its own columns.
ALTER TABLE walk_fix
    ADD COLUMN sigma_m double precision,
    ADD COLUMN sigma_from text,
    ADD CONSTRAINT walk_fix_sigma_from_known CHECK (sigma_from IN ('receiver', 'rms', 'hdop_uere', 'default')),
    ADD CONSTRAINT walk_fix_sigma_from_whole CHECK ((sigma_m IS NULL) = (sigma_from IS NULL) AND sigma_m > 0);
COMMENT ON COLUMN walk_fix.sigma_m IS '1σ per coordinate that the fix counts with, metres';

-- +goose Down
ALTER TABLE walk_fix DROP COLUMN sigma_m, DROP COLUMN sigma_from;
