-- piece_insert: files the pieces of a run, in one statement.
--
-- In    @run_id uuid; the rest arrays of equal length, one element a piece: @n integer; @sides text, as '{1,2}'; @verdict;
--       @nominal, @core, @label EWKB (core null: none); areas, widths and tolerance double precision; @sliver boolean
-- Out   nothing; rows of contest_piece
-- Plan  no table is read
-- Why   Dozens of pieces cost one statement, not dozens.
INSERT INTO contest_piece (
    run_id, n, sides, verdict, nominal, core, nominal_plane_m2, nominal_ellipsoidal_m2, nominal_sigma_m2,
    core_plane_m2, core_ellipsoidal_m2, core_sigma_m2, width_m, tolerance_m, sliver, label
)
SELECT
    @run_id, n, sides::smallint[], verdict, ST_GeomFromEWKB(nominal), ST_GeomFromEWKB(core), nominal_plane, nominal_ellipsoidal,
    nominal_sigma, core_plane, core_ellipsoidal, core_sigma, width, tolerance, sliver, ST_GeomFromEWKB(label)
FROM unnest(
    @n::integer[], @sides::text[], @verdict::text[], @nominal::bytea[], @core::bytea[],
    @nominal_plane::double precision[], @nominal_ellipsoidal::double precision[], @nominal_sigma::double precision[],
    @core_plane::double precision[], @core_ellipsoidal::double precision[], @core_sigma::double precision[],
    @width::double precision[], @tolerance::double precision[], @sliver::boolean[], @label::bytea[]
) AS piece (
    n, sides, verdict, nominal, core, nominal_plane, nominal_ellipsoidal, nominal_sigma,
    core_plane, core_ellipsoidal, core_sigma, width, tolerance, sliver, label
);
