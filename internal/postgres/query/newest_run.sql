-- newest_run: the newest run of a case, with the claim versions that it was computed from.
--
-- In    @case_id uuid
-- Out   one row a claim, by side: id uuid, number, rules of the run; then as in live_claims, without ground. No row: no
--       run. One row with version 0: a run of no claims, after all were withdrawn
-- Plan  contest_run_number_once, backwards; contest_input_pkey; claim_pkey
-- Why   Equal inputs and rules make the same run, which need not be computed again.
WITH newest AS MATERIALIZED (
    SELECT id, number, engine->>'rules' AS rules
    FROM contest_run
    WHERE case_id = @case_id
    ORDER BY number DESC
    LIMIT 1
)
SELECT
    newest.id,
    newest.number,
    newest.rules,
    coalesce(claim.id, newest.id) AS claim_id,
    coalesce(claim.version, 0) AS version,
    coalesce(party.name, '') AS party,
    coalesce(party.side, 0) AS side,
    coalesce(claim.sigma_m, 0) AS sigma_m,
    coalesce(encode(claim.sha256, 'hex'), '') AS sha256,
    claim.vertex_sigma_m
FROM newest
LEFT JOIN contest_input ON contest_input.run_id = newest.id
LEFT JOIN claim ON claim.id = contest_input.claim_id AND claim.version = contest_input.claim_version
LEFT JOIN party ON party.id = claim.party_id
ORDER BY party.side;
