-- upload_usage: bytes that count towards a quota: what is stored, and what is on
-- its way or waits for an order.
--
-- In    @person text, or null for everybody
-- Out   bytes bigint
-- Plan  asset_received_idx and upload_of_person_idx for one person; both tables whole for everybody
-- Why   Bytes that wait in an upload and are an asset already are stored once, and counted once.
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
    )
)::bigint AS bytes
