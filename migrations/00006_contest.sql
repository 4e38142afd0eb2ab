-- +goose Up
-- A contest run is an overlap computed once from named claim versions and kept
-- for ever. New data makes a new run.
CREATE TABLE contest_run (
    id         uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    case_id    uuid NOT NULL REFERENCES dispute_case (id),
    number     integer NOT NULL,
    srid       integer NOT NULL,
    grid_m     double precision NOT NULL,
    k          double precision NOT NULL,
    engine     jsonb NOT NULL, -- name → version of everything that computed it
    document   bytea NOT NULL, -- canonical JSON of inputs and results
    sha256     bytea NOT NULL, -- of document
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT contest_run_number_once UNIQUE (case_id, number),
    CONSTRAINT contest_run_number_counts CHECK (number >= 1),
    CONSTRAINT contest_run_grid_positive CHECK (grid_m > 0),
    CONSTRAINT contest_run_k_positive CHECK (k > 0),
    CONSTRAINT contest_run_sha256_of_document CHECK (sha256 = sha256(document))
);

CREATE TABLE contest_input (
    run_id        uuid NOT NULL REFERENCES contest_run (id),
    claim_id      uuid NOT NULL,
    claim_version integer NOT NULL,
    PRIMARY KEY (run_id, claim_id),
    FOREIGN KEY (claim_id, claim_version) REFERENCES claim (id, version)
);

-- A piece is connected ground with one set of parties (two or more).
CREATE TABLE contest_piece (
    run_id      uuid NOT NULL REFERENCES contest_run (id),
    n           integer NOT NULL,
    sides       smallint[] NOT NULL,
    verdict     text NOT NULL,
    nominal     geometry(Polygon) NOT NULL,
    core        geometry(MultiPolygon), -- null: nothing is certain
    nominal_plane_m2 double precision NOT NULL,
    nominal_ellipsoidal_m2 double precision NOT NULL,
    nominal_sigma_m2 double precision NOT NULL,
    core_plane_m2 double precision NOT NULL,
    core_ellipsoidal_m2 double precision NOT NULL,
    core_sigma_m2 double precision NOT NULL,
    width_m     double precision NOT NULL,
    tolerance_m double precision NOT NULL,
    sliver      boolean NOT NULL,
    label       geometry(Point) NOT NULL,
    PRIMARY KEY (run_id, n),
    CONSTRAINT contest_piece_counts_from_one CHECK (n >= 1),
    CONSTRAINT contest_piece_contested CHECK (cardinality(sides) >= 2),
    CONSTRAINT contest_piece_verdict_follows CHECK (verdict = CASE WHEN core IS NULL THEN 'within_tolerance' ELSE 'certain' END),
    CONSTRAINT contest_piece_core_within CHECK (core_plane_m2 <= nominal_plane_m2 * (1 + 1e-9) + 1e-6),
    CONSTRAINT contest_piece_sliver_follows CHECK (sliver = (width_m < tolerance_m)),
    CONSTRAINT contest_piece_area_positive CHECK (nominal_plane_m2 > 0)
);

-- Nominal, core and outer of the whole case (sides null) and of each pair.
CREATE TABLE contest_extent (
    run_id      uuid NOT NULL REFERENCES contest_run (id),
    level       text NOT NULL,
    sides       smallint[] NOT NULL, -- {} for the whole case
    ground      geometry(MultiPolygon), -- null: none
    plane_m2    double precision NOT NULL,
    ellipsoidal_m2 double precision NOT NULL,
    sigma_m2    double precision NOT NULL,
    PRIMARY KEY (run_id, level, sides),
    CONSTRAINT contest_extent_level_known CHECK (level IN ('nominal', 'core', 'outer')),
    CONSTRAINT contest_extent_case_or_pair CHECK (cardinality(sides) IN (0, 2)),
    CONSTRAINT contest_extent_area_sane CHECK (plane_m2 >= 0 AND ellipsoidal_m2 >= 0)
);

-- The newest contested ground of each case in one CRS for all: an index for the
-- statistics, made anew with every run. Null: none.
CREATE TABLE case_ground (
    case_id      uuid PRIMARY KEY REFERENCES dispute_case (id),
    number       text NOT NULL,
    nominal_4490 geometry(MultiPolygon, 4490),
    core_4490    geometry(MultiPolygon, 4490),
    outer_4490   geometry(MultiPolygon, 4490)
);
CREATE INDEX case_ground_gist ON case_ground USING gist (outer_4490);
CREATE TRIGGER contest_run_not_truncated BEFORE TRUNCATE ON contest_run FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER contest_input_not_truncated BEFORE TRUNCATE ON contest_input FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER contest_piece_not_truncated BEFORE TRUNCATE ON contest_piece FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER contest_extent_not_truncated BEFORE TRUNCATE ON contest_extent FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

GRANT SELECT, INSERT, UPDATE ON case_ground TO jieshi_app;

CREATE TRIGGER contest_run_insert_only BEFORE UPDATE OR DELETE ON contest_run FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER contest_input_insert_only BEFORE UPDATE OR DELETE ON contest_input FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER contest_piece_insert_only BEFORE UPDATE OR DELETE ON contest_piece FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER contest_extent_insert_only BEFORE UPDATE OR DELETE ON contest_extent FOR EACH ROW EXECUTE FUNCTION refuse_change();

GRANT SELECT, INSERT ON contest_run, contest_input, contest_piece, contest_extent TO jieshi_app;

-- +goose Down
DROP TABLE case_ground, contest_extent, contest_piece, contest_input, contest_run;
