-- walk_fix_insert: keeps every fix of a walk as the receiver gave it.
--
-- In    @walk_id uuid; the rest arrays of equal length, one element a fix, in the order of the walk; a null is what the
--       receiver did not say: @lon, @lat degrees, EPSG:4490; @height, sigmas and @antenna metres; @at, @until timestamptz
-- Out   nothing; rows of walk_fix, numbered from 1
-- Plan  no table is read
-- Why   COPY asks the server twice, and cannot travel with other statements.
INSERT INTO walk_fix (
    walk_id, n, position, height_m, height_type, fixed_at, quality, sigma_east_m, sigma_north_m, sigma_up_m, satellites,
    hdop, pdop, age_s, source_line, jump, name, description, epochs, averaged_until, antenna_height_m, sigma_m, sigma_from
)
SELECT
    @walk_id, n, ST_SetSRID(ST_MakePoint(lon, lat), 4490), height, height_type, at, quality, sigma_east, sigma_north, sigma_up, satellites,
    hdop, pdop, age, line, jump, name, description, epochs, until, antenna, sigma, sigma_from
FROM unnest(
    @lon::double precision[], @lat::double precision[], @height::double precision[], @height_type::text[], @at::timestamptz[],
    @quality::text[], @sigma_east::double precision[], @sigma_north::double precision[], @sigma_up::double precision[],
    @satellites::smallint[], @hdop::real[], @pdop::real[], @age::real[], @line::integer[], @jump::boolean[], @name::text[],
    @description::text[], @epochs::integer[], @until::timestamptz[], @antenna::double precision[], @sigma::double precision[],
    @sigma_from::text[]
) WITH ORDINALITY AS fix (
    lon, lat, height, height_type, at, quality, sigma_east, sigma_north, sigma_up, satellites, hdop, pdop, age, line, jump, name,
    description, epochs, until, antenna, sigma, sigma_from, n
);
