-- claim_withdraw: ends the live version of a claim.
--
-- In    @claim_id uuid
-- Out   version; walk uuid that it was made of (null: none); sha256; party uuid, name, side smallint; no row: it is not live
-- Plan  claim_pkey
-- Why   The caller holds the case, makes the run without the claim, and says who and why in the same transaction; else
--       claim_withdrawal_told refuses at its end.
UPDATE claim
SET withdrawn_at = now()
FROM party
WHERE claim.id = @claim_id
    AND party.id = claim.party_id
    AND claim.superseded_at IS NULL
    AND claim.withdrawn_at IS NULL
RETURNING claim.version, claim.walk_id, claim.sha256, party.id, party.name, party.side;
