-- run_place: where the claims of a run lie, whatever was claimed since.
--
-- In    @run_id uuid
-- Out   areas jsonb (the lowest areas known); crosses_province, crosses_city, crosses_county boolean;
--       center {lon, lat} of the box of the claims
-- Plan  contest_input_pkey, claim_pkey; administrative_area_outline_gist for the areas that the box meets
-- Why   A session shows what was frozen: case_area follows the newest claims and may say more. The rule is
--       that of case_areas: on a grid of 1e-9 degrees, ST_MakeValid before it, and less than 1 m² crosses nothing.
WITH claimed AS MATERIALIZED (
    SELECT ST_UnaryUnion(ST_Collect(ST_MakeValid(claim.ground_4490) ORDER BY claim.id), 1e-9) AS ground
    FROM contest_input
    JOIN claim ON claim.id = contest_input.claim_id AND claim.version = contest_input.claim_version
    WHERE contest_input.run_id = @run_id
),
touched AS MATERIALIZED (
    SELECT a.code, a.parent_code, a.name, a.level
    FROM claimed
    JOIN administrative_area AS a ON a.outline && claimed.ground
    WHERE ST_Area(ST_Intersection(a.outline, claimed.ground, 1e-9)::geography) >= 1
)
SELECT
    coalesce(
        jsonb_agg(jsonb_build_object('Code', code, 'Name', name, 'Level', level) ORDER BY code)
            FILTER (WHERE NOT EXISTS (SELECT FROM touched AS below WHERE below.parent_code = touched.code)),
        '[]'
    ) AS areas,
    count(*) FILTER (WHERE level = 1) > 1 AS crosses_province,
    count(*) FILTER (WHERE level = 2) > 1 AS crosses_city,
    count(*) FILTER (WHERE level = 3) > 1 AS crosses_county,
    (SELECT ARRAY[(ST_XMin(ground) + ST_XMax(ground)) / 2, (ST_YMin(ground) + ST_YMax(ground)) / 2] FROM claimed) AS center
FROM touched;
