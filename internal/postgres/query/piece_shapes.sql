-- piece_shapes: the contested grounds of a run at one level, for a map.
--
-- In    @run_id uuid; @level text: nominal, core or outer
-- Out   n integer (0 for an outer extent); sides smallint[]; lonlat GeoJSON, 8 decimals, EPSG:4490; label {lon, lat}
-- Plan  contest_piece_pkey and contest_extent_pkey
-- Why   Pieces exist at nominal and core; the outer ground is not cut into pieces, since lines moved
--       outward meet other lines than the claims do. RFC 7946: no crs member (options 0), outer rings
--       counterclockwise.
SELECT
    n,
    sides,
    ST_AsGeoJSON(ST_ForcePolygonCCW(lonlat(ground)), 8, 0)::json AS lonlat,
    ARRAY[ST_X(lonlat(label)), ST_Y(lonlat(label))] AS label
FROM (
    SELECT n, sides, CASE WHEN @level = 'core' THEN core ELSE nominal END AS ground, label
    FROM contest_piece
    WHERE run_id = @run_id AND @level::text IN ('nominal', 'core')
) AS piece
WHERE ground IS NOT NULL
UNION ALL
SELECT 0, sides, ST_AsGeoJSON(ST_ForcePolygonCCW(lonlat(ground)), 8, 0)::json, NULL
FROM contest_extent
WHERE run_id = @run_id AND level = @level AND level = 'outer' AND ground IS NOT NULL
ORDER BY n, sides;
