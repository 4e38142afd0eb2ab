-- +goose Up
-- A claim is the ground that one party says is theirs. Each version is a row
-- that never changes, except to say when it ceased to be the live one: a
-- mediator must be able to see what was claimed on any day.
CREATE TABLE claim (
    id            uuid NOT NULL DEFAULT gen_random_uuid(),
    version       integer NOT NULL,
    case_id       uuid NOT NULL REFERENCES dispute_case (id),
    party_id      uuid NOT NULL,
    walk_id       uuid REFERENCES walk (id),
    source        text NOT NULL,
    sigma_m       double precision NOT NULL,
    ground        geometry(MultiPolygon) NOT NULL,
    ground_4490   geometry(MultiPolygon, 4490) NOT NULL GENERATED ALWAYS AS (lonlat(ground)) STORED,
    plane_m2      double precision NOT NULL GENERATED ALWAYS AS (ST_Area(ground)) STORED,
    ellipsoidal_m2 double precision NOT NULL,
    transform     text NOT NULL DEFAULT '', -- how it came into the working CRS; empty: it was drawn there
    sha256        bytea NOT NULL,
    filed_at      timestamptz NOT NULL DEFAULT now(),
    filed_by      text NOT NULL,
    superseded_at timestamptz,
    withdrawn_at  timestamptz,
    PRIMARY KEY (id, version),
    CONSTRAINT claim_party_of_case FOREIGN KEY (case_id, party_id) REFERENCES party (case_id, id),
    CONSTRAINT claim_source_known CHECK (source IN ('walk', 'drawing', 'certificate', 'generated')),
    CONSTRAINT claim_version_counts CHECK (version >= 1),
    CONSTRAINT claim_sigma_sane CHECK (sigma_m > 0 AND sigma_m <= 50),
    CONSTRAINT claim_ground_valid CHECK (ST_IsValid(ground) AND NOT ST_IsEmpty(ground)),
    CONSTRAINT claim_ground_has_crs CHECK (ST_SRID(ground) <> 0),
    CONSTRAINT claim_sha256_length CHECK (length(sha256) = 32),
    CONSTRAINT claim_superseded_later CHECK (superseded_at >= filed_at),
    CONSTRAINT claim_withdrawn_later CHECK (withdrawn_at >= filed_at)
);
COMMENT ON COLUMN claim.sigma_m IS '1σ horizontal error of the boundary line, per coordinate, metres';
COMMENT ON COLUMN claim.ground IS 'in the working CRS of the case, x = east, on a grid of 0.1 mm';
COMMENT ON COLUMN claim.sha256 IS 'of the EWKB (NDR) of ground';
CREATE UNIQUE INDEX claim_live_once ON claim (case_id, party_id) WHERE superseded_at IS NULL AND withdrawn_at IS NULL;
CREATE INDEX claim_walk_idx ON claim (walk_id);
CREATE INDEX claim_ground_4490_gist ON claim USING gist (ground_4490);
-- Random doubles do not compress: trying costs time at every read.
ALTER TABLE claim ALTER COLUMN ground SET STORAGE EXTERNAL;

-- +goose StatementBegin
CREATE FUNCTION keep_claim() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- Generated columns are not computed yet in a BEFORE trigger, so they are
    -- left out of the comparison; they follow from the ground.
    IF to_jsonb(NEW) - '{superseded_at,withdrawn_at,ground_4490,plane_m2}'::text[]
            IS DISTINCT FROM to_jsonb(OLD) - '{superseded_at,withdrawn_at,ground_4490,plane_m2}'::text[]
        OR OLD.superseded_at IS NOT NULL OR OLD.withdrawn_at IS NOT NULL THEN
        RAISE EXCEPTION 'a filed claim is only ever superseded or withdrawn, once'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'claim_kept';
    END IF;
    RETURN NEW;
END
$$;
-- +goose StatementEnd
CREATE TRIGGER claim_kept BEFORE UPDATE ON claim FOR EACH ROW EXECUTE FUNCTION keep_claim();
CREATE TRIGGER claim_not_truncated BEFORE TRUNCATE ON claim FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER claim_not_deleted BEFORE DELETE ON claim FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- +goose StatementBegin
CREATE FUNCTION check_claim_crs() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    want integer := (SELECT srid FROM dispute_case WHERE id = NEW.case_id);
BEGIN
    IF ST_SRID(NEW.ground) IS DISTINCT FROM want THEN
        RAISE EXCEPTION 'claim in EPSG:% on a case that works in EPSG:%', ST_SRID(NEW.ground), want
            USING ERRCODE = 'check_violation', CONSTRAINT = 'claim_in_working_crs';
    END IF;
    RETURN NEW;
END
$$;
-- +goose StatementEnd
CREATE TRIGGER claim_in_working_crs BEFORE INSERT ON claim FOR EACH ROW EXECUTE FUNCTION check_claim_crs();

GRANT SELECT, INSERT ON claim TO jieshi_app;
GRANT UPDATE (superseded_at, withdrawn_at) ON claim TO jieshi_app;

-- +goose Down
DROP TABLE claim;
DROP FUNCTION check_claim_crs();
DROP FUNCTION keep_claim();
