-- adopted_ground: the ground that a walked or drawn line encloses, in the working CRS.
--
-- In    @line bytea EWKB LineString or MultiLineString, EPSG:4490, each line closed; @srid integer; @grid_m double precision
-- Out   ground bytea EWKB MultiPolygon, NDR, valid, on the grid; walked bytea EWKB, the line as projected; ellipsoidal_m2;
--       proj, the version that transformed it; no row when nothing is enclosed
-- Plan  no table is read
-- Why   The line is reprojected once, noded on the grid and polygonized. Every bounded face belongs to
--       the ground, which for a line that does not cross itself is just its inside, and for one that
--       does is what a person sees it go round. A line that, snapped, does not meet itself is noded as it is.
WITH projected AS MATERIALIZED (
    SELECT line, ST_SnapToGrid(line, @grid_m) AS snapped
    FROM (SELECT in_working_crs(ST_GeomFromEWKB(@line), @srid::integer) AS line OFFSET 0) AS moved
),
faces AS MATERIALIZED (
    SELECT ST_Polygonize(noded.line) AS ground
    FROM (SELECT CASE WHEN ST_IsSimple(snapped) THEN snapped ELSE ST_UnaryUnion(line, @grid_m) END AS line FROM projected) AS noded
),
ground AS MATERIALIZED (
    SELECT ST_Multi(ST_ForcePolygonCCW(ST_CollectionExtract(
        CASE ST_NumGeometries(ground) WHEN 1 THEN ground ELSE ST_UnaryUnion(ground, @grid_m) END, 3))) AS ground
    FROM faces
)
SELECT
    ST_AsEWKB(ground, 'NDR') AS ground,
    (SELECT ST_AsEWKB(line, 'NDR') FROM projected) AS walked,
    ellipsoidal_m2(ground) AS ellipsoidal_m2,
    split_part(postgis_proj_version(), ' ', 1) AS proj
FROM ground
WHERE NOT ST_IsEmpty(ground);
