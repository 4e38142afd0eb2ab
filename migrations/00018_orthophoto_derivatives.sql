-- +goose Up
-- A picture has two derivatives: one to look at, on the grid of web maps, and one to measure in, lossless and in its own
-- CRS. No installation has pictures without them, so the columns are not null from the start.
ALTER TABLE orthophoto
    ADD COLUMN measure_sha256        bytea NOT NULL REFERENCES asset (sha256),
    ADD COLUMN display_zoom          integer NOT NULL,
    ADD COLUMN footprint_tolerance_m double precision NOT NULL,
    ADD COLUMN kind                  text NOT NULL DEFAULT 'picture', -- dsm: surface with what stands on it; dtm: bare ground
    ADD COLUMN contours_sha256       bytea REFERENCES asset (sha256), -- of a model of heights
    ADD COLUMN crs_declared_by       text,                            -- null: the file says its CRS itself
    ADD CONSTRAINT orthophoto_kind_known CHECK (kind IN ('picture', 'dsm', 'dtm')),
    ADD CONSTRAINT orthophoto_zoom_sane CHECK (display_zoom BETWEEN 0 AND 28),
    ADD CONSTRAINT orthophoto_tolerance_positive CHECK (footprint_tolerance_m > 0),
    ADD CONSTRAINT orthophoto_contours_of_heights CHECK (contours_sha256 IS NULL OR kind <> 'picture');
COMMENT ON COLUMN orthophoto.display_zoom IS 'zoom of the 256-pixel map tiles whose pixels are those of the display COG';
COMMENT ON COLUMN orthophoto.footprint_tolerance_m IS 'the outline was simplified by no more than this';

-- +goose Down
ALTER TABLE orthophoto
    DROP COLUMN measure_sha256,
    DROP COLUMN display_zoom,
    DROP COLUMN footprint_tolerance_m,
    DROP COLUMN kind,
    DROP COLUMN contours_sha256,
    DROP COLUMN crs_declared_by;
