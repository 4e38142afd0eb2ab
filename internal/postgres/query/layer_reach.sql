-- layer_reach: makes the extent of a layer reach as far as one more parcel.
--
-- In    @layer_id integer; @ground bytea, EWKB of the parcel
-- Out   nothing; extent_4490 of the layer
-- Plan  layer_pkey
-- Why   An extent that is too large costs a look at an index; one that is too small hides an overlap.
UPDATE layer
SET extent_4490 = ST_Envelope(ST_Collect(
    coalesce(extent_4490, place.box),
    place.box
))
FROM (
    SELECT ST_Expand(ST_Envelope(ST_Transform(ST_Segmentize(ST_Envelope(ST_GeomFromEWKB(@ground)), 10000), 4490)), 0.01) AS box
) AS place
WHERE id = @layer_id;
