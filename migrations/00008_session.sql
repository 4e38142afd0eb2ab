-- +goose Up
-- A session is a sitting with a map that was frozen when it was opened. Whoever
-- holds the token may look, and sees nothing else.
CREATE TABLE mediation_session (
    id            uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    case_id       uuid NOT NULL REFERENCES dispute_case (id),
    token         text NOT NULL CONSTRAINT mediation_session_token_once UNIQUE,
    title         text NOT NULL,
    held_on       date,
    run_id        uuid NOT NULL REFERENCES contest_run (id),
    orthophoto_id uuid REFERENCES orthophoto (id),
    layers        text[] NOT NULL,
    created_at    timestamptz NOT NULL DEFAULT now(),
    created_by    text NOT NULL,
    CONSTRAINT mediation_session_title_said CHECK (length(title) BETWEEN 1 AND 200),
    CONSTRAINT mediation_session_token_long CHECK (token ~ '^[A-Za-z0-9_-]{22,64}$'),
    CONSTRAINT mediation_session_layers_known CHECK (
        layers <@ ARRAY['orthophoto', 'claims', 'nominal', 'core', 'outer', 'walks', 'bands']
    )
);
CREATE TRIGGER mediation_session_insert_only BEFORE UPDATE OR DELETE ON mediation_session
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER mediation_session_not_truncated BEFORE TRUNCATE ON mediation_session FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

GRANT SELECT, INSERT ON mediation_session TO jieshi_app;

-- +goose Down
DROP TABLE mediation_session;
