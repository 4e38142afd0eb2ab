-- +goose Up
-- A claim keeps its ground as it would be with its line moved by k = 2 sigma, in
-- and out: both are needed for every run of its case, and never change.
ALTER TABLE claim
    ADD COLUMN vertex_sigma_m double precision[],
    ADD COLUMN inward geometry(MultiPolygon),
    ADD COLUMN outward geometry(MultiPolygon),
    ADD CONSTRAINT claim_vertex_sigma_sane CHECK (0 < ALL (vertex_sigma_m) AND 50 >= ALL (vertex_sigma_m)),
    ADD CONSTRAINT claim_moved_has_crs CHECK (ST_SRID(outward) = ST_SRID(ground) AND ST_SRID(inward) = ST_SRID(ground));
COMMENT ON COLUMN claim.vertex_sigma_m IS
    '1σ at each vertex, metres, in the order of ST_DumpPoints without closing vertices; null: sigma_m everywhere';
COMMENT ON COLUMN claim.inward IS 'ground with its line moved inward by 2σ, in the working CRS; null or empty: nothing is left';
COMMENT ON COLUMN claim.outward IS 'ground with its line moved outward by 2σ, in the working CRS';

-- Claims from before: moved as the runs of their cases moved them.
ALTER TABLE claim DISABLE TRIGGER claim_kept;
UPDATE claim
SET inward = ST_Multi(ST_Buffer(ground, -2 * sigma_m, 'quad_segs=16')),
    outward = ST_Multi(ST_Buffer(ground, 2 * sigma_m, 'quad_segs=16'));
ALTER TABLE claim ENABLE TRIGGER claim_kept;

ALTER TABLE claim ALTER COLUMN outward SET NOT NULL;
ALTER TABLE claim ALTER COLUMN inward SET STORAGE EXTERNAL;
ALTER TABLE claim ALTER COLUMN outward SET STORAGE EXTERNAL;

-- The row is compared as it is stored: as JSON, every vertex was written out
-- twice to see that none had moved.
-- +goose StatementBegin
CREATE OR REPLACE FUNCTION keep_claim() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    kept claim := OLD;
BEGIN
    kept.superseded_at := NEW.superseded_at;
    kept.withdrawn_at := NEW.withdrawn_at;
    -- Generated columns are not computed yet in a BEFORE trigger; they follow from the ground.
    kept.ground_4490 := NEW.ground_4490;
    kept.plane_m2 := NEW.plane_m2;
    IF NEW *<> kept OR OLD.superseded_at IS NOT NULL OR OLD.withdrawn_at IS NOT NULL THEN
        RAISE EXCEPTION 'a filed claim is only ever superseded or withdrawn, once'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'claim_kept';
    END IF;
    RETURN NEW;
END
$$;
-- +goose StatementEnd

-- +goose Down
-- +goose StatementBegin
CREATE OR REPLACE FUNCTION keep_claim() RETURNS trigger LANGUAGE plpgsql AS $$
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
ALTER TABLE claim DROP COLUMN vertex_sigma_m, DROP COLUMN inward, DROP COLUMN outward;
