-- overlap_detail: an overlap that an audit found, with its two parcels, for a map.
--
-- In    @audit_id integer; @a, @b bigint: features
-- Out   layer_id, srid; plane_m2; m2 on the ellipsoid and lonlat GeoJSON of the common ground (0 and null where it is
--       thinner than the grid); of each parcel layer, kind, sigma_m (0: unknown), ground EWKB as overlap_finding
--       gives it, plane_m2, ellipsoidal_m2, lonlat. No row: no such overlap, or a parcel of it is no more
-- Plan  overlap_pair_idx, parcel_feature_idx of each partition
-- Why   8 decimals of a degree are a millimetre. RFC 7946: no crs member (options 0), outer rings counterclockwise.
SELECT
    one.id AS layer_id,
    one.srid,
    overlap.plane_m2,
    ellipsoidal_m2(overlap.ground),
    ST_AsGeoJSON(ST_ForcePolygonCCW(lonlat(overlap.ground)), 8, 0)::json,
    one.name,
    one.kind,
    coalesce(one.sigma_m, 0),
    ST_AsEWKB(ST_ForcePolygonCCW(a.ground), 'NDR'),
    ST_Area(a.ground),
    ellipsoidal_m2(a.ground),
    ST_AsGeoJSON(ST_ForcePolygonCCW(lonlat(a.ground)), 8, 0)::json,
    other.name,
    other.kind,
    coalesce(other.sigma_m, 0),
    ST_AsEWKB(ST_ForcePolygonCCW(b.ground), 'NDR'),
    ST_Area(b.ground),
    ellipsoidal_m2(b.ground),
    ST_AsGeoJSON(ST_ForcePolygonCCW(lonlat(b.ground)), 8, 0)::json
FROM audit
JOIN layer AS one ON one.id = audit.layer_id
JOIN layer AS other ON other.id = coalesce(audit.against_id, audit.layer_id)
JOIN overlap ON overlap.audit_id = audit.id AND overlap.a = @a AND overlap.b = @b
JOIN parcel AS a ON a.layer_id = one.id AND a.feature = @a
JOIN parcel AS b ON b.layer_id = other.id AND b.feature = @b
WHERE audit.id = @audit_id;
