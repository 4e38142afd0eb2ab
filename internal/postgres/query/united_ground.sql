-- united_ground: the contested ground of several cases, counted once.
--
-- In    @numbers text[]; @area text, a division code (null: anywhere)
-- Out   nominal, core, outer: m² ellipsoidal
-- Plan  case_ground_pkey
-- Why   Working systems may differ between cases, so the union is made in EPSG:4490 on a grid of 1e-9 degrees.
SELECT
    coalesce(sum(m2) FILTER (WHERE level = 'nominal'), 0) AS nominal,
    coalesce(sum(m2) FILTER (WHERE level = 'core'), 0) AS core,
    coalesce(sum(m2) FILTER (WHERE level = 'outer'), 0) AS outer_
FROM (
    SELECT
        united.level,
        ST_Area(CASE WHEN @area::text IS NULL THEN united.ground ELSE
            ST_Intersection(united.ground, (SELECT outline FROM administrative_area WHERE code = @area), 1e-9)
        END::geography) AS m2
    FROM (
        SELECT each.level, ST_UnaryUnion(ST_Collect(each.ground ORDER BY case_ground.number), 1e-9) AS ground
        FROM case_ground
        CROSS JOIN LATERAL (VALUES
            ('nominal', case_ground.nominal_4490),
            ('core', case_ground.core_4490),
            ('outer', case_ground.outer_4490)
        ) AS each (level, ground)
        WHERE case_ground.number = ANY (@numbers::text[])
        GROUP BY each.level
    ) AS united
) AS measured;
