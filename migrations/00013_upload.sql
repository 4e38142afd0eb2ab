-- +goose Up
-- A file on its way to the server, over a line that breaks. Offset and state of
-- the hash stand in one row: whoever goes on with the upload, after whatever end
-- of the program, has bytes and hash that belong together.
CREATE TABLE upload (
    id           uuid PRIMARY KEY,
    created_at   timestamptz NOT NULL DEFAULT now(),
    created_by   text NOT NULL,
    filename     text NOT NULL,
    size_bytes   bigint NOT NULL, -- declared
    sha256       bytea,           -- declared; null while a plain PUT that did not say is coming in
    -- how far it is
    status       text NOT NULL DEFAULT 'receiving',
    offset_bytes bigint NOT NULL DEFAULT 0,
    hash_state   bytea,           -- of SHA-256 after offset_bytes
    parts        text,            -- where the bytes lie in a bucket, JSON of package blob
    expires_at   timestamptz NOT NULL,
    completed_at timestamptz,
    fault_code   text,
    -- what it is for: an order without its file
    kind         text,
    case_number  text,
    party        text NOT NULL DEFAULT '',
    options      jsonb,
    job_id       uuid,
    -- who writes it
    lock_holder  integer,
    lock_epoch   bigint NOT NULL DEFAULT 0,
    CONSTRAINT upload_filename_said CHECK (length(filename) BETWEEN 1 AND 200),
    CONSTRAINT upload_size_positive CHECK (size_bytes > 0),
    CONSTRAINT upload_sha256_length CHECK (length(sha256) = 32),
    CONSTRAINT upload_status_known CHECK (status IN ('receiving', 'complete', 'broken', 'expired')),
    CONSTRAINT upload_offset_in_size CHECK (offset_bytes BETWEEN 0 AND size_bytes),
    CONSTRAINT upload_complete_whole CHECK (status <> 'complete' OR offset_bytes = size_bytes AND sha256 IS NOT NULL AND completed_at IS NOT NULL),
    CONSTRAINT upload_broken_says_why CHECK (status <> 'broken' OR fault_code IS NOT NULL),
    CONSTRAINT upload_order_whole CHECK (num_nulls(kind, case_number, options) IN (0, 3))
);
COMMENT ON TABLE upload IS '上传: a file on its way, or complete and waiting for an order';
COMMENT ON COLUMN upload.status IS 'receiving; complete: verified and in the store, vouched for until it expires; broken: other bytes than declared; expired: bytes gone, unless an asset or a job has them';
COMMENT ON COLUMN upload.lock_holder IS 'number of the process that writes; it holds the advisory lock of this number as long as it lives';
COMMENT ON COLUMN upload.lock_epoch IS 'fencing token: grows with every taking; only its holder commits an offset';
CREATE INDEX upload_of_person_idx ON upload (created_by, created_at DESC, id DESC);
CREATE INDEX upload_live_idx ON upload (expires_at) WHERE status <> 'expired';
CREATE INDEX upload_file_idx ON upload (sha256) WHERE status = 'complete';
-- What a person has stored counts towards the quota.
CREATE INDEX asset_received_idx ON asset (received_by) INCLUDE (size_bytes);

-- Numbers of processes, for upload.lock_holder.
CREATE SEQUENCE upload_holder AS integer CYCLE;

-- file_is_known reports whether somebody vouches for a stored file.
-- +goose StatementBegin
CREATE OR REPLACE FUNCTION file_is_known(file bytea) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (SELECT FROM asset WHERE sha256 = file) OR EXISTS (SELECT FROM upload WHERE sha256 = file AND status = 'complete')
$$;
-- +goose StatementEnd

GRANT SELECT, INSERT, UPDATE ON upload TO jieshi_app;
GRANT USAGE ON SEQUENCE upload_holder TO jieshi_app;

-- +goose Down
DROP FUNCTION IF EXISTS file_is_known(bytea);
DROP INDEX asset_received_idx;
DROP TABLE upload;
DROP SEQUENCE upload_holder;
