-- proposal_parts: the contested pieces of a run divided by a line, by PostGIS.
--
-- In    @run_id uuid; @line bytea EWKB LineString in the CRS of the run; @grid_m double precision, metres
-- Out   n integer; outline_m double precision, of the whole piece; plane_m2, ellipsoidal_m2 of one part; x, y well inside it
-- Plan  contest_piece_pkey; everything after works on the pieces of one run
-- Why   The second computation beside geo/divide, and by another way: line and outline noded on the
--       grid (snap rounding), polygonized, and a part kept if a point inside it lies in the piece. No
--       predicate sees two polygons. Which side a part lies on is for the caller, who has the
--       kernel's parts. A piece that the line does not touch comes as one part, unrounded.
WITH piece AS MATERIALIZED (
    SELECT n, nominal, ST_Perimeter(nominal) AS outline_m FROM contest_piece WHERE run_id = @run_id
),
line AS (
    SELECT ST_GeomFromEWKB(@line) AS path
),
noded AS (
    SELECT piece.n, ST_UnaryUnion(ST_Collect(ST_Boundary(piece.nominal), line.path), @grid_m) AS lines
    FROM piece
    JOIN line ON line.path && piece.nominal
),
polygonized AS (
    SELECT n, ST_Polygonize(lines) AS faces FROM noded GROUP BY n
),
part AS (
    SELECT polygonized.n, dumped.geom AS ground FROM polygonized, ST_Dump(polygonized.faces) AS dumped
    UNION ALL
    SELECT piece.n, piece.nominal FROM piece JOIN line ON NOT line.path && piece.nominal
),
inside AS (
    SELECT n, ground, ST_PointOnSurface(ground) AS at FROM part
)
SELECT
    inside.n,
    piece.outline_m,
    ST_Area(inside.ground) AS plane_m2,
    ellipsoidal_m2(inside.ground) AS ellipsoidal_m2,
    ST_X(inside.at) AS x,
    ST_Y(inside.at) AS y
FROM inside
JOIN piece ON piece.n = inside.n AND ST_Intersects(piece.nominal, inside.at)
ORDER BY inside.n, plane_m2 DESC, x, y;
