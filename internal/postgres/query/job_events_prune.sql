-- job_events_prune: take away what happened more than a week ago to jobs that have ended, and remember up to where.
--
-- In    @most integer: at most so many at once
-- Out   nothing; the command tag counts cases, not events
-- Plan  job_event_at_idx; the key of job
-- Why   A live job keeps all of its events, however long it takes. The trigger job_event_kept holds the same rule, so
--       that no other statement can take more. The last number that is gone, by case, tells a client that comes back
--       with an older one that it has missed something.
WITH old AS (
    SELECT seq
    FROM job_event
    JOIN job ON job.id = job_id
    WHERE job_event.at < now() - interval '7 days' AND job.state IN ('successful', 'failed', 'dismissed')
    ORDER BY job_event.at
    LIMIT @most
), gone AS (
    DELETE FROM job_event USING old WHERE job_event.seq = old.seq
    RETURNING job_event.case_id, job_event.seq
)
INSERT INTO job_event_pruned AS pruned (case_id, seq)
SELECT case_id, max(seq) FROM gone GROUP BY case_id
ON CONFLICT (case_id) DO UPDATE SET seq = greatest(pruned.seq, excluded.seq)
