-- claim_insert: files a version of a claim, with its ground moved inward and outward.
--
-- In    @id, @case_id, @party_id, @walk_id uuid (walk_id null: not walked); @version integer; @source, @transform text;
--       @sigma_m double precision, metres; @vertex_sigma_m double precision[], one a vertex (null: sigma_m everywhere);
--       @ground bytea EWKB MultiPolygon in the working CRS, on the grid; @ellipsoidal_m2; @sha256 bytea;
--       @k double precision, multiples of sigma
-- Out   plane_m2
-- Plan  one row
-- Why   Lines are moved once, here: every later run of the case needs both, and GEOS takes about a millisecond
--       for each. This is the one place that fills inward and outward.
INSERT INTO claim (
    id, version, case_id, party_id, walk_id, source, sigma_m, vertex_sigma_m, ground, inward, outward,
    ellipsoidal_m2, transform, sha256, filed_by
)
SELECT
    @id, @version, @case_id, @party_id, @walk_id, @source, @sigma_m, @vertex_sigma_m, ground,
    ST_Multi(ST_Buffer(ground, -@k::double precision * @sigma_m::double precision, 'quad_segs=16')),
    ST_Multi(ST_Buffer(ground, @k::double precision * @sigma_m::double precision, 'quad_segs=16')),
    @ellipsoidal_m2, @transform, @sha256, current_setting('app.user')
FROM ST_GeomFromEWKB(@ground) AS ground
RETURNING plane_m2;
