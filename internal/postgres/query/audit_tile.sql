-- audit_tile: one Web Mercator vector tile of an audit.
--
-- In    @audit_id, @z, @x, @y integer; @most integer, features
-- Out   srid of the layer; version text, which changes with any row; tile bytea (empty: nothing there)
-- Plan  audit_pkey; from zoom 13 on audit_block_reach_gist, and by the primary key the overlaps of the blocks found;
--       audit_block_place_gist below
-- Why   From zoom 13 on, layer overlaps: the largest @most that touch the tile, each with its ids and area; one that is
--       thinner than the tile can draw is a point. Below it, layer blocks: points with the number and the area of the
--       overlaps round them, drawn together on a grid of 32 × 32 a tile, so that no tile reads millions of rows.
--       Ordered aggregates: equal rows give equal bytes, so that the version can be the ETag.
WITH chosen AS MATERIALIZED (
    SELECT
        audit.id,
        layer.srid,
        coalesce(encode(audit.checksum, 'hex'), (
            SELECT 'open-' || count(done_at) || '-' || coalesce(extract(epoch FROM max(done_at)), 0) FROM audit_block WHERE audit_id = audit.id
        )) AS version,
        ST_TileEnvelope(@z::integer, @x::integer, @y::integer) AS box,
        ST_Transform(ST_TileEnvelope(@z::integer, @x::integer, @y::integer, margin => 64.0 / 4096), layer.srid) AS reach
    FROM audit
    JOIN layer ON layer.id = audit.layer_id
    WHERE audit.id = @audit_id
),
largest AS (
    SELECT overlap.a, overlap.b, overlap.plane_m2, overlap.ground, chosen.box
    FROM chosen
    JOIN audit_block ON audit_block.reach && chosen.reach AND audit_block.audit_id = chosen.id
    JOIN overlap
        ON overlap.shard = audit_block.shard AND overlap.audit_id = chosen.id AND overlap.block = audit_block.block
        AND overlap.ground && chosen.reach
    WHERE @z >= 13
    ORDER BY overlap.units DESC, overlap.a, overlap.b
    LIMIT @most
),
shapes AS (
    SELECT ST_AsMVT(feature, 'overlaps', 4096, 'geom' ORDER BY feature.m2 DESC, feature.a, feature.b) AS layer
    FROM (
        SELECT
            a,
            b,
            plane_m2 AS m2,
            round((plane_m2 * 3 / 2000)::numeric, 4)::double precision AS mu,
            coalesce(
                ST_AsMVTGeom(ST_Transform(ground, 3857), box, 4096, 64),
                ST_AsMVTGeom(ST_Transform(ST_PointOnSurface(ground), 3857), box, 4096, 64)
            ) AS geom
        FROM largest
    ) AS feature
    WHERE feature.geom IS NOT NULL
),
blocks AS (
    SELECT ST_AsMVT(feature, 'blocks', 4096, 'geom' ORDER BY feature.geom) AS layer
    FROM (
        SELECT
            sum(audit_block.found)::bigint AS n,
            sum(audit_block.found_m2 ORDER BY audit_block.block) AS m2,
            round((sum(audit_block.found_m2 ORDER BY audit_block.block) * 3 / 2000)::numeric, 2)::double precision AS mu,
            ST_AsMVTGeom(ST_Centroid(ST_Collect(audit_block.place ORDER BY audit_block.block)), chosen.box, 4096, 64) AS geom
        FROM chosen
        JOIN audit_block ON audit_block.place && chosen.box AND audit_block.audit_id = chosen.id
        WHERE @z < 13 AND audit_block.found > 0
        GROUP BY chosen.box, ST_SnapToGrid(audit_block.place, (ST_XMax(chosen.box) - ST_XMin(chosen.box)) / 32)
    ) AS feature
    WHERE feature.geom IS NOT NULL
)
SELECT chosen.srid, chosen.version, shapes.layer || blocks.layer AS tile
FROM chosen, shapes, blocks;
