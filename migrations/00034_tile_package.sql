-- +goose Up
-- Packages for offline maps (离线地图包): the tiles of an orthophoto or of an audit in
-- one file, for people who go where there is no network. They are made as jobs, and
-- can be made again at any time: so they are no assets, and are removed when nobody
-- uses them.
--
-- What a package holds is said whole by the order (the options of its job): equal
-- orders are equal bytes. content is the hash of that.
CREATE TABLE tile_package (
    id            uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    content       bytea NOT NULL,
    orthophoto_id uuid REFERENCES orthophoto (id),
    audit_id      integer REFERENCES audit (id),
    options       jsonb NOT NULL,
    filename      text NOT NULL,
    sha256        bytea NOT NULL, -- of the file
    size_bytes    bigint NOT NULL,
    tiles         bigint NOT NULL,
    made_at       timestamptz NOT NULL DEFAULT now(),
    made_by       text NOT NULL,
    used_at       timestamptz NOT NULL DEFAULT now(),
    superseded_at timestamptz,
    removed_at    timestamptz,
    let_go        boolean NOT NULL DEFAULT false,
    CONSTRAINT tile_package_of_one_thing CHECK (num_nonnulls(orthophoto_id, audit_id) = 1),
    CONSTRAINT tile_package_hashes CHECK (length(content) = 32 AND length(sha256) = 32)
);
COMMENT ON TABLE tile_package IS '离线地图包: tiles in one MBTiles file';
COMMENT ON COLUMN tile_package.used_at IS 'when it was ordered or downloaded last, to the hour';
COMMENT ON COLUMN tile_package.superseded_at IS 'since when a newer one shows the same thing as it is now';
COMMENT ON COLUMN tile_package.removed_at IS 'since when nobody finds it any more; the row tells that there was one';
COMMENT ON COLUMN tile_package.let_go IS 'its file is gone, or somebody else vouches for the same bytes';
CREATE UNIQUE INDEX tile_package_once ON tile_package (content) WHERE removed_at IS NULL;
CREATE INDEX tile_package_orthophoto_idx ON tile_package (orthophoto_id) WHERE removed_at IS NULL;
CREATE INDEX tile_package_audit_idx ON tile_package (audit_id) WHERE removed_at IS NULL;
CREATE INDEX tile_package_file_idx ON tile_package (sha256) WHERE removed_at IS NULL;
CREATE INDEX tile_package_used_idx ON tile_package (used_at) WHERE removed_at IS NULL;
CREATE INDEX tile_package_retired_idx ON tile_package (removed_at) WHERE removed_at IS NOT NULL AND NOT let_go;
GRANT SELECT, INSERT, UPDATE ON tile_package TO jieshi_app;

-- A job of a register belongs to no case. The same package may be ordered again
-- once it was removed, so only a live job stands in the way of an equal one.
ALTER TABLE job ALTER COLUMN case_id DROP NOT NULL,
    DROP CONSTRAINT job_kind_known,
    ADD CONSTRAINT job_kind_known CHECK (kind IN ('walk', 'orthophoto', 'flight', 'mosaic', 'package')),
    ADD CONSTRAINT job_of_a_case CHECK (case_id IS NOT NULL OR kind = 'package');
COMMENT ON COLUMN job.case_id IS 'null: of a register, which belongs to no case';
DROP INDEX job_once;
CREATE UNIQUE INDEX job_once ON job (case_id, kind, sha256, party, md5(options::text)) NULLS NOT DISTINCT
    WHERE state IN ('accepted', 'running') OR outcome = 'ready' AND kind <> 'package';

-- package_subject names what the package of a job shows: "orthophoto <uuid>" or "audit <number>".
-- +goose StatementBegin
CREATE FUNCTION package_subject(options jsonb) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT coalesce('orthophoto ' || (options->>'orthophoto'), 'audit ' || (options->>'audit'))
$$;
-- +goose StatementEnd
CREATE INDEX job_package_idx ON job (package_subject(options), ordered_at DESC) WHERE kind = 'package';

-- Events are numbered and told by stream: that of the case, or that of the job
-- itself where there is no case.
COMMENT ON COLUMN job_event.case_id IS 'the case, or the job itself where it belongs to none';
ALTER TABLE job_event_pruned DROP CONSTRAINT job_event_pruned_case_id_fkey;
-- +goose StatementBegin
CREATE OR REPLACE FUNCTION tell_job() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    told bigint;
    stream uuid := coalesce(NEW.case_id, NEW.id);
BEGIN
    IF TG_OP = 'UPDATE' AND (NEW.state, NEW.stage, NEW.progress, NEW.outcome) IS NOT DISTINCT FROM (OLD.state, OLD.stage, OLD.progress, OLD.outcome) THEN
        RETURN NULL;
    END IF;
    PERFORM pg_advisory_xact_lock(hashtext('jieshi job events'), hashtext(stream::text));
    INSERT INTO job_event (job_id, case_id, state, stage, progress, eta, outcome)
    VALUES (NEW.id, stream, NEW.state, NEW.stage, NEW.progress, NEW.eta, NEW.outcome)
    RETURNING seq INTO told;
    PERFORM pg_notify('jieshi_job', json_build_object('schema', TG_TABLE_SCHEMA, 'case', stream, 'job', NEW.id, 'seq', told, 'state', NEW.state)::text);
    RETURN NULL;
END
$$;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE OR REPLACE FUNCTION file_is_known(file bytea) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (SELECT FROM asset WHERE sha256 = file)
        OR EXISTS (SELECT FROM upload WHERE sha256 = file AND status = 'complete')
        OR EXISTS (SELECT FROM job WHERE sha256 = file AND holds_file)
        OR EXISTS (SELECT FROM tile_package WHERE sha256 = file AND removed_at IS NULL)
$$;
-- +goose StatementEnd

-- +goose Down
-- +goose StatementBegin
CREATE OR REPLACE FUNCTION file_is_known(file bytea) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (SELECT FROM asset WHERE sha256 = file)
        OR EXISTS (SELECT FROM upload WHERE sha256 = file AND status = 'complete')
        OR EXISTS (SELECT FROM job WHERE sha256 = file AND holds_file)
$$;
-- +goose StatementEnd
DROP TABLE tile_package;
DROP INDEX job_package_idx;
DROP FUNCTION package_subject(jsonb);
-- Jobs of packages, and what was told of them, mean nothing without it.
ALTER TABLE job_event DISABLE TRIGGER job_event_kept;
DELETE FROM job_event USING job WHERE job.id = job_id AND job.kind = 'package';
ALTER TABLE job_event ENABLE TRIGGER job_event_kept;
DELETE FROM job WHERE kind = 'package';
DELETE FROM job_event_pruned WHERE case_id NOT IN (SELECT id FROM dispute_case);
ALTER TABLE job_event_pruned ADD CONSTRAINT job_event_pruned_case_id_fkey FOREIGN KEY (case_id) REFERENCES dispute_case (id);
-- +goose StatementBegin
CREATE OR REPLACE FUNCTION tell_job() RETURNS trigger LANGUAGE plpgsql AS $$
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
DROP INDEX job_once;
CREATE UNIQUE INDEX job_once ON job (case_id, kind, sha256, party, md5(options::text))
    WHERE state IN ('accepted', 'running') OR outcome = 'ready';
ALTER TABLE job ALTER COLUMN case_id SET NOT NULL,
    DROP CONSTRAINT job_of_a_case,
    DROP CONSTRAINT job_kind_known,
    ADD CONSTRAINT job_kind_known CHECK (kind IN ('walk', 'orthophoto', 'flight', 'mosaic'));
