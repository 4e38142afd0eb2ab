-- claim_insert: files a version of a claim, with its ground moved inward and outward.
--
-- In    @id, @case_id, @party_id, @walk_id uuid (walk_id null: not walked); @version integer; @source, @transform text;
--       @sigma_m double precision, metres; @vertex_sigma_m double precision[], one a vertex (null: sigma_m everywhere);
--       in the order of ST_DumpPoints without closing vertices;
--       @ground, @inward, @outward bytea EWKB MultiPolygon in the working CRS, on the grid (inward null: nothing is left);
--       @ellipsoidal_m2; @sha256 bytea
-- Out   plane_m2
-- Plan  one row
-- Why   Lines are moved once, by package overlay before this: ST_Buffer knows one width, and a line is as good as
--       each of its vertices. This is the one place that fills inward and outward.
INSERT INTO claim (
    id, version, case_id, party_id, walk_id, source, sigma_m, vertex_sigma_m, ground, inward, outward,
    ellipsoidal_m2, transform, sha256, filed_by
)
VALUES (
    @id, @version, @case_id, @party_id, @walk_id, @source, @sigma_m, @vertex_sigma_m,
    ST_GeomFromEWKB(@ground), ST_GeomFromEWKB(@inward), ST_GeomFromEWKB(@outward),
    @ellipsoidal_m2, @transform, @sha256, current_setting('app.user')
)
RETURNING plane_m2;
