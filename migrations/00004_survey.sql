-- +goose Up
-- What a surveyor brings. An asset is bytes named by their SHA-256; walks and
-- orthophotos point to the original and are never rewritten.
CREATE TABLE asset (
    sha256      bytea PRIMARY KEY,
    size_bytes  bigint NOT NULL,
    media_type  text NOT NULL,
    derived_from bytea REFERENCES asset (sha256), -- null: an original
    derived_by  text,                             -- engine and version
    received_at timestamptz NOT NULL DEFAULT now(),
    received_by text NOT NULL,
    CONSTRAINT asset_sha256_length CHECK (length(sha256) = 32),
    CONSTRAINT asset_size_sane CHECK (size_bytes > 0),
    CONSTRAINT asset_derivation_whole CHECK ((derived_from IS NULL) = (derived_by IS NULL))
);
CREATE TRIGGER asset_insert_only BEFORE UPDATE OR DELETE ON asset
    FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE survey (
    id          uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    case_id     uuid NOT NULL REFERENCES dispute_case (id),
    surveyed_on date NOT NULL,
    place       text NOT NULL DEFAULT '',
    people      text NOT NULL DEFAULT '',
    instruments text NOT NULL DEFAULT '',
    CONSTRAINT survey_once_a_day UNIQUE (case_id, surveyed_on)
);

CREATE TABLE walk (
    id           uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    case_id      uuid NOT NULL,
    survey_id    uuid NOT NULL REFERENCES survey (id),
    party_id     uuid NOT NULL,
    asset_sha256 bytea NOT NULL REFERENCES asset (sha256),
    track        integer NOT NULL DEFAULT 1,
    options      jsonb NOT NULL, -- repair, fixed_only, sigma as the surveyor stated them
    filename     text NOT NULL,
    format       text NOT NULL,
    status       text NOT NULL,
    report       jsonb NOT NULL,
    raw_line     geometry(LineString, 4490) NOT NULL,
    received_at  timestamptz NOT NULL DEFAULT now(),
    received_by  text NOT NULL,
    CONSTRAINT walk_party_of_case FOREIGN KEY (case_id, party_id) REFERENCES party (case_id, id),
    CONSTRAINT walk_status_known CHECK (status IN ('adopted', 'questioned')),
    CONSTRAINT walk_track_counts CHECK (track >= 1),
    CONSTRAINT walk_line_has_length CHECK (ST_NPoints(raw_line) >= 2),
    -- The same file told in the same way is the same walk, however often it is sent.
    CONSTRAINT walk_once UNIQUE (case_id, party_id, asset_sha256, track, options)
);
CREATE TRIGGER walk_insert_only BEFORE UPDATE OR DELETE ON walk
    FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE walk_fix (
    walk_id     uuid NOT NULL REFERENCES walk (id),
    n           integer NOT NULL,
    position    geometry(Point, 4490) NOT NULL,
    height_m    double precision,
    height_type text NOT NULL,
    fixed_at    timestamptz,
    quality     text NOT NULL,
    sigma_east_m  double precision,
    sigma_north_m double precision,
    sigma_up_m    double precision,
    satellites  smallint,
    hdop        real,
    pdop        real,
    age_s       real,
    source_line integer,
    jump        boolean NOT NULL DEFAULT false,
    PRIMARY KEY (walk_id, n),
    CONSTRAINT walk_fix_counts_from_one CHECK (n >= 1),
    CONSTRAINT walk_fix_quality_known CHECK (quality IN ('fixed', 'float', 'ppp', 'dgps', 'single', 'unknown')),
    CONSTRAINT walk_fix_height_type_known CHECK (height_type IN ('ellipsoidal', 'msl', 'unknown')),
    CONSTRAINT walk_fix_on_earth CHECK (ST_X(position) BETWEEN -180 AND 180 AND ST_Y(position) BETWEEN -90 AND 90),
    CONSTRAINT walk_fix_sigma_positive CHECK (sigma_east_m > 0 AND sigma_north_m > 0 AND sigma_up_m > 0)
);
CREATE TRIGGER walk_fix_insert_only BEFORE UPDATE OR DELETE ON walk_fix
    FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE orthophoto (
    id             uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    case_id        uuid NOT NULL REFERENCES dispute_case (id),
    survey_id      uuid NOT NULL REFERENCES survey (id),
    asset_sha256   bytea NOT NULL REFERENCES asset (sha256),
    display_sha256 bytea NOT NULL REFERENCES asset (sha256),
    thumbnail_sha256 bytea NOT NULL REFERENCES asset (sha256),
    filename       text NOT NULL,
    srid           integer NOT NULL,
    crs_name       text NOT NULL,
    gsd_m          double precision NOT NULL,
    width          integer NOT NULL,
    height         integer NOT NULL,
    valid_fraction double precision NOT NULL,
    valid_area_m2  double precision NOT NULL,
    footprint      geometry(MultiPolygon, 4490) NOT NULL,
    report         jsonb NOT NULL,
    captured_from  timestamptz,
    captured_to    timestamptz,
    received_at    timestamptz NOT NULL DEFAULT now(),
    received_by    text NOT NULL,
    CONSTRAINT orthophoto_once UNIQUE (case_id, asset_sha256),
    CONSTRAINT orthophoto_gsd_positive CHECK (gsd_m > 0),
    CONSTRAINT orthophoto_size_positive CHECK (width > 0 AND height > 0),
    CONSTRAINT orthophoto_fraction_in_range CHECK (valid_fraction > 0 AND valid_fraction <= 1),
    CONSTRAINT orthophoto_captured_in_order CHECK (captured_to >= captured_from)
);
CREATE INDEX orthophoto_footprint_gist ON orthophoto USING gist (footprint);
CREATE TRIGGER orthophoto_insert_only BEFORE UPDATE OR DELETE ON orthophoto
    FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER asset_not_truncated BEFORE TRUNCATE ON asset FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER walk_not_truncated BEFORE TRUNCATE ON walk FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER walk_fix_not_truncated BEFORE TRUNCATE ON walk_fix FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER orthophoto_not_truncated BEFORE TRUNCATE ON orthophoto FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

GRANT SELECT, INSERT ON asset, survey, walk, walk_fix, orthophoto TO jieshi_app;

-- +goose Down
DROP TABLE orthophoto, walk_fix, walk, survey, asset;
