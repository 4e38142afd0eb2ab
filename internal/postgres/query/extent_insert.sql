-- extent_insert: files the extents of a run, in one statement.
--
-- In    @run_id uuid; the rest arrays of equal length, one element an extent: @level; @sides text, as '{1,2}'; @ground EWKB
--       (null: none); @plane, @ellipsoidal, @sigma double precision, m²
-- Out   nothing; rows of contest_extent
-- Plan  no table is read
-- Why   A case of four parties has 21 of them.
INSERT INTO contest_extent (run_id, level, sides, ground, plane_m2, ellipsoidal_m2, sigma_m2)
SELECT @run_id, level, sides::smallint[], ST_GeomFromEWKB(ground), plane, ellipsoidal, sigma
FROM unnest(
    @level::text[], @sides::text[], @ground::bytea[], @plane::double precision[], @ellipsoidal::double precision[], @sigma::double precision[]
) AS extent (level, sides, ground, plane, ellipsoidal, sigma);
