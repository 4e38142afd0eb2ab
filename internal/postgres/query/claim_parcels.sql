-- claim_parcels: the registered parcels that have ground in common with a claim.
--
-- In    @claim_id uuid; @version integer; @grid_m double precision, metres
-- Out   layer text; feature bigint; plane_m2, ellipsoidal_m2, sigma_m2 double precision, of the common ground,
--       in the CRS of the claim
-- Plan  claim_pkey; the handful of layers; parcel_ground_gist of each partition
-- Why   Boxes find the parcels, and the ground itself is cut on the grid: ST_Intersects would ask GEOS
--       whether two polygons meet, which throws on some valid pairs. Parcels that only touch leave a line,
--       which ST_CollectionExtract drops. OFFSET 0 keeps the ground from being cut once for each mention.
--       A layer in another CRS is asked in its own, for its index, and answers in that of the claim.
WITH claimed AS MATERIALIZED (
    SELECT ground, ground_4490, ST_SRID(ground) AS srid, sigma_m
    FROM claim
    WHERE id = @claim_id AND version = @version
),
place AS MATERIALIZED (
    SELECT
        layer.id,
        layer.name,
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
    parcel.feature,
    ST_Area(common.ground) AS plane_m2,
    ellipsoidal_m2(common.ground) AS ellipsoidal_m2,
    area_sigma(common.ground, place.sigma_m) AS sigma_m2
FROM place
JOIN parcel ON parcel.ground && place.there AND parcel.layer_id = place.id
CROSS JOIN LATERAL (
    SELECT ST_CollectionExtract(ST_Intersection(
        place.ground,
        -- Out of its own CRS a valid parcel can cross itself by a hair, which the grid of the cut would not like.
        CASE WHEN place.same THEN parcel.ground ELSE ST_MakeValid(ST_Transform(parcel.ground, place.srid)) END,
        @grid_m
    ), 3) AS ground
    OFFSET 0
) AS common
WHERE NOT ST_IsEmpty(common.ground)
ORDER BY layer, plane_m2 DESC, feature;
