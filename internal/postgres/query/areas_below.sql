-- areas_below: the administrative areas below one, down to a level, for a map.
--
-- In    @parent text, a division code (null: from the top); @level integer, the lowest level wanted
-- Out   code, parent, level, name; outline GeoJSON, 6 decimals, EPSG:4490
-- Plan  administrative_area_parent_idx, one level after the other
-- Why   Outlines are shown as they are kept: two neighbours simplified apart would gape.
WITH RECURSIVE below AS (
    SELECT code, parent_code, level, name, outline
    FROM administrative_area
    WHERE parent_code IS NOT DISTINCT FROM @parent::text
    UNION ALL
    SELECT a.code, a.parent_code, a.level, a.name, a.outline
    FROM below
    JOIN administrative_area AS a ON a.parent_code = below.code
    WHERE below.level < @level::integer
)
SELECT code, coalesce(parent_code, ''), level, name, ST_AsGeoJSON(ST_ForcePolygonCCW(outline), 6, 0)::json AS outline
FROM below
WHERE level <= @level::integer
ORDER BY level, code;
