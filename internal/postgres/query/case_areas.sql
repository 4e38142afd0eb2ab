-- case_areas: writes anew the contested ground of a case in EPSG:4490, which administrative areas the case lies
-- in with the contested ground in each, and from that whether it crosses county, city or province.
--
-- In    @case_id uuid; @run_id uuid (null: no run yet)
-- Out   nothing; rows of case_ground and case_area, and dispute_case where it crosses something else than it did
-- Plan  claim_live_once; contest_extent_pkey; administrative_area_part_gist for the parts that the box of the case
--       meets; administrative_area_pkey for outlines that run through it
-- Why   Nearly every case lies wholly inside of its areas: then the parts of the area fill the box of the case, and
--       each ground counts in full. Only an outline that runs through the box is laid over the grounds, cut to the
--       neighbourhood first: all of a province would cost a second.
--       Common ground is asked of the overlay on a grid of 1e-9 degrees (0.1 mm), not of ST_Intersects, which
--       throws on some valid pairs. A claim that touches a line by less than 1 m² does not cross it.
--       A straight edge of kilometres in the working CRS is not straight in degrees: a neck centimetres wide may
--       turn inside out on the way, which ST_MakeValid mends here, where ground is located, not measured.
WITH extent AS MATERIALIZED (
    SELECT
        level,
        ellipsoidal_m2,
        CASE WHEN ST_IsValid(degrees) THEN degrees ELSE ST_Multi(ST_CollectionExtract(ST_MakeValid(degrees), 3)) END AS ground
    FROM contest_extent
    CROSS JOIN LATERAL (SELECT lonlat(ground) AS degrees OFFSET 0) AS moved
    WHERE run_id = @run_id AND sides = '{}' AND ground IS NOT NULL
),
live AS MATERIALIZED (
    SELECT id, ground_4490 FROM claim WHERE case_id = @case_id AND superseded_at IS NULL AND withdrawn_at IS NULL
),
claimed AS MATERIALIZED (
    SELECT ST_UnaryUnion(ST_Collect(ST_MakeValid(ground_4490) ORDER BY id), 1e-9) AS ground FROM live
),
place AS MATERIALIZED (
    SELECT ST_Expand(ST_Extent(each.ground)::geometry, 1e-6) AS box
    FROM (SELECT ground_4490 AS ground FROM live UNION ALL SELECT ground FROM extent) AS each
),
kept AS (
    INSERT INTO case_ground (case_id, number, nominal_4490, core_4490, outer_4490)
    SELECT
        dispute_case.id,
        dispute_case.number,
        (SELECT ground FROM extent WHERE level = 'nominal'),
        (SELECT ground FROM extent WHERE level = 'core'),
        (SELECT ground FROM extent WHERE level = 'outer')
    FROM dispute_case
    WHERE dispute_case.id = @case_id
    ON CONFLICT (case_id) DO UPDATE
        SET nominal_4490 = excluded.nominal_4490, core_4490 = excluded.core_4490, outer_4490 = excluded.outer_4490
),
near AS MATERIALIZED (
    SELECT
        part.code,
        part.level,
        sum(ST_Area(cut.ground)) >= ST_Area(place.box) * (1 - 1e-9) AS holds,
        bool_and(cut.ground IS NOT NULL AND ST_IsEmpty(cut.ground)) AS misses
    FROM place
    JOIN administrative_area_part AS part ON part.part && place.box
    CROSS JOIN LATERAL (SELECT ST_ClipByBox2D(part.part, place.box::box2d) AS ground OFFSET 0) AS cut
    GROUP BY part.code, part.level, place.box
),
touched AS MATERIALIZED (
    SELECT code, level, NULL::geometry AS outline FROM near WHERE holds
    UNION ALL
    SELECT cut.code, cut.level, cut.outline
    FROM (
        SELECT a.code, a.level, ST_ClipByBox2D(a.outline, place.box::box2d) AS outline
        FROM near
        JOIN administrative_area AS a ON a.code = near.code
        CROSS JOIN place
        WHERE NOT near.holds AND NOT near.misses
        OFFSET 0
    ) AS cut
    CROSS JOIN claimed
    WHERE ST_Area(ST_Intersection(cut.outline, claimed.ground, 1e-9)::geography) >= 1
),
removed AS (
    DELETE FROM case_area
    WHERE case_id = @case_id AND area_code NOT IN (SELECT code FROM touched)
),
written AS (
    INSERT INTO case_area (case_id, area_code, nominal_m2, core_m2, outer_m2)
    SELECT
        @case_id,
        touched.code,
        coalesce(sum(part.m2) FILTER (WHERE extent.level = 'nominal'), 0),
        coalesce(sum(part.m2) FILTER (WHERE extent.level = 'core'), 0),
        coalesce(sum(part.m2) FILTER (WHERE extent.level = 'outer'), 0)
    FROM touched
    LEFT JOIN extent ON touched.outline IS NULL OR extent.ground && touched.outline
    LEFT JOIN LATERAL (
        SELECT CASE
            WHEN touched.outline IS NULL THEN extent.ellipsoidal_m2
            ELSE ST_Area(ST_Intersection(touched.outline, extent.ground, 1e-9)::geography)
        END AS m2
    ) AS part ON true
    GROUP BY touched.code
    ON CONFLICT (case_id, area_code) DO UPDATE
        SET nominal_m2 = excluded.nominal_m2, core_m2 = excluded.core_m2, outer_m2 = excluded.outer_m2
)
UPDATE dispute_case
SET crosses_province = crosses.province, crosses_city = crosses.city, crosses_county = crosses.county
FROM (
    SELECT
        count(*) FILTER (WHERE level = 1) > 1 AS province,
        count(*) FILTER (WHERE level = 2) > 1 AS city,
        count(*) FILTER (WHERE level = 3) > 1 AS county
    FROM touched
) AS crosses
WHERE id = @case_id
    AND (crosses_province, crosses_city, crosses_county) IS DISTINCT FROM (crosses.province, crosses.city, crosses.county);
