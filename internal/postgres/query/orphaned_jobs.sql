-- orphaned_jobs: jobs that are to be done, that nobody is doing, and that wait in no queue.
--
-- In    @kind text: of the jobs in River's tables
-- Out   id uuid; kind text: of the row of job
-- Plan  job_live_idx; River's index of its jobs by kind, hashed
-- Why   Who works on a job holds its advisory lock, which the database lets go when the worker dies, however that
--       happens; jobLock in job_work.go says which lock. A job of River's that runs while nobody holds the lock is
--       that of a worker that died, or that has not come to the lock yet: then it is done by whoever takes it first.
SELECT job.id, job.kind
FROM job
CROSS JOIN LATERAL (SELECT hashtextextended(current_schema() || ' job ' || job.id::text, 0) AS key OFFSET 0) AS lock
WHERE job.state IN ('accepted', 'running')
    AND job.due_at <= now()
    AND NOT EXISTS (
        SELECT FROM pg_locks
        WHERE locktype = 'advisory'
            AND granted
            AND objsubid = 1
            AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
            AND classid = (lock.key >> 32 & 4294967295)::oid
            AND objid = (lock.key & 4294967295)::oid
    )
    AND job.id NOT IN (
        SELECT (args->>'job')::uuid
        FROM river_job
        WHERE river_job.kind = @kind AND river_job.state IN ('available', 'pending', 'retryable', 'scheduled')
    )
ORDER BY job.ordered_at;
