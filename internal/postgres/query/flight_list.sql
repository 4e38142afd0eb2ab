-- flight_list: the flights of a case, newest first, or one flight.
--
-- In    @case_id uuid (null: any); @flight_id uuid (null: any)
-- Out   one row a flight; line text GeoJSON (null: none); bbox double precision[4] lon, lat (null: nothing is placed)
-- Plan  flight_once for the case, flight_pkey for one; flight_photo_pkey for the boxes; job_mosaic_idx
-- Why   The box is that of photos and of the ground that they show, so that a map opens on all of it.
SELECT
    flight.id,
    dispute_case.number,
    flight.filename,
    flight.asset_sha256,
    flight.photos,
    flight.report,
    ST_AsGeoJSON(flight.line, 8, 0) AS line,
    (
        SELECT CASE WHEN ST_Extent(shown) IS NOT NULL THEN
            ARRAY[ST_XMin(ST_Extent(shown)), ST_YMin(ST_Extent(shown)), ST_XMax(ST_Extent(shown)), ST_YMax(ST_Extent(shown))] END
        FROM flight_photo, LATERAL (VALUES (position::geometry), (footprint::geometry)) AS ground (shown)
        WHERE flight_id = flight.id
    ) AS bbox,
    flight.exposed_from,
    flight.exposed_to,
    flight.received_at,
    flight.received_by,
    (SELECT job.id FROM job WHERE kind = 'mosaic' AND options->>'flight' = flight.id::text ORDER BY ordered_at DESC LIMIT 1) AS mosaic
FROM flight
JOIN dispute_case ON dispute_case.id = flight.case_id
WHERE (@case_id::uuid IS NULL OR flight.case_id = @case_id)
    AND (@flight_id::uuid IS NULL OR flight.id = @flight_id)
ORDER BY flight.received_at DESC, flight.id;
