-- +goose Up
-- Every file comes in by a row of upload, also one that is brought by the command
-- line or as the body of a request. Such a file is not kept for another order: it
-- is taken by its job in the transaction that completes it, and the job alone
-- vouches for the bytes.
ALTER TABLE upload DROP CONSTRAINT upload_status_known,
    ADD CONSTRAINT upload_status_known CHECK (status IN ('receiving', 'complete', 'taken', 'broken', 'expired')),
    DROP CONSTRAINT upload_complete_whole,
    ADD CONSTRAINT upload_complete_whole CHECK (
        status NOT IN ('complete', 'taken') OR offset_bytes = size_bytes AND sha256 IS NOT NULL AND completed_at IS NOT NULL
    ),
    ADD CONSTRAINT upload_taken_by_job CHECK (status <> 'taken' OR job_id IS NOT NULL);
COMMENT ON COLUMN upload.status IS 'receiving; complete: verified and in the store, vouched for until it expires; taken: likewise, and its job has the bytes; broken: other bytes than declared; expired: bytes gone, unless an asset or a job has them';
DROP INDEX upload_live_idx;
CREATE INDEX upload_live_idx ON upload (expires_at) WHERE status NOT IN ('taken', 'expired');
-- Who was killed while he brought a file finds it by what it is.
CREATE INDEX upload_begun_idx ON upload (sha256) WHERE status = 'receiving';
-- Files of jobs count towards a quota until an asset does.
CREATE INDEX job_holds_idx ON job (ordered_by) INCLUDE (sha256, size_bytes) WHERE holds_file;

-- +goose Down
DROP INDEX job_holds_idx;
DROP INDEX upload_begun_idx;
DROP INDEX upload_live_idx;
ALTER TABLE upload DROP CONSTRAINT upload_taken_by_job;
UPDATE upload SET status = 'expired' WHERE status = 'taken';
ALTER TABLE upload DROP CONSTRAINT upload_status_known,
    ADD CONSTRAINT upload_status_known CHECK (status IN ('receiving', 'complete', 'broken', 'expired')),
    DROP CONSTRAINT upload_complete_whole,
    ADD CONSTRAINT upload_complete_whole CHECK (status <> 'complete' OR offset_bytes = size_bytes AND sha256 IS NOT NULL AND completed_at IS NOT NULL);
CREATE INDEX upload_live_idx ON upload (expires_at) WHERE status <> 'expired';
