-- orthophotos: the pictures of a case, or one picture, newest capture first, with what they show of its ground now.
--
-- In    @case_id uuid, @id uuid: one of them null
-- Out   a picture a row; its newest check and live shift (null: none); contested_percent of the nominal contested
--       ground, claimed_percent of all claimed ground (null: there is no such ground)
-- Plan  orthophoto by case_id; orthophoto_check_newest, orthophoto_shift_live_once, claim_live_once
-- Why   Coverage is computed when asked for, so that it follows claims and runs; tiles ask OrthophotoView instead.
--       Overlays are on a grid of 1e-9 degrees (0.1 mm), since others throw on some valid pairs. Grounds that do not
--       meet the picture's box are not overlaid at all.
WITH photo AS MATERIALIZED (
    SELECT * FROM orthophoto WHERE case_id = @case_id OR id = @id
),
ground AS MATERIALIZED (
    SELECT
        dispute_case.id AS case_id,
        dispute_case.number,
        case_ground.nominal_4490 AS contested,
        (
            SELECT ST_UnaryUnion(ST_Collect(ST_MakeValid(claim.ground_4490) ORDER BY claim.id), 1e-9)
            FROM claim
            WHERE claim.case_id = dispute_case.id AND claim.superseded_at IS NULL AND claim.withdrawn_at IS NULL
        ) AS claimed
    FROM dispute_case
    LEFT JOIN case_ground ON case_ground.case_id = dispute_case.id
    WHERE dispute_case.id IN (SELECT case_id FROM photo)
)
SELECT
    photo.id,
    ground.number,
    photo.filename,
    photo.asset_sha256,
    photo.display_sha256,
    photo.display_zoom,
    photo.measure_sha256,
    photo.thumbnail_sha256,
    photo.kind,
    photo.contours_sha256,
    photo.srid,
    photo.crs_name,
    coalesce(photo.crs_declared_by, '') AS crs_declared_by,
    photo.gsd_m,
    photo.width,
    photo.height,
    photo.valid_fraction,
    photo.valid_area_m2,
    photo.footprint_tolerance_m,
    photo.report - '{footprint,footprint_wgs84,crs_wkt,isolation}'::text[] AS report,
    ARRAY[ST_XMin(photo.footprint), ST_YMin(photo.footprint), ST_XMax(photo.footprint), ST_YMax(photo.footprint)] AS bbox,
    ST_AsGeoJSON(ST_ForcePolygonCCW(photo.footprint), 8, 0)::json AS footprint,
    photo.captured_from,
    photo.captured_to,
    photo.received_at,
    photo.received_by,
    contested.percent AS contested_percent,
    claimed.percent AS claimed_percent,
    checked.id AS check_id,
    checked.filename AS check_filename,
    checked.asset_sha256 AS check_sha256,
    checked.scale,
    checked.terrain,
    checked.independent,
    checked.limit_m,
    checked.gsd_limit_m,
    checked.basis,
    checked.points,
    checked.rmse_east_m,
    checked.rmse_north_m,
    checked.rmse_m,
    checked.rmse_up_m,
    checked.passed,
    checked.report AS check_report,
    checked.checked_at,
    checked.checked_by,
    shift.east_m,
    shift.north_m,
    shift.web_east_m,
    shift.web_north_m,
    shift.reason,
    shift.set_at,
    shift.set_by
FROM photo
JOIN ground ON ground.case_id = photo.case_id
CROSS JOIN LATERAL (SELECT covered_percent(ground.contested, photo.footprint) AS percent) AS contested
CROSS JOIN LATERAL (SELECT covered_percent(ground.claimed, photo.footprint) AS percent) AS claimed
LEFT JOIN LATERAL (
    SELECT * FROM orthophoto_check WHERE orthophoto_id = photo.id ORDER BY checked_at DESC, id LIMIT 1
) AS checked ON true
LEFT JOIN orthophoto_shift AS shift ON shift.orthophoto_id = photo.id AND shift.withdrawn_at IS NULL
ORDER BY coalesce(photo.captured_from, photo.received_at) DESC, photo.id;
