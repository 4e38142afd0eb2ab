-- claim_parcels: the registered parcels whose boxes meet that of a claim.
--
-- In    @claim_id uuid
-- Out   layer, kind text; feature bigint; sigma_m of the worse line; repair boolean: the ground has been transformed, and
--       may be valid no more; ground bytea EWKB MultiPolygon of the whole parcel, in the CRS of the newest version of
--       the claim. No row: no parcel near, or no claim
-- Plan  claim_pkey; the handful of layers; parcel_ground_gist of each partition
-- Why   Boxes find the parcels; what they have in common with the claim package overlay finds out, exactly, as in an
--       audit: twenty parcels cost PostGIS 2 ms, and ST_Intersects throws on some valid pairs.
--       A layer in another CRS is asked in its own, for its index, and answers in that of the claim.
WITH place AS MATERIALIZED (
    SELECT
        layer.id,
        layer.name,
        layer.kind,
        layer.srid = ST_SRID(claimed.ground) AS same,
        ST_SRID(claimed.ground) AS srid,
        greatest(claimed.sigma_m, layer.sigma_m) AS sigma_m,
        CASE layer.srid
            WHEN ST_SRID(claimed.ground) THEN ST_Envelope(claimed.ground)
            ELSE ST_Transform(claimed.ground, layer.srid)
        END AS there
    FROM (SELECT ground, ground_4490, sigma_m FROM claim WHERE id = @claim_id ORDER BY version DESC LIMIT 1) AS claimed
    JOIN layer ON layer.imported_at IS NOT NULL AND layer.extent_4490 && claimed.ground_4490
)
SELECT
    place.name AS layer,
    place.kind,
    parcel.feature,
    place.sigma_m,
    NOT place.same AS repair,
    ST_AsEWKB(CASE WHEN place.same THEN parcel.ground ELSE ST_Transform(parcel.ground, place.srid) END, 'NDR') AS ground
FROM place
JOIN parcel ON parcel.ground && place.there AND parcel.layer_id = place.id;
