-- claim_bands: the ground within k sigma of the lines of the live claims of a case, or of the claims of a run.
--
-- In    @of text: 'case' or 'run'; @id uuid of that thing
-- Out   one row a claim version: id, version, side, sigma_m; the least and the greatest sigma of a vertex; lonlat GeoJSON
--       MultiPolygon, 8 decimals, EPSG:4490, a ribbon as wide as each vertex is uncertain
-- Plan  claim_live_once (case), contest_input_pkey (run)
-- Why   A map draws it as it is; it is off by default, so it is not sent with the claims. Both grounds were made
--       on one grid by one arrangement, so that their difference has no slivers.
WITH chosen AS (
    SELECT id, version
    FROM claim
    WHERE @of::text = 'case' AND case_id = @id AND superseded_at IS NULL AND withdrawn_at IS NULL
    UNION ALL
    SELECT claim_id, claim_version FROM contest_input WHERE @of = 'run' AND run_id = @id
)
SELECT
    claim.id,
    claim.version,
    party.side,
    claim.sigma_m,
    coalesce((SELECT min(s) FROM unnest(claim.vertex_sigma_m) AS s), claim.sigma_m) AS least_m,
    coalesce((SELECT max(s) FROM unnest(claim.vertex_sigma_m) AS s), claim.sigma_m) AS greatest_m,
    ST_AsGeoJSON(ST_ForcePolygonCCW(lonlat(band.ground)), 8, 0)::json AS lonlat
FROM chosen
JOIN claim ON claim.id = chosen.id AND claim.version = chosen.version
JOIN party ON party.id = claim.party_id
CROSS JOIN LATERAL (
    SELECT ST_Multi(CASE
        WHEN claim.inward IS NULL OR ST_IsEmpty(claim.inward) THEN claim.outward
        ELSE ST_CollectionExtract(ST_Difference(claim.outward, claim.inward), 3)
    END) AS ground
) AS band
ORDER BY party.side, claim.version DESC;
