-- +goose Up
-- The orthophoto that an engine makes of a flight is a job like any other: ordered,
-- watched, dismissed, tried again. What the engine has of it belongs to the job,
-- so that a new order never meets the task of one that was dismissed.
ALTER TABLE job DROP CONSTRAINT job_kind_known,
    ADD CONSTRAINT job_kind_known CHECK (kind IN ('walk', 'orthophoto', 'flight', 'mosaic'));
CREATE INDEX job_mosaic_idx ON job ((options->>'flight'), ordered_at DESC) WHERE kind = 'mosaic';
ALTER TABLE mosaic DROP CONSTRAINT mosaic_pkey,
    ADD COLUMN id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    ADD COLUMN job_id uuid CONSTRAINT mosaic_once_a_job UNIQUE REFERENCES job (id); -- null: made before there were such jobs
CREATE INDEX mosaic_flight_idx ON mosaic (flight_id);

-- What happened to a job that has ended is kept for a week, for clients that were
-- cut off, and then goes; what the job came to stays with the job. Who comes back
-- with a number that is older is told to look anew.
CREATE TABLE job_event_pruned (
    case_id uuid PRIMARY KEY REFERENCES dispute_case (id),
    seq     bigint NOT NULL -- the last number of the case that is gone
);
-- +goose StatementBegin
CREATE FUNCTION refuse_change_of_event() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND OLD.at < now() - interval '7 days' AND EXISTS (
        SELECT FROM job WHERE id = OLD.job_id AND state IN ('successful', 'failed', 'dismissed')
    ) THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'events of jobs are never changed, and kept for a week'
        USING ERRCODE = 'restrict_violation', CONSTRAINT = 'job_event_kept';
END
$$;
-- +goose StatementEnd
DROP TRIGGER job_event_insert_only ON job_event;
CREATE TRIGGER job_event_kept BEFORE UPDATE OR DELETE ON job_event
    FOR EACH ROW EXECUTE FUNCTION refuse_change_of_event();
CREATE INDEX job_event_at_idx ON job_event (at);
GRANT DELETE ON job_event TO jieshi_app;
GRANT SELECT, INSERT, UPDATE ON job_event_pruned TO jieshi_app;

-- +goose Down
DROP INDEX job_event_at_idx;
REVOKE DELETE ON job_event FROM jieshi_app;
DROP TRIGGER job_event_kept ON job_event;
CREATE TRIGGER job_event_insert_only BEFORE UPDATE OR DELETE ON job_event
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
DROP FUNCTION refuse_change_of_event();
DROP TABLE job_event_pruned;
DROP INDEX mosaic_flight_idx;
DROP INDEX job_mosaic_idx;
ALTER TABLE mosaic DROP COLUMN job_id, DROP COLUMN id;
DELETE FROM mosaic AS older USING mosaic AS newer WHERE older.flight_id = newer.flight_id AND (older.begun_at, older.ctid) < (newer.begun_at, newer.ctid);
ALTER TABLE mosaic ADD PRIMARY KEY (flight_id);
ALTER TABLE job DROP CONSTRAINT job_kind_known,
    ADD CONSTRAINT job_kind_known CHECK (kind IN ('walk', 'orthophoto', 'flight')) NOT VALID;
