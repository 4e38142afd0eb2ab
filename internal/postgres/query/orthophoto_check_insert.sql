-- orthophoto_check_insert: what check points say of a picture, held against the limits of today.
--
-- In    @orthophoto uuid; @filename text, @file bytea: the table; @scale, @terrain; @independent boolean; @points;
--       @rmse_east_m, @rmse_north_m, @rmse_m, @rmse_up_m (null: no heights), metres; @report jsonb
-- Out   id uuid; no row if there is no limit for scale and terrain
-- Plan  orthophoto_limit_pkey, orthophoto_pkey
-- Why   RMSE in the plane is never less than on an axis, so within the limit it has both axes within it. A thousandth of
--       grace on the GSD is for pixels of 0.05 m that a program wrote as 0.050000001.
INSERT INTO orthophoto_check (
    orthophoto_id, filename, asset_sha256, scale, terrain, independent, limit_m, gsd_limit_m, basis, points,
    rmse_east_m, rmse_north_m, rmse_m, rmse_up_m, passed, report, checked_by
)
SELECT
    orthophoto.id,
    @filename,
    @file,
    standard.scale,
    standard.terrain,
    @independent,
    standard.rmse_m,
    standard.gsd_m,
    standard.basis,
    @points,
    @rmse_east_m,
    @rmse_north_m,
    @rmse_m,
    @rmse_up_m,
    @independent AND @rmse_m::double precision <= standard.rmse_m AND orthophoto.gsd_m <= standard.gsd_m * 1.001,
    @report,
    current_setting('app.user')
FROM orthophoto_limit AS standard
CROSS JOIN orthophoto
WHERE standard.scale = @scale AND standard.terrain = @terrain AND orthophoto.id = @orthophoto
RETURNING id;
