-- contest_pieces: the connected grounds of a case that two or more parties claim,
-- each with its set of parties, its core, and what tells a sliver.
--
-- In    @case_id uuid; @grid_m double precision, metres
-- Out   n integer; sides smallint[]; nominal, core bytea EWKB (core null: none); areas in m²;
--       width_m; label bytea EWKB of a point well inside
-- Plan  claim_live_once for the claims of the case; everything after works on that handful
-- Why   One live claim a party, and each keeps its inward-moved ground. Boundaries are noded on the grid (snap
--       rounding), polygonized, and each face asked which claims hold a point inside it: no predicate of GEOS
--       ever sees two polygons, since ST_Intersects and ST_Relate throw TopologyException on some valid pairs.
--       Every aggregate is ordered, so that the same claims give the same bytes. Sigmas vary along the lines
--       and are worked out from what this returns.
WITH live AS MATERIALIZED (
    SELECT party.side, claim.ground, claim.inward
    FROM claim
    JOIN party ON party.id = claim.party_id
    WHERE claim.case_id = @case_id
        AND claim.superseded_at IS NULL
        AND claim.withdrawn_at IS NULL
),
noded AS (
    SELECT ST_UnaryUnion(ST_Collect(ST_Boundary(ground) ORDER BY side), @grid_m) AS lines
    FROM live
),
face AS MATERIALIZED (
    SELECT part.path[1] AS id, part.geom AS ground, ST_PointOnSurface(part.geom) AS inside
    FROM (SELECT ST_Polygonize(lines) AS faces FROM noded) AS polygonized, ST_Dump(polygonized.faces) AS part
),
covered AS (
    SELECT face.id, face.ground, array_agg(DISTINCT live.side ORDER BY live.side) AS sides
    FROM face
    JOIN live ON live.ground && face.inside AND ST_Intersects(live.ground, face.inside)
    GROUP BY face.id, face.ground
    HAVING count(DISTINCT live.side) >= 2
),
piece AS MATERIALIZED (
    SELECT merged.sides, part.geom AS ground
    FROM (
        SELECT sides, ST_UnaryUnion(ST_Collect(ground ORDER BY id), @grid_m) AS ground
        FROM covered
        GROUP BY sides
    ) AS merged, ST_Dump(merged.ground) AS part
    WHERE ST_Dimension(part.geom) = 2
),
cut AS (
    -- The core is what is left of the piece when each party's inward-moved claim has been cut out of it.
    SELECT
        piece.sides,
        piece.ground,
        ST_Multi(ST_CollectionExtract(ST_Difference(
            piece.ground,
            (SELECT ST_Union(
                CASE WHEN live.inward IS NULL THEN piece.ground ELSE ST_Difference(piece.ground, live.inward, @grid_m) END
                ORDER BY live.side)
             FROM live WHERE live.side = ANY (piece.sides)),
            @grid_m
        ), 3)) AS core
    FROM piece
)
SELECT
    (row_number() OVER (
        ORDER BY ST_Area(cut.ground) DESC, ST_XMin(cut.ground), ST_YMin(cut.ground), cut.sides
    ))::integer AS n,
    cut.sides,
    ST_AsEWKB(oriented.ground, 'NDR') AS nominal,
    CASE WHEN NOT ST_IsEmpty(cut.core) THEN ST_AsEWKB(ST_ForcePolygonCCW(cut.core), 'NDR') END AS core,
    ST_Area(cut.ground) AS nominal_plane_m2,
    ellipsoidal_m2(cut.ground) AS nominal_ellipsoidal_m2,
    ST_Area(cut.core) AS core_plane_m2,
    ellipsoidal_m2(cut.core) AS core_ellipsoidal_m2,
    2 * ST_Area(cut.ground) / ST_Perimeter(cut.ground) AS width_m,
    ST_AsEWKB((ST_MaximumInscribedCircle(cut.ground)).center, 'NDR') AS label
FROM cut
CROSS JOIN LATERAL (SELECT ST_ForcePolygonCCW(cut.ground) AS ground) AS oriented
ORDER BY n;
