-- +goose Up
-- The table of check points is kept as it was brought, and the check is evidence of the case: jieshi-orthophoto-check/1.
ALTER TABLE orthophoto_check
    ADD COLUMN asset_sha256 bytea REFERENCES asset (sha256), -- null: checked before tables were kept
    ADD COLUMN rmse_up_m    double precision,                -- null: the table has no heights
    ADD CONSTRAINT orthophoto_check_rmse_up_sane CHECK (rmse_up_m >= 0);
ALTER TABLE evidence DROP CONSTRAINT evidence_kind_known,
    ADD CONSTRAINT evidence_kind_known CHECK (kind IN ('walk', 'orthophoto', 'orthophoto_check', 'flight', 'run', 'document'));

-- +goose Down
ALTER TABLE evidence DROP CONSTRAINT evidence_kind_known,
    ADD CONSTRAINT evidence_kind_known CHECK (kind IN ('walk', 'orthophoto', 'flight', 'run', 'document'));
ALTER TABLE orthophoto_check DROP COLUMN asset_sha256, DROP COLUMN rmse_up_m;
