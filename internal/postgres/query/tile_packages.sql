-- tile_packages: packages of tiles that can be downloaded, newest first.
--
-- In    @id uuid: one package; @orthophoto uuid, @audit integer: those of one thing; exactly one is not null
-- Out   a row a package; see scanPackage
-- Plan  the key of tile_package; tile_package_orthophoto_idx, tile_package_audit_idx
-- Why   Who may not see the orthophoto or the audit does not see its packages: so they are joined, not only named.
SELECT
    tile_package.id,
    coalesce(dispute_case.number, '') AS number,
    tile_package.orthophoto_id,
    tile_package.audit_id,
    tile_package.content,
    tile_package.options,
    tile_package.filename,
    tile_package.sha256,
    tile_package.size_bytes,
    tile_package.tiles,
    tile_package.made_at,
    tile_package.made_by,
    tile_package.used_at,
    tile_package.superseded_at IS NOT NULL AS replaced
FROM tile_package
LEFT JOIN orthophoto ON orthophoto.id = tile_package.orthophoto_id
LEFT JOIN dispute_case ON dispute_case.id = orthophoto.case_id
LEFT JOIN audit ON audit.id = tile_package.audit_id
WHERE tile_package.removed_at IS NULL
    AND coalesce(dispute_case.id::text, audit.id::text) IS NOT NULL
    AND (@id::uuid IS NULL OR tile_package.id = @id)
    AND (@orthophoto::uuid IS NULL OR tile_package.orthophoto_id = @orthophoto)
    AND (@audit::integer IS NULL OR tile_package.audit_id = @audit)
ORDER BY tile_package.made_at DESC, tile_package.id;
