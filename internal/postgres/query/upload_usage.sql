-- upload_usage: bytes that count towards a quota: what is stored, what is on its
-- way or waits for an order, what a job works on, and packages of tiles.
--
-- In    @person text, or null for everybody
-- Out   bytes bigint
-- Plan  asset_received_idx, upload_of_person_idx and job_holds_idx for one person; the tables whole for everybody;
--       tile_package_used_idx: there are few packages at a time
-- Why   Equal bytes are stored once and counted once: as an asset, else in an upload, else for the jobs that hold them.
SELECT (
    (
        SELECT coalesce(sum(size_bytes), 0)
        FROM asset
        WHERE @person::text IS NULL OR received_by = @person
    ) + (
        SELECT coalesce(sum(upload.size_bytes), 0)
        FROM upload
        WHERE status IN ('receiving', 'complete')
            AND (@person::text IS NULL OR created_by = @person)
            AND NOT (status = 'complete' AND EXISTS (SELECT FROM asset WHERE asset.sha256 = upload.sha256))
    ) + (
        SELECT coalesce(sum(held.size_bytes), 0)
        FROM (
            SELECT DISTINCT sha256, size_bytes
            FROM job
            WHERE holds_file AND (@person::text IS NULL OR ordered_by = @person)
        ) AS held
        WHERE NOT EXISTS (SELECT FROM asset WHERE asset.sha256 = held.sha256)
            AND NOT EXISTS (SELECT FROM upload WHERE upload.sha256 = held.sha256 AND upload.status = 'complete')
    ) + (
        SELECT coalesce(sum(size_bytes), 0)
        FROM tile_package
        WHERE removed_at IS NULL AND (@person::text IS NULL OR made_by = @person)
    )
)::bigint AS bytes
