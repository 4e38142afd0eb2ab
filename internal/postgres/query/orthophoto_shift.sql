-- orthophoto_shift: what a shift on the ground is in EPSG:3857, at the middle of a picture.
--
-- In    @id uuid; @east_m, @north_m double precision, metres on the ground in the picture's CRS
-- Out   web_east_m, web_north_m
-- Plan  orthophoto_pkey; spatial_ref_sys_pkey
-- Why   A projected CRS of EPSG turns the shift by its convergence and scales it. Degrees and projections without a code are
--       taken as true north: a degree of convergence moves a shift of 2 m by 3 cm, which is for the eye only.
WITH photo AS (
    SELECT
        ST_Centroid(orthophoto.footprint) AS middle,
        CASE WHEN known.srtext LIKE 'PROJCS%' THEN known.srid END AS srid
    FROM orthophoto
    LEFT JOIN spatial_ref_sys AS known ON known.srid = orthophoto.srid AND known.srid <> 0
    WHERE orthophoto.id = @id
),
moved AS (
    SELECT
        middle,
        ST_Transform(middle, 3857) AS before,
        CASE
            WHEN srid IS NOT NULL THEN ST_Transform(ST_Translate(ST_Transform(middle, srid), @east_m, @north_m), 3857)
        END AS after
    FROM photo
)
SELECT
    coalesce(ST_X(after) - ST_X(before), @east_m / cos(radians(ST_Y(middle)))) AS web_east_m,
    coalesce(ST_Y(after) - ST_Y(before), @north_m / cos(radians(ST_Y(middle)))) AS web_north_m
FROM moved;
