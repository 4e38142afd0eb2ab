-- contest_grounds: the contested grounds of a case: its pieces, and nominal, core and outer ground of each pair of
-- parties and of the whole.
--
-- In    @case_id uuid; @grid_m double precision, metres; @engine jsonb, the versions of all that computes
-- Out   level text: 'piece', then 'nominal', 'core', 'outer'; sides smallint[] ({} for the whole case); ground bytea
--       EWKB, a Polygon for a piece (null: none); plane_m2; of a piece: core bytea EWKB (null: none), core_plane_m2,
--       width_m. Pieces come first, largest first: their order is their number
-- Plan  claim_live_once for the claims of the case, contest_run_number_once, backwards, and contest_extent_pkey for the
--       newest run; everything after works on that handful
-- Why   A piece is connected ground with one set of parties: the boundaries are noded on the grid and polygonized,
--       and each face is asked which claims hold a point inside it. Claims keep their moved grounds: a pair's core is
--       common to both inward ones, a piece's core is cut from it by the inward grounds of all its parties. The
--       whole case is the union of its pairs, so that ground is counted once. What two claims have in common does not
--       change while they do not: the newest run has it, if the same engine made it.
--       No predicate of GEOS ever sees two polygons: ST_Intersects and ST_Relate throw TopologyException on some
--       valid pairs. Boxes are compared before grounds are. Every aggregate is ordered, so that the same claims give
--       the same bytes. Areas on the ellipsoid, sigmas and labels are worked out from what this returns.
WITH RECURSIVE newest AS MATERIALIZED (
    SELECT id
    FROM (SELECT id, engine FROM contest_run WHERE case_id = @case_id ORDER BY number DESC LIMIT 1) AS run
    WHERE engine = @engine::jsonb
),
live AS MATERIALIZED (
    -- ST_SetSRID makes a copy in memory: each ground is fetched out of line once, not at each use.
    SELECT
        party.side,
        contest_input.run_id,
        ST_SetSRID(claim.ground, ST_SRID(claim.ground)) AS ground,
        ST_SetSRID(claim.inward, ST_SRID(claim.ground)) AS inward,
        ST_SetSRID(claim.outward, ST_SRID(claim.ground)) AS outward
    FROM claim
    JOIN party ON party.id = claim.party_id
    LEFT JOIN newest ON true
    LEFT JOIN contest_input ON contest_input.run_id = newest.id
        AND contest_input.claim_id = claim.id
        AND contest_input.claim_version = claim.version
    WHERE claim.case_id = @case_id
        AND claim.superseded_at IS NULL
        AND claim.withdrawn_at IS NULL
),
face AS MATERIALIZED (
    SELECT part.path[1] AS id, part.geom AS ground, ST_PointOnSurface(part.geom) AS inside
    FROM (
        SELECT ST_Polygonize(lines) AS faces
        FROM (SELECT noded_lines(ST_Collect(ST_Boundary(ground) ORDER BY side), @grid_m) AS lines FROM live) AS noded
    ) AS polygonized, ST_Dump(polygonized.faces) AS part
),
covered AS (
    SELECT face.id, face.ground, cover.sides
    FROM face
    CROSS JOIN LATERAL (
        SELECT array_agg(live.side ORDER BY live.side) AS sides
        FROM live
        WHERE live.ground && face.inside AND ST_Intersects(live.ground, face.inside)
    ) AS cover
    WHERE cardinality(cover.sides) >= 2
),
piece AS MATERIALIZED (
    SELECT row_number() OVER () AS id, merged.sides, part.geom AS ground
    FROM (
        SELECT sides, CASE count(*) WHEN 1 THEN ST_Collect(ground) ELSE ST_UnaryUnion(ST_Collect(ground ORDER BY id)) END AS ground
        FROM covered
        GROUP BY sides
    ) AS merged, ST_Dump(merged.ground) AS part
    WHERE ST_Dimension(part.geom) = 2
),
moved AS MATERIALIZED (
    SELECT 'nominal' AS level, side, run_id, ground FROM live
    UNION ALL
    SELECT 'core', side, run_id, inward FROM live
    UNION ALL
    SELECT 'outer', side, run_id, outward FROM live
),
pair AS MATERIALIZED (
    SELECT
        a.level,
        ARRAY[a.side, b.side] AS sides,
        CASE
            WHEN kept.run_id IS NOT NULL THEN ST_SetSRID(kept.ground, ST_SRID(kept.ground))
            WHEN a.ground && b.ground THEN ST_ForcePolygonCCW(common_ground(a.ground, b.ground, @grid_m))
        END AS ground
    FROM moved AS a
    JOIN moved AS b ON b.level = a.level AND b.side > a.side
    LEFT JOIN contest_extent AS kept ON kept.run_id = a.run_id
        AND kept.run_id = b.run_id
        AND kept.level = a.level
        AND kept.sides = ARRAY[a.side, b.side]
),
held AS (
    SELECT piece.id, piece.sides, 2 AS parties, common_ground(piece.ground, pair.ground, @grid_m) AS core
    FROM piece
    JOIN pair ON pair.level = 'core' AND pair.sides = piece.sides[1:2]
    UNION ALL
    SELECT held.id, held.sides, held.parties + 1, common_ground(held.core, live.inward, @grid_m)
    FROM held
    JOIN live ON live.side = held.sides[held.parties + 1]
),
finding AS (
    SELECT 'piece' AS level, piece.sides, piece.ground, held.core
    FROM piece
    JOIN held ON held.id = piece.id AND held.parties = cardinality(piece.sides)
    UNION ALL
    SELECT level, sides, ground, NULL FROM pair
    UNION ALL
    SELECT
        level.name,
        ARRAY[]::smallint[],
        CASE count(pair.ground) FILTER (WHERE NOT ST_IsEmpty(pair.ground))
            WHEN 0 THEN NULL
            WHEN 1 THEN (array_agg(pair.ground) FILTER (WHERE NOT ST_IsEmpty(pair.ground)))[1]
            ELSE united_ground(ST_Collect(pair.ground ORDER BY pair.sides), @grid_m)
        END,
        NULL
    FROM (VALUES ('nominal'), ('core'), ('outer')) AS level (name)
    LEFT JOIN pair ON pair.level = level.name
    GROUP BY level.name
)
SELECT
    level,
    sides,
    CASE WHEN NOT ST_IsEmpty(ground) THEN ST_AsEWKB(ST_ForcePolygonCCW(ground), 'NDR') END AS ground,
    coalesce(ST_Area(ground), 0) AS plane_m2,
    CASE WHEN NOT ST_IsEmpty(core) THEN ST_AsEWKB(ST_ForcePolygonCCW(core), 'NDR') END AS core,
    coalesce(ST_Area(core), 0) AS core_plane_m2,
    CASE level WHEN 'piece' THEN 2 * ST_Area(ground) / ST_Perimeter(ground) END AS width_m
FROM finding
ORDER BY level <> 'piece', CASE level WHEN 'piece' THEN -ST_Area(ground) END, CASE level WHEN 'piece' THEN ST_XMin(ground) END,
    CASE level WHEN 'piece' THEN ST_YMin(ground) END, sides, level;
