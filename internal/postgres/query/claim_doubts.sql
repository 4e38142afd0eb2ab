-- claim_doubts: the live claims of a case whose file was read as displaced after the walk that they were made of.
--
-- In    @case_id uuid
-- Out   one row a claim, by side: claim uuid; party uuid, name, side; walk uuid, the newest such reading; datum text, what a
--       person declared or else what the shift test found
-- Plan  claim_live_once; walk_pkey; walk_once
-- Why   A later reading never changes a claim: that the claim is in doubt must be said, and a person withdraws it.
SELECT claim.id, party.id AS party_id, party.name, party.side, doubt.id AS walk_id, doubt.datum
FROM claim
JOIN party ON party.id = claim.party_id
JOIN walk AS made_of ON made_of.id = claim.walk_id
CROSS JOIN LATERAL (
    SELECT again.id, told.datum
    FROM walk AS again
    CROSS JOIN LATERAL (
        SELECT CASE
            WHEN again.report #>> '{datum,declared}' IN ('gcj02', 'bd09') THEN again.report #>> '{datum,declared}'
            WHEN again.report #>> '{datum,detected}' IN ('gcj02', 'bd09') THEN again.report #>> '{datum,detected}'
        END AS datum
    ) AS told
    WHERE again.case_id = made_of.case_id
        AND again.party_id = made_of.party_id
        AND again.asset_sha256 = made_of.asset_sha256
        AND again.track = made_of.track
        AND again.received_at > made_of.received_at
        AND told.datum IS NOT NULL
    ORDER BY again.received_at DESC
    LIMIT 1
) AS doubt
WHERE claim.case_id = @case_id
    AND claim.superseded_at IS NULL
    AND claim.withdrawn_at IS NULL
ORDER BY party.side;
