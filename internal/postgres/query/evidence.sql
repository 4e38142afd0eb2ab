-- evidence: the chain of evidence of a case, oldest first.
--
-- In    @case_id uuid
-- Out   one row an item, hashes as bytea; files jsonb [{role, filename, sha256, size}]
-- Plan  evidence_seq_once for the case; evidence_file_pkey per item
-- Why   Files are part of what a link covers, so their order (by role) is fixed here.
SELECT
    evidence.id,
    dispute_case.number,
    evidence.seq,
    evidence.kind,
    evidence.subject_id,
    evidence.title,
    evidence.content,
    evidence.content_sha256,
    evidence.filed_at,
    evidence.filed_by,
    evidence.source,
    evidence.software,
    coalesce(files.list, '[]') AS files,
    evidence.prev_sha256,
    evidence.link_sha256
FROM evidence
JOIN dispute_case ON dispute_case.id = evidence.case_id
LEFT JOIN LATERAL (
    SELECT jsonb_agg(
        jsonb_build_object('role', f.role, 'filename', f.filename, 'sha256', encode(f.asset_sha256, 'hex'), 'size', asset.size_bytes)
        ORDER BY f.role
    ) AS list
    FROM evidence_file AS f
    JOIN asset ON asset.sha256 = f.asset_sha256
    WHERE f.evidence_id = evidence.id
) AS files ON true
WHERE evidence.case_id = @case_id
ORDER BY evidence.seq;
