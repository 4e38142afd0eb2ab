-- flight_photos: the photos of a flight, in order of exposure.
--
-- In    @flight_id uuid
-- Out   one row a photo; lonlat double precision[2] (null: no place); footprint text GeoJSON (null: not known)
-- Plan  flight_photo_pkey
-- Why   A map draws all of them at once: a flight has hundreds, not millions.
SELECT
    n,
    filename,
    sha256,
    exposed_at,
    CASE WHEN position IS NOT NULL THEN ARRAY[ST_X(position), ST_Y(position)] END AS lonlat,
    quality,
    greatest(sigma_east_m, sigma_north_m) AS sigma_m,
    above_m,
    yaw::double precision,
    pitch::double precision,
    strip,
    gsd_m::double precision,
    ST_AsGeoJSON(footprint, 8, 0) AS footprint
FROM flight_photo
WHERE flight_id = @flight_id
ORDER BY n;
