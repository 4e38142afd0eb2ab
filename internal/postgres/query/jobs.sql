-- jobs: jobs as people see them, newest first.
--
-- In    @id uuid: one job; @case text: number; @states text[]: any of them; @after_at timestamptz, @after_id uuid: those
--       behind this one; @limit integer; each null for any
-- Out   a row a job; see scanJob
-- Plan  the key of job for one; job_case_idx for a case
-- Why   The report of a file may be long and is only wanted of one job: lists go without. A job of a
--       register has no case; one of a case that is not to be seen is not seen.
SELECT
    job.id, job.kind, coalesce(dispute_case.number, '') AS number, job.upload_id, job.ordered_at, job.ordered_by,
    job.filename, job.sha256, job.size_bytes, job.party, job.options,
    job.state, job.stage, job.progress, job.eta, job.attempts, job.faults, job.started_at, job.finished_at,
    job.outcome, job.subject_id, job.evidence_id,
    CASE WHEN job.kind = 'walk' THEN job.report->>'status' END AS verdict,
    CASE WHEN @id::uuid IS NOT NULL THEN job.report END AS report,
    job.refusal, job.fault
FROM job
LEFT JOIN dispute_case ON dispute_case.id = job.case_id
WHERE (job.case_id IS NULL OR dispute_case.id IS NOT NULL)
    AND (@id::uuid IS NULL OR job.id = @id)
    AND (@case::text IS NULL OR job.case_id = (SELECT c.id FROM dispute_case AS c WHERE c.number = @case))
    AND (@states::text[] IS NULL OR job.state = ANY (@states))
    AND (@after_id::uuid IS NULL OR (job.ordered_at, job.id) < (@after_at::timestamptz, @after_id))
ORDER BY job.ordered_at DESC, job.id DESC
LIMIT @limit;
