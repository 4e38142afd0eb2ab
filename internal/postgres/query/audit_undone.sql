-- audit_undone: the blocks of an audit that need a job.
--
-- In    @audit_id integer; @kind text: of the jobs
-- Out   block bigint
-- Plan  audit_block_undone_idx; River's index of its jobs by kind, hashed
-- Why   A block that is being computed is locked, and skipped here. A job that says it runs while nobody
--       holds the lock is that of a worker that died, and does not count. Locks are let go at the end
--       of this transaction, when the jobs are in the queue.
SELECT audit_block.block
FROM audit_block
WHERE audit_block.audit_id = @audit_id
    AND audit_block.done_at IS NULL
    AND audit_block.block NOT IN (
        SELECT (args->>'block')::bigint
        FROM river_job
        WHERE kind = @kind
            AND state IN ('available', 'pending', 'retryable', 'scheduled')
            AND args @> jsonb_build_object('audit', @audit_id::integer)
    )
ORDER BY audit_block.block
FOR UPDATE OF audit_block SKIP LOCKED;
