-- audit_tile_addresses: where the Web Mercator tiles of an audit are that may have something on them.
--
-- In    @audit_id, @max_zoom integer
-- Out   z, x, y integer, in this order, each once; audit_tile.sql finds nothing on any other
-- Plan  one pass over the overlaps of the audit (overlap_pair_idx) and over its blocks
-- Why   An overlap is on every tile that its box touches, with the margin of the tiles (64 of 4096) and as much again
--       for what rounding does to it. A large box has tiles that the ground itself leaves free: they come out empty.
--       20037508.342789244 m is half the world in EPSG:3857.
WITH place AS (
    SELECT 13 AS lowest, 18 AS highest, ST_Transform(ground, 3857)::box2d AS box
    FROM overlap
    WHERE audit_id = @audit_id AND ground IS NOT NULL
    UNION ALL
    SELECT 0, 12, place::box2d
    FROM audit_block
    WHERE audit_id = @audit_id AND found > 0
),
share AS MATERIALIZED (
    SELECT
        lowest,
        least(highest, @max_zoom::integer) AS highest,
        0.5 + ST_XMin(box) / (2 * 20037508.342789244) AS west,
        0.5 + ST_XMax(box) / (2 * 20037508.342789244) AS east,
        0.5 - ST_YMax(box) / (2 * 20037508.342789244) AS north,
        0.5 - ST_YMin(box) / (2 * 20037508.342789244) AS south
    FROM place
)
SELECT DISTINCT level.z, side.x, height.y
FROM share
CROSS JOIN LATERAL generate_series(lowest, highest) AS level (z)
CROSS JOIN LATERAL (SELECT (1 << level.z) AS n) AS world
CROSS JOIN LATERAL generate_series(
    greatest(floor(west * world.n - 1 / 32.0), 0)::integer, least(floor(east * world.n + 1 / 32.0), world.n - 1)::integer
) AS side (x)
CROSS JOIN LATERAL generate_series(
    greatest(floor(north * world.n - 1 / 32.0), 0)::integer, least(floor(south * world.n + 1 / 32.0), world.n - 1)::integer
) AS height (y)
ORDER BY level.z, side.x, height.y;
