-- +goose Up
-- Who withdrew a claim, when, and why. The claim stays as it was filed, with its
-- evidence and the runs that were made of it; it is live no more.
CREATE TABLE claim_withdrawal (
    id            uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    claim_id      uuid NOT NULL,
    claim_version integer NOT NULL,
    kind          text NOT NULL,
    reason        text NOT NULL,
    walk_id       uuid REFERENCES walk (id), -- the reading that showed it; null: none did
    run_id        uuid NOT NULL REFERENCES contest_run (id), -- the case without it
    withdrawn_at  timestamptz NOT NULL DEFAULT now(),
    withdrawn_by  text NOT NULL DEFAULT current_setting('app.user'),
    CONSTRAINT claim_withdrawal_once UNIQUE (claim_id, claim_version),
    CONSTRAINT claim_withdrawal_of_claim FOREIGN KEY (claim_id, claim_version) REFERENCES claim (id, version),
    -- party: they no longer say that the ground is theirs. error: what it was made of is wrong; they have given nothing up.
    CONSTRAINT claim_withdrawal_kind_known CHECK (kind IN ('party', 'error')),
    CONSTRAINT claim_withdrawal_reason_said CHECK (length(btrim(reason)) BETWEEN 1 AND 1000)
);
CREATE INDEX claim_withdrawn_idx ON claim (case_id) WHERE withdrawn_at IS NOT NULL;
CREATE INDEX claim_withdrawal_walk_idx ON claim_withdrawal (walk_id);
CREATE TRIGGER claim_withdrawal_insert_only BEFORE UPDATE OR DELETE ON claim_withdrawal FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER claim_withdrawal_not_truncated BEFORE TRUNCATE ON claim_withdrawal FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
GRANT SELECT, INSERT ON claim_withdrawal TO jieshi_app;

-- No claim goes without a word: who sets withdrawn_at says why in the same transaction.
-- +goose StatementBegin
CREATE FUNCTION check_claim_withdrawal() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM claim_withdrawal WHERE claim_id = NEW.id AND claim_version = NEW.version) THEN
        RAISE EXCEPTION 'claim % version % is withdrawn and nobody said why', NEW.id, NEW.version
            USING ERRCODE = 'check_violation', CONSTRAINT = 'claim_withdrawal_told';
    END IF;
    RETURN NULL;
END
$$;
-- +goose StatementEnd
CREATE CONSTRAINT TRIGGER claim_withdrawal_told AFTER UPDATE OF withdrawn_at ON claim DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (OLD.withdrawn_at IS NULL AND NEW.withdrawn_at IS NOT NULL) EXECUTE FUNCTION check_claim_withdrawal();

ALTER TABLE evidence DROP CONSTRAINT evidence_kind_known,
    ADD CONSTRAINT evidence_kind_known CHECK (kind IN ('walk', 'orthophoto', 'orthophoto_check', 'flight', 'run', 'document', 'withdrawal'));

-- +goose Down
ALTER TABLE evidence DROP CONSTRAINT evidence_kind_known,
    ADD CONSTRAINT evidence_kind_known CHECK (kind IN ('walk', 'orthophoto', 'orthophoto_check', 'flight', 'run', 'document'));
DROP TRIGGER claim_withdrawal_told ON claim;
DROP FUNCTION check_claim_withdrawal();
DROP INDEX claim_withdrawn_idx;
DROP TABLE claim_withdrawal;
