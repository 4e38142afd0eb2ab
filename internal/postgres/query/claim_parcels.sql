-- claim_parcels: the registered parcels that have ground in common with a claim.
--
-- In    @claim_id uuid; @grid_m double precision, metres; @shapes boolean: with GeoJSON
-- Out   layer, kind text; feature bigint; ground bytea EWKB MultiPolygon, the common ground in the CRS of the
--       claim; plane_m2 of it; sigma_m of the worse line; lonlat GeoJSON, 8 decimals (null without @shapes);
--       of the newest version of the claim. No row: no parcel, or no claim
-- Plan  claim_pkey; the handful of layers; parcel_ground_gist of each partition
-- Why   Boxes find the parcels, and the ground itself is cut by an overlay: ST_Intersects would ask GEOS
--       whether two polygons meet, which throws on some valid pairs. Parcels that only touch leave no ground.
--       OFFSET 0 keeps the ground from being cut once for each mention.
--       A shape must be valid; an area may be taken of one that snapping to the grid has folded over by 0.1 mm.
--       ST_SetSRID makes a copy in memory: the claim is fetched out of line once, not once a parcel.
--       A layer in another CRS is asked in its own, for its index, and answers in that of the claim.
WITH claimed AS MATERIALIZED (
    SELECT ST_SetSRID(ground, ST_SRID(ground)) AS ground, ground_4490, ST_SRID(ground) AS srid, sigma_m
    FROM claim
    WHERE id = @claim_id
    ORDER BY version DESC
    LIMIT 1
),
place AS MATERIALIZED (
    SELECT
        layer.id,
        layer.name,
        layer.kind,
        layer.srid = claimed.srid AS same,
        claimed.srid,
        claimed.ground,
        greatest(claimed.sigma_m, layer.sigma_m) AS sigma_m,
        CASE WHEN layer.srid = claimed.srid THEN claimed.ground ELSE ST_Transform(claimed.ground, layer.srid) END AS there
    FROM claimed
    JOIN layer ON layer.imported_at IS NOT NULL AND layer.extent_4490 && claimed.ground_4490
)
SELECT
    place.name AS layer,
    place.kind,
    parcel.feature,
    ST_AsEWKB(common.ground, 'NDR') AS ground,
    ST_Area(common.ground) AS plane_m2,
    place.sigma_m,
    CASE WHEN @shapes::boolean THEN ST_AsGeoJSON(lonlat(common.ground), 8, 0)::json END AS lonlat
FROM place
JOIN parcel ON parcel.ground && place.there AND parcel.layer_id = place.id
CROSS JOIN LATERAL (
    -- Out of its own CRS a valid parcel can cross itself by a hair.
    SELECT CASE WHEN place.same THEN parcel.ground ELSE ST_MakeValid(ST_Transform(parcel.ground, place.srid)) END AS ground
    OFFSET 0
) AS registered
CROSS JOIN LATERAL (
    SELECT CASE
        WHEN @shapes THEN common_ground(place.ground, registered.ground, @grid_m)
        ELSE ST_Multi(ST_SnapToGrid(ST_CollectionExtract(ST_Intersection(place.ground, registered.ground), 3), @grid_m))
    END AS ground
    OFFSET 0
) AS common
WHERE NOT ST_IsEmpty(common.ground)
ORDER BY layer, plane_m2 DESC, feature;
