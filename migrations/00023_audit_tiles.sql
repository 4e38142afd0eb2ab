-- +goose Up
-- Vector tiles of an audit: the overlaps themselves where a person can tell them
-- apart, and what each block has found where it is less than a dot.
CREATE INDEX overlap_ground_gist ON overlap USING gist (ground);
ALTER TABLE audit_block
    ADD COLUMN found integer NOT NULL DEFAULT 0, -- overlaps with ground that the block owns
    ADD COLUMN found_m2 double precision NOT NULL DEFAULT 0,
    ADD COLUMN place geometry(Point, 3857); -- its middle; null: it has found nothing
UPDATE audit_block
SET found = seen.n, found_m2 = seen.m2, place = seen.place
FROM (
    SELECT audit_id, block, count(*) AS n, sum(plane_m2) AS m2, ST_Transform(ST_Centroid(ST_Collect(ST_PointN(ST_ExteriorRing(ST_GeometryN(ground, 1)), 1))), 3857) AS place
    FROM overlap
    WHERE ground IS NOT NULL
    GROUP BY audit_id, block
) AS seen
WHERE audit_block.audit_id = seen.audit_id AND audit_block.block = seen.block;
CREATE INDEX audit_block_place_gist ON audit_block USING gist (place);

-- +goose Down
DROP INDEX audit_block_place_gist;
ALTER TABLE audit_block DROP COLUMN found, DROP COLUMN found_m2, DROP COLUMN place;
DROP INDEX overlap_ground_gist;
