-- overlap_finding: an overlap that an audit found, with its two parcels, computed
-- anew by PostGIS.
--
-- In    @audit_id integer; @a, @b bigint: features; @grid_m double precision, metres
-- Out   layer_id, srid; engine, checksum, units, kernel_m2 of the audit; postgis_m2, perimeter_m of the common
--       ground as PostGIS computes it; of each parcel layer, kind, source, its hash, sigma_m (0: unknown),
--       ground EWKB, plane_m2, ellipsoidal_m2. No row: no such overlap, or the audit is not complete
-- Plan  overlap_pair_idx, parcel_feature_idx of each partition
-- Why   An audit that is catching up with a change may hold an overlap of ground that is no more.
SELECT
    audit.layer_id,
    one.srid,
    audit.engine,
    audit.checksum,
    overlap.units::text AS units,
    overlap.plane_m2 AS kernel_m2,
    ST_Area(common.ground) AS postgis_m2,
    ST_Perimeter(common.ground) AS perimeter_m,
    one.name,
    one.kind,
    one.source,
    one.source_sha256,
    coalesce(one.sigma_m, 0),
    ST_AsEWKB(ST_ForcePolygonCCW(a.ground), 'NDR'),
    ST_Area(a.ground),
    ellipsoidal_m2(a.ground),
    other.name,
    other.kind,
    other.source,
    other.source_sha256,
    coalesce(other.sigma_m, 0),
    ST_AsEWKB(ST_ForcePolygonCCW(b.ground), 'NDR'),
    ST_Area(b.ground),
    ellipsoidal_m2(b.ground)
FROM audit
JOIN layer AS one ON one.id = audit.layer_id
JOIN layer AS other ON other.id = coalesce(audit.against_id, audit.layer_id)
JOIN overlap ON overlap.audit_id = audit.id AND overlap.a = @a AND overlap.b = @b
JOIN parcel AS a ON a.layer_id = one.id AND a.feature = @a
JOIN parcel AS b ON b.layer_id = other.id AND b.feature = @b
CROSS JOIN LATERAL (
    SELECT ST_CollectionExtract(ST_Intersection(a.ground, b.ground, @grid_m), 3) AS ground
    OFFSET 0
) AS common
WHERE audit.id = @audit_id AND audit.finished_at IS NOT NULL;
