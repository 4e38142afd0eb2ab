-- +goose Up
-- Registers: land and forest certificates in bulk, 10^5 to 10^7 of them, audited
-- against each other. A register is a copy of what another office keeps, so its
-- rows may be replaced; what an audit finds becomes evidence on a case.
--
-- The bulk tables name their layer or audit without a foreign key: the check would
-- cost more than the row, 10^7 times over. One function writes each of them.
--
-- The plane of each CRS is divided into square blocks of 2^24 grid units
-- (1677.7216 m). A county's register has 100 to 1,000 parcels on one, 10^4 to
-- 10^5 edges: 5 to 50 ms of work, against about 3 ms that a job costs; the halo
-- of a parcel of 80 m adds a fifth; a county is 1,000 jobs, a province 10^5.
-- A power of two makes the number of a block a shift.
--
-- Blocks are numbered along a Hilbert curve of 2^17 × 2^17, so that neighbours on
-- the ground are mostly neighbours in number. A shard is 2^10 consecutive
-- numbers: a square of 53.7 km, about a county, for ever the same. It is part of
-- every key and never joined across, so that tables spread over partitions here
-- and over servers (Citus) later. internal/postgres/block.go has the numbers.

CREATE TABLE layer (
    id            integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    name          text NOT NULL CONSTRAINT layer_name_once UNIQUE,
    kind          text NOT NULL,
    srid          integer NOT NULL,
    sigma_m       double precision,
    source        text NOT NULL,
    source_sha256 bytea NOT NULL,
    parcels       bigint NOT NULL DEFAULT 0,
    extent_4490   geometry(Polygon, 4490), -- box of all parcels and a little more; null: no parcels
    begun_at      timestamptz NOT NULL DEFAULT now(),
    imported_at   timestamptz,
    imported_by   text NOT NULL,
    CONSTRAINT layer_name_sane CHECK (length(name) BETWEEN 1 AND 200),
    CONSTRAINT layer_kind_known CHECK (kind IN ('land', 'forest', 'water', 'other')),
    CONSTRAINT layer_srid_sane CHECK (srid BETWEEN 1024 AND 998999),
    CONSTRAINT layer_sigma_sane CHECK (sigma_m > 0 AND sigma_m <= 50),
    CONSTRAINT layer_sha256_length CHECK (length(source_sha256) = 32)
);
COMMENT ON COLUMN layer.imported_at IS 'null while an import is under way or was cut short';
COMMENT ON COLUMN layer.sigma_m IS '1σ horizontal error of the boundary lines, metres; null: nobody has said';

-- What an import has committed: where the next one goes on.
CREATE TABLE layer_batch (
    layer_id integer NOT NULL REFERENCES layer (id) ON DELETE CASCADE,
    number   integer NOT NULL,
    features bigint NOT NULL, -- of the file, read up to the end of this batch
    parcels  integer NOT NULL,
    at       timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (layer_id, number)
);

-- What was wrong with a parcel as it came, and what became of it.
CREATE TABLE parcel_fault (
    layer_id integer NOT NULL REFERENCES layer (id) ON DELETE CASCADE,
    feature  bigint NOT NULL,
    n        integer NOT NULL,
    rule     text NOT NULL,
    x        double precision, -- null: of the whole parcel
    y        double precision,
    outcome  text NOT NULL,
    PRIMARY KEY (layer_id, feature, n),
    CONSTRAINT parcel_fault_outcome_known CHECK (outcome IN ('repaired', 'refused', 'harmless'))
);

CREATE TABLE parcel (
    shard    integer NOT NULL, -- of the block that holds the south-west corner of its box
    layer_id integer NOT NULL,
    feature  bigint NOT NULL,
    ground   geometry(MultiPolygon) NOT NULL,
    PRIMARY KEY (shard, layer_id, feature)
) PARTITION BY HASH (shard);
COMMENT ON COLUMN parcel.feature IS 'feature id in the register, which audits know the parcel by';
COMMENT ON COLUMN parcel.ground IS 'valid, in the CRS of the layer, x = east, on a grid of 0.1 mm';

-- A parcel once for each block that its box touches: what a block has to read,
-- its halo included, in one partition.
CREATE TABLE parcel_block (
    shard      integer NOT NULL, -- of the block
    layer_id   integer NOT NULL,
    block      bigint NOT NULL,
    feature    bigint NOT NULL,
    home_shard integer NOT NULL, -- where the parcel is
    home_block bigint NOT NULL,
    west       bigint NOT NULL, -- box of the parcel, grid units
    south      bigint NOT NULL,
    east       bigint NOT NULL,
    north      bigint NOT NULL,
    PRIMARY KEY (shard, layer_id, block, feature)
) PARTITION BY HASH (shard);

-- An audit lays a layer over itself or over another one. There is one for each
-- pair of layers and version of the kernel, and it follows its layers.
CREATE TABLE audit (
    id          integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    layer_id    integer NOT NULL REFERENCES layer (id),
    against_id  integer REFERENCES layer (id), -- null: the layer against itself
    engine      text NOT NULL,
    begun_at    timestamptz NOT NULL DEFAULT now(),
    begun_by    text NOT NULL,
    finished_at timestamptz, -- null: blocks are to be computed
    checksum    bytea,
    CONSTRAINT audit_once UNIQUE NULLS NOT DISTINCT (layer_id, against_id, engine),
    CONSTRAINT audit_of_two_layers CHECK (against_id <> layer_id),
    CONSTRAINT audit_finished_has_checksum CHECK ((finished_at IS NULL) = (checksum IS NULL))
);

-- The work of an audit. A row is locked while it is computed; the lock ends with
-- the worker, however that ends.
CREATE TABLE audit_block (
    audit_id integer NOT NULL REFERENCES audit (id) ON DELETE CASCADE,
    shard    integer NOT NULL,
    block    bigint NOT NULL,
    done_at  timestamptz, -- null: to be computed
    parcels  integer NOT NULL DEFAULT 0,
    union_units numeric(39) NOT NULL DEFAULT 0, -- what the block adds to the ground of anyone
    PRIMARY KEY (audit_id, block)
);
CREATE INDEX audit_block_undone_idx ON audit_block (audit_id, block) WHERE done_at IS NULL;

-- Two parcels with common ground, owned by the block that holds the south-west
-- corner of what their boxes have in common.
CREATE TABLE overlap (
    shard    integer NOT NULL, -- of the block
    audit_id integer NOT NULL,
    block    bigint NOT NULL,
    a        bigint NOT NULL, -- feature of the layer
    b        bigint NOT NULL, -- feature of the layer, greater than a, or of the other one
    units    numeric(39) NOT NULL,
    plane_m2 double precision NOT NULL,
    ground   geometry(MultiPolygon), -- null: thinner than the grid
    PRIMARY KEY (shard, audit_id, block, a, b),
    CONSTRAINT overlap_has_area CHECK (units > 0)
) PARTITION BY HASH (shard);
COMMENT ON COLUMN overlap.units IS 'exact plane area in half cells of the subgrid, (0.1 mm / 256)² / 2 each';

-- What the boundaries that a block owns (those of parcels whose box has its
-- south-west corner there) add to the ground of each set of two or more
-- claimants. Of one block it may be negative; summed over blocks it is the face.
CREATE TABLE face (
    shard     integer NOT NULL,
    audit_id  integer NOT NULL,
    block     bigint NOT NULL,
    claimants bigint[] NOT NULL, -- features, ascending
    units     numeric(39) NOT NULL,
    PRIMARY KEY (shard, audit_id, block, claimants),
    CONSTRAINT face_is_contested CHECK (cardinality(claimants) >= 2)
) PARTITION BY HASH (shard);

-- +goose StatementBegin
DO $$
DECLARE
    parent text;
BEGIN
    FOREACH parent IN ARRAY ARRAY['parcel', 'parcel_block', 'overlap', 'face'] LOOP
        FOR n IN 0..7 LOOP
            EXECUTE format('CREATE TABLE %I PARTITION OF %I FOR VALUES WITH (MODULUS 8, REMAINDER %s)', parent || '_p' || n, parent, n);
        END LOOP;
    END LOOP;
    -- Random doubles do not compress: trying costs time at every read.
    FOR n IN 0..7 LOOP
        EXECUTE format('ALTER TABLE %I ALTER COLUMN ground SET STORAGE EXTERNAL', 'parcel_p' || n);
        EXECUTE format('ALTER TABLE %I ALTER COLUMN ground SET STORAGE EXTERNAL', 'overlap_p' || n);
    END LOOP;
END
$$;
-- +goose StatementEnd
CREATE INDEX parcel_ground_gist ON parcel USING gist (ground);
CREATE INDEX parcel_feature_idx ON parcel (layer_id, feature);
CREATE INDEX overlap_pair_idx ON overlap (audit_id, a, b);

GRANT SELECT, INSERT, UPDATE, DELETE ON layer, layer_batch, parcel_fault, parcel, parcel_block, audit, audit_block, overlap, face TO jieshi_app;

-- +goose Down
DROP TABLE face, overlap, audit_block, audit, parcel_block, parcel, parcel_fault, layer_batch, layer;
