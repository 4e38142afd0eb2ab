-- +goose Up
-- Long work that people wait for: a file that was brought and is to become a walk
-- or an orthophoto. River (its own tables) spreads the work; what is to be done,
-- how far it is and how it ended is said here and nowhere else.
--
-- Who works on a job holds the advisory lock of the job on a connection of its
-- own. The lock ends with the worker, however that ends: a job that is running
-- while nobody holds its lock is to be handed to somebody else.

CREATE TABLE job (
    id          uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    kind        text NOT NULL,
    case_id     uuid NOT NULL REFERENCES dispute_case (id),
    upload_id   uuid CONSTRAINT job_once_an_upload UNIQUE, -- null: it did not come by a resumable upload
    ordered_at  timestamptz NOT NULL DEFAULT now(),
    ordered_by  text NOT NULL,
    -- the order
    filename    text NOT NULL,
    sha256      bytea NOT NULL, -- of the file
    size_bytes  bigint NOT NULL,
    party       text NOT NULL DEFAULT '',
    options     jsonb NOT NULL,
    -- how far it is
    state       text NOT NULL DEFAULT 'accepted',
    stage       text NOT NULL DEFAULT '',
    progress    real NOT NULL DEFAULT 0,
    eta         timestamptz,
    attempts    integer NOT NULL DEFAULT 0,
    faults      integer NOT NULL DEFAULT 0,
    due_at      timestamptz NOT NULL DEFAULT now(),
    started_at  timestamptz,
    finished_at timestamptz,
    -- how it ended
    outcome     text,
    subject_id  uuid,
    evidence_id uuid REFERENCES evidence (id),
    report      jsonb,
    refusal     jsonb,
    fault       text,
    holds_file  boolean NOT NULL DEFAULT true,
    CONSTRAINT job_kind_known CHECK (kind IN ('walk', 'orthophoto')),
    CONSTRAINT job_state_known CHECK (state IN ('accepted', 'running', 'successful', 'failed', 'dismissed')),
    CONSTRAINT job_sha256_length CHECK (length(sha256) = 32),
    CONSTRAINT job_progress_in_range CHECK (progress BETWEEN 0 AND 100),
    CONSTRAINT job_outcome_known CHECK (outcome IN ('ready', 'refused')),
    -- A refused file is a job well done: only a run that went well has an outcome.
    CONSTRAINT job_outcome_of_success CHECK ((outcome IS NOT NULL) = (state = 'successful')),
    CONSTRAINT job_ready_has_subject CHECK ((subject_id IS NOT NULL) = (outcome IS NOT DISTINCT FROM 'ready')),
    CONSTRAINT job_refused_says_why CHECK ((refusal IS NOT NULL) = (outcome IS NOT DISTINCT FROM 'refused')),
    CONSTRAINT job_failed_has_fault CHECK ((fault IS NOT NULL) = (state = 'failed')),
    CONSTRAINT job_finished_when_ended CHECK ((finished_at IS NULL) = (state IN ('accepted', 'running')))
);
COMMENT ON TABLE job IS '任务: a file on its way to a walk or an orthophoto';
COMMENT ON COLUMN job.state IS 'OGC API Processes 1.0 (18-062r2), statusCode';
COMMENT ON COLUMN job.progress IS 'per cent of the work units of this attempt: bytes, pixels, fixes';
COMMENT ON COLUMN job.faults IS 'attempts that a fault of ours ended, since it was ordered or retried by a person';
COMMENT ON COLUMN job.due_at IS 'not to be attempted before, after a fault';
COMMENT ON COLUMN job.subject_id IS 'the walk or orthophoto that the file became';
COMMENT ON COLUMN job.fault IS 'what a person quotes to whoever reads the log';
COMMENT ON COLUMN job.holds_file IS 'the stored file is there for this job; once it is ready its asset says so instead';

-- The same file told in the same way for the same case is one job, until it was
-- refused, dismissed or failed.
CREATE UNIQUE INDEX job_once ON job (case_id, kind, sha256, party, md5(options::text))
    WHERE state IN ('accepted', 'running') OR outcome = 'ready';
CREATE INDEX job_case_idx ON job (case_id, ordered_at DESC, id DESC);
CREATE INDEX job_live_idx ON job (ordered_at) WHERE state IN ('accepted', 'running');
CREATE INDEX job_file_idx ON job (sha256) WHERE holds_file;

-- Every change of a job that a person may see, in the order in which they may see
-- it. A client that was cut off goes on behind the last number that it has.
CREATE TABLE job_event (
    seq      bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    job_id   uuid NOT NULL REFERENCES job (id),
    case_id  uuid NOT NULL,
    at       timestamptz NOT NULL DEFAULT clock_timestamp(),
    state    text NOT NULL,
    stage    text NOT NULL,
    progress real NOT NULL,
    eta      timestamptz,
    outcome  text
);
CREATE INDEX job_event_job_idx ON job_event (job_id, seq);
CREATE INDEX job_event_case_idx ON job_event (case_id, seq);
CREATE TRIGGER job_event_insert_only BEFORE UPDATE OR DELETE ON job_event
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER job_event_not_truncated BEFORE TRUNCATE ON job_event
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- Whatever changes a job tells it, so no path can forget to. Numbers are given out
-- under a lock that is held until the commit: a number is never seen before a
-- smaller one of its case. So a job is best changed late in its transaction.
-- +goose StatementBegin
CREATE FUNCTION tell_job() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    told bigint;
BEGIN
    IF TG_OP = 'UPDATE' AND (NEW.state, NEW.stage, NEW.progress, NEW.outcome) IS NOT DISTINCT FROM (OLD.state, OLD.stage, OLD.progress, OLD.outcome) THEN
        RETURN NULL;
    END IF;
    PERFORM pg_advisory_xact_lock(hashtext('jieshi job events'), hashtext(NEW.case_id::text));
    INSERT INTO job_event (job_id, case_id, state, stage, progress, eta, outcome)
    VALUES (NEW.id, NEW.case_id, NEW.state, NEW.stage, NEW.progress, NEW.eta, NEW.outcome)
    RETURNING seq INTO told;
    PERFORM pg_notify('jieshi_job', json_build_object('schema', TG_TABLE_SCHEMA, 'case', NEW.case_id, 'job', NEW.id, 'seq', told, 'state', NEW.state)::text);
    RETURN NULL;
END
$$;
-- +goose StatementEnd
CREATE TRIGGER job_tells AFTER INSERT OR UPDATE ON job
    FOR EACH ROW EXECUTE FUNCTION tell_job();

-- file_is_known reports whether somebody vouches for a stored file.
-- +goose StatementBegin
CREATE OR REPLACE FUNCTION file_is_known(file bytea) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (SELECT FROM asset WHERE sha256 = file)
        OR EXISTS (SELECT FROM upload WHERE sha256 = file AND status = 'complete')
        OR EXISTS (SELECT FROM job WHERE sha256 = file AND holds_file)
$$;
-- +goose StatementEnd

GRANT SELECT, INSERT, UPDATE ON job TO jieshi_app;
GRANT SELECT, INSERT ON job_event TO jieshi_app;

-- +goose Down
DROP FUNCTION IF EXISTS file_is_known(bytea);
DROP TABLE job_event, job;
DROP FUNCTION tell_job();
