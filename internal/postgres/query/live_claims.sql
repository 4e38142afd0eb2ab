-- live_claims: the live claims of a case, with how well each of their vertices is known.
--
-- In    @case_id uuid
-- Out   one row a claim, by side: id uuid; version; party text; side smallint; sigma_m; sha256 in hex; vertex_sigma_m
--       double precision[], one a vertex without closing ones (null: sigma_m everywhere); ground bytea EWKB MultiPolygon
-- Plan  claim_live_once for the claims of the case
-- Why   They are the inputs of a run; the areas' sigmas and the tolerance of slivers follow from the vertices near by,
--       which Go looks up.
SELECT
    claim.id,
    claim.version,
    party.name,
    party.side,
    claim.sigma_m,
    encode(claim.sha256, 'hex') AS sha256,
    claim.vertex_sigma_m,
    ST_AsEWKB(claim.ground, 'NDR') AS ground
FROM claim
JOIN party ON party.id = claim.party_id
WHERE claim.case_id = @case_id
    AND claim.superseded_at IS NULL
    AND claim.withdrawn_at IS NULL
ORDER BY party.side;
