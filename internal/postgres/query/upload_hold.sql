-- upload_hold: take an upload to write to it, if nobody who lives has it.
--
-- In    @id uuid; @holder integer, the number of this process
-- Out   lock_epoch bigint, the fencing token; no row: somebody has it, or there is no such upload of this person
-- Plan  primary key; the lock of the holder is asked for on that one row
-- Why   A process holds the advisory lock of its number while it lives. Whoever can have that lock, too, has
--       found that the holder is dead. Two that find it at once go one after the other, by the lock of the row.
UPDATE upload
SET lock_holder = @holder, lock_epoch = lock_epoch + 1
WHERE id = @id
    AND created_by = current_setting('app.user')
    AND (
        lock_holder IS NULL
        OR pg_try_advisory_xact_lock_shared(hashtext('jieshi upload holder ' || current_schema()), lock_holder)
    )
RETURNING lock_epoch
