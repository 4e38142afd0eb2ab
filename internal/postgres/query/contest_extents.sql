-- contest_extents: nominal, core and outer contested ground of the whole case and of each pair of parties.
--
-- In    @case_id uuid; @grid_m double precision, metres
-- Out   level text; sides smallint[] ({} for the whole case); ground bytea EWKB (null: none); areas in m²
-- Plan  claim_live_once for the claims of the case; everything after works on that handful
-- Why   Claims keep their moved grounds. Ground is counted once: the whole case is the union of its pairs.
--       Boxes are compared before grounds are, and grounds only through the overlay on the grid, which does
--       not throw where ST_Intersects does.
WITH live AS (
    SELECT party.side, claim.ground, claim.inward, claim.outward
    FROM claim
    JOIN party ON party.id = claim.party_id
    WHERE claim.case_id = @case_id
        AND claim.superseded_at IS NULL
        AND claim.withdrawn_at IS NULL
),
moved AS MATERIALIZED (
    SELECT 'nominal' AS level, side, ground FROM live
    UNION ALL
    SELECT 'core', side, inward FROM live
    UNION ALL
    SELECT 'outer', side, outward FROM live
),
pair AS MATERIALIZED (
    SELECT
        a.level,
        ARRAY[a.side, b.side] AS sides,
        CASE WHEN a.ground && b.ground
            THEN ST_Multi(ST_CollectionExtract(ST_Intersection(a.ground, b.ground, @grid_m), 3))
        END AS ground
    FROM moved AS a
    JOIN moved AS b ON b.level = a.level AND b.side > a.side
),
extent AS (
    SELECT level, sides, ground FROM pair
    UNION ALL
    SELECT
        level.name,
        ARRAY[]::smallint[],
        ST_Multi(ST_CollectionExtract(ST_UnaryUnion(ST_Collect(pair.ground ORDER BY pair.sides), @grid_m), 3))
    FROM (VALUES ('nominal'), ('core'), ('outer')) AS level (name)
    LEFT JOIN pair ON pair.level = level.name
    GROUP BY level.name
)
SELECT
    level,
    sides,
    CASE WHEN NOT ST_IsEmpty(ground) THEN ST_AsEWKB(ST_ForcePolygonCCW(ground), 'NDR') END AS ground,
    coalesce(ST_Area(ground), 0) AS plane_m2,
    ellipsoidal_m2(ground) AS ellipsoidal_m2
FROM extent
ORDER BY sides, level;
