-- claims: the live claims of a case, or the claim versions of a run, of a walk, or of one claim.
--
-- In    @of text: 'case', 'run', 'walk' or 'claim'; @id uuid of that thing
-- Out   one row a claim version; ground bytea EWKB in its working CRS; areas m²; vertex_sigma_m (null: sigma_m
--       everywhere); lonlat GeoJSON, 8 decimals,
--       EPSG:4490; endpoint {lon, lat} of the first vertex; class of the line as the report of its walk has it, else
--       reference: what nobody walked is not measured
-- Plan  claim_live_once (case), contest_input_pkey (run), claim_walk_idx (walk), claim_pkey (claim)
-- Why   One row shape for every way to ask, so that a claim reads the same everywhere; each way is a branch of its
--       own, so that each finds its claims by its own index.
WITH chosen AS (
    SELECT id, version
    FROM claim
    WHERE @of::text = 'case' AND case_id = @id AND superseded_at IS NULL AND withdrawn_at IS NULL
    UNION ALL
    SELECT claim_id, claim_version FROM contest_input WHERE @of = 'run' AND run_id = @id
    UNION ALL
    SELECT id, version FROM claim WHERE @of = 'walk' AND walk_id = @id
    UNION ALL
    SELECT id, version FROM claim WHERE @of = 'claim' AND id = @id
)
SELECT
    claim.id,
    claim.version,
    party.id AS party_id,
    party.name AS party,
    party.side,
    claim.source,
    claim.walk_id,
    claim.sigma_m,
    ST_SRID(claim.ground) AS srid,
    ST_AsEWKB(claim.ground, 'NDR') AS ground,
    claim.plane_m2,
    claim.ellipsoidal_m2,
    claim.vertex_sigma_m,
    claim.sha256,
    claim.filed_at,
    claim.filed_by,
    ST_AsGeoJSON(claim.ground_4490, 8, 0)::json AS lonlat,
    (SELECT ARRAY[ST_X(start), ST_Y(start)]
     FROM ST_StartPoint(ST_ExteriorRing(ST_GeometryN(claim.ground_4490, 1))) AS start) AS endpoint,
    coalesce(walk.report->>'class', 'reference') AS class
FROM chosen
JOIN claim ON claim.id = chosen.id AND claim.version = chosen.version
JOIN party ON party.id = claim.party_id
LEFT JOIN walk ON walk.id = claim.walk_id
ORDER BY party.side, claim.version DESC;
