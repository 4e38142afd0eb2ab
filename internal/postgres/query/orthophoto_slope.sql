-- orthophoto_slope: the contested pieces of the newest run, in the CRS of a model of heights of their case.
--
-- In    @id uuid: the model
-- Out   run_id uuid, number integer; n integer; m2 double precision, ellipsoidal; ground EWKB MultiPolygon in the CRS of the model
-- Plan  orthophoto_pkey; contest_run by case_id; contest_piece_pkey
-- Why   Only models in a projection of EPSG come here. Moving a piece into another zone moves its corners; its sides stay
--       straight, which is off by less than a cell for pieces of a few kilometres.
SELECT
    run.id AS run_id,
    run.number,
    contest_piece.n,
    contest_piece.nominal_ellipsoidal_m2 AS m2,
    ST_AsEWKB(ST_Multi(ST_Transform(contest_piece.nominal, orthophoto.srid))) AS ground
FROM orthophoto
CROSS JOIN LATERAL (
    SELECT id, number FROM contest_run WHERE contest_run.case_id = orthophoto.case_id ORDER BY number DESC LIMIT 1
) AS run
JOIN contest_piece ON contest_piece.run_id = run.id
WHERE orthophoto.id = @id
ORDER BY contest_piece.n;
