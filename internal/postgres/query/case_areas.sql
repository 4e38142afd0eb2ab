-- case_areas: writes anew the contested ground of a case in EPSG:4490, which administrative areas the case lies
-- in with the contested ground in each, and from that whether it crosses county, city or province.
--
-- In    @case_id uuid; @run_id uuid (null: no run yet)
-- Out   crosses_province, crosses_city, crosses_county boolean
-- Plan  claim_live_once; administrative_area_outline_gist for the areas that the claims' boxes meet
-- Why   An outline of a province is cut to the neighbourhood first: overlaying all of it would cost a second a claim.
--       Common ground is asked of the overlay on a grid of 1e-9 degrees (0.1 mm), not of ST_Intersects, which
--       throws on some valid pairs. A claim that touches a line by less than 1 m² does not cross it.
--       A straight edge of kilometres in the working CRS is not straight in degrees: a neck centimetres wide may
--       turn inside out on the way, which ST_MakeValid mends here, where ground is located, not measured.
WITH claimed AS (
    SELECT ST_UnaryUnion(ST_Collect(ST_MakeValid(claim.ground_4490) ORDER BY claim.id), 1e-9) AS ground
    FROM claim
    WHERE claim.case_id = @case_id AND claim.superseded_at IS NULL AND claim.withdrawn_at IS NULL
),
extent AS (
    SELECT level, ST_Multi(ST_CollectionExtract(ST_MakeValid(lonlat(ground)), 3)) AS ground
    FROM contest_extent
    WHERE run_id = @run_id AND sides = '{}' AND ground IS NOT NULL
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
touched AS MATERIALIZED (
    SELECT near.code, near.level, near.outline
    FROM (
        SELECT a.code, a.level, ST_ClipByBox2D(a.outline, place.box) AS outline, claimed.ground
        FROM claimed
        CROSS JOIN LATERAL (
            SELECT ST_Expand(ST_Extent(each.ground)::geometry, 1e-4)::box2d AS box
            FROM (SELECT claimed.ground UNION ALL SELECT extent.ground FROM extent) AS each
        ) AS place
        JOIN administrative_area AS a ON a.outline && claimed.ground
    ) AS near
    WHERE ST_Area(ST_Intersection(near.outline, near.ground, 1e-9)::geography) >= 1
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
    LEFT JOIN extent ON extent.ground && touched.outline
    LEFT JOIN LATERAL (
        SELECT ST_Area(ST_Intersection(touched.outline, extent.ground, 1e-9)::geography) AS m2
    ) AS part ON true
    GROUP BY touched.code
    ON CONFLICT (case_id, area_code) DO UPDATE
        SET nominal_m2 = excluded.nominal_m2, core_m2 = excluded.core_m2, outer_m2 = excluded.outer_m2
)
UPDATE dispute_case
SET crosses_province = (SELECT count(*) > 1 FROM touched WHERE level = 1),
    crosses_city = (SELECT count(*) > 1 FROM touched WHERE level = 2),
    crosses_county = (SELECT count(*) > 1 FROM touched WHERE level = 3)
WHERE id = @case_id
RETURNING crosses_province, crosses_city, crosses_county;
