-- tile_package_use: a package was ordered: it shows its thing as it is now, and others that do not are replaced by it.
--
-- In    @id uuid: the package; @orthophoto uuid, @audit integer: what it shows, one of them null
-- Out   nothing
-- Plan  tile_package_orthophoto_idx, tile_package_audit_idx
-- Why   The same look in another format, or to another zoom, is no replacement: both may be wanted. A shift that is
--       withdrawn makes an older package good again.
UPDATE tile_package SET
    used_at = CASE WHEN tile_package.id = @id THEN now() ELSE tile_package.used_at END,
    superseded_at = CASE
        WHEN tile_package.options - used.how = used.options - used.how THEN NULL
        ELSE coalesce(tile_package.superseded_at, now())
    END
FROM (SELECT options, ARRAY['pictures', 'min_zoom', 'max_zoom'] AS how FROM tile_package WHERE id = @id) AS used
WHERE tile_package.removed_at IS NULL
    AND (tile_package.orthophoto_id = @orthophoto::uuid OR tile_package.audit_id = @audit::integer);
