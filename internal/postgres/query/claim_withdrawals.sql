-- claim_withdrawals: the withdrawn claims of a case, with who withdrew them, when, and why.
--
-- In    @case_id uuid; @id uuid of one withdrawal (null: all of the case)
-- Out   one row a withdrawal, newest first; areas m²; filed_at of the claim
-- Plan  claim_withdrawn_idx; claim_withdrawal_once
-- Why   A mediator must be able to see what was claimed on any day, and why it is claimed no more.
SELECT
    gone.id,
    dispute_case.number,
    claim.id AS claim_id,
    claim.version,
    party.id AS party_id,
    party.name AS party,
    party.side,
    gone.kind,
    gone.reason,
    gone.walk_id,
    gone.run_id,
    claim.plane_m2,
    claim.ellipsoidal_m2,
    claim.filed_at,
    gone.withdrawn_at,
    gone.withdrawn_by
FROM claim
JOIN claim_withdrawal AS gone ON gone.claim_id = claim.id AND gone.claim_version = claim.version
JOIN party ON party.id = claim.party_id
JOIN dispute_case ON dispute_case.id = claim.case_id
WHERE claim.case_id = @case_id
    AND claim.withdrawn_at IS NOT NULL
    AND (@id::uuid IS NULL OR gone.id = @id)
ORDER BY gone.withdrawn_at DESC, claim.id;
