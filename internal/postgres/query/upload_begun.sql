-- upload_begun: an upload of the acting person that stands where it was left, of these bytes and for this very order.
--
-- In    @sha256 bytea; @size bigint; @kind text, @case text, @party text, @options jsonb: the order
-- Out   id uuid; no row: none was begun
-- Plan  upload_begun_idx
-- Why   Another order must not find it: whoever sends that one would lose his upload. The one that has come furthest
--       is gone on with.
SELECT id
FROM upload
WHERE sha256 = @sha256
    AND status = 'receiving'
    AND size_bytes = @size
    AND created_by = current_setting('app.user')
    AND kind = @kind
    AND case_number = @case
    AND party = @party
    AND options = @options
    AND expires_at > now()
ORDER BY offset_bytes DESC, created_at
LIMIT 1
