-- live_lines: the live claims of a case with how well each of their vertices is known.
--
-- In    @case_id uuid
-- Out   side smallint; ground bytea EWKB MultiPolygon; sigma_m; vertex_sigma_m double precision[], one a vertex
--       without closing ones (null: sigma_m everywhere)
-- Plan  claim_live_once for the claims of the case
-- Why   The areas' sigmas and the tolerance of slivers follow from the vertices near by, which Go looks up.
SELECT
    party.side,
    ST_AsEWKB(claim.ground, 'NDR') AS ground,
    claim.sigma_m,
    claim.vertex_sigma_m
FROM claim
JOIN party ON party.id = claim.party_id
WHERE claim.case_id = @case_id
    AND claim.superseded_at IS NULL
    AND claim.withdrawn_at IS NULL
ORDER BY party.side;
