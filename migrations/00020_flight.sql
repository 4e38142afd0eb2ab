-- +goose Up
-- A flight is the photos of one drone flight, as one archive that is kept byte
-- for byte; what its photos say is rows, so that the line, the footprints and the
-- share of fixed positions are on the map long before an orthophoto is.
CREATE TABLE flight (
    id           uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    case_id      uuid NOT NULL REFERENCES dispute_case (id),
    survey_id    uuid NOT NULL REFERENCES survey (id),
    asset_sha256 bytea NOT NULL REFERENCES asset (sha256),
    options      jsonb NOT NULL, -- what a person stated: height above ground
    filename     text NOT NULL,
    photos       integer NOT NULL,
    line         geometry(LineString, 4490), -- null: fewer than two photos have a position
    report       jsonb NOT NULL,
    exposed_from timestamptz,
    exposed_to   timestamptz,
    received_at  timestamptz NOT NULL DEFAULT now(),
    received_by  text NOT NULL,
    CONSTRAINT flight_once UNIQUE (case_id, asset_sha256, options),
    CONSTRAINT flight_has_photos CHECK (photos >= 1),
    CONSTRAINT flight_exposed_in_order CHECK (exposed_to >= exposed_from)
);
CREATE INDEX flight_line_gist ON flight USING gist (line);

CREATE TABLE flight_photo (
    flight_id    uuid NOT NULL REFERENCES flight (id),
    n            integer NOT NULL, -- in order of exposure
    filename     text NOT NULL,    -- its path in the archive
    sha256       bytea NOT NULL,   -- of the photo itself
    exposed_at   timestamptz,
    position     geometry(Point, 4490), -- null: the photo has none
    altitude_m   double precision,
    altitude_of  text NOT NULL,
    above_m      double precision, -- above the place of take-off
    quality      text NOT NULL,
    sigma_east_m  double precision,
    sigma_north_m double precision,
    sigma_up_m    double precision,
    yaw          real,
    pitch        real,
    roll         real,
    strip        integer, -- from 1
    gsd_m        real,
    footprint    geometry(Polygon, 4490), -- on level ground; null: not known
    PRIMARY KEY (flight_id, n),
    CONSTRAINT flight_photo_counts_from_one CHECK (n >= 1),
    CONSTRAINT flight_photo_sha256_length CHECK (length(sha256) = 32),
    CONSTRAINT flight_photo_altitude_of_known CHECK (altitude_of IN ('ellipsoidal', 'msl', 'unknown')),
    CONSTRAINT flight_photo_quality_known CHECK (quality IN ('fixed', 'float', 'ppp', 'dgps', 'single', 'unknown')),
    CONSTRAINT flight_photo_sigma_positive CHECK (sigma_east_m > 0 AND sigma_north_m > 0 AND sigma_up_m > 0)
);

CREATE TRIGGER flight_insert_only BEFORE UPDATE OR DELETE ON flight FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER flight_photo_insert_only BEFORE UPDATE OR DELETE ON flight_photo FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER flight_not_truncated BEFORE TRUNCATE ON flight FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER flight_photo_not_truncated BEFORE TRUNCATE ON flight_photo FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

GRANT SELECT, INSERT ON flight, flight_photo TO jieshi_app;

ALTER TABLE evidence DROP CONSTRAINT evidence_kind_known,
    ADD CONSTRAINT evidence_kind_known CHECK (kind IN ('walk', 'orthophoto', 'flight', 'run', 'document'));
ALTER TABLE job DROP CONSTRAINT job_kind_known,
    ADD CONSTRAINT job_kind_known CHECK (kind IN ('walk', 'orthophoto', 'flight'));

-- +goose Down
ALTER TABLE job DROP CONSTRAINT job_kind_known, ADD CONSTRAINT job_kind_known CHECK (kind IN ('walk', 'orthophoto'));
ALTER TABLE evidence DROP CONSTRAINT evidence_kind_known,
    ADD CONSTRAINT evidence_kind_known CHECK (kind IN ('walk', 'orthophoto', 'run', 'document'));
DROP TABLE flight_photo, flight;
