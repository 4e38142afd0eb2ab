-- layer_extent: says where on earth a layer lies.
--
-- In    @layer_id integer
-- Out   nothing; extent_4490 of the layer
-- Plan  one pass over the parcel_block keys of the layer
-- Why   A claim in another CRS looks only at layers near it, so it is never projected into a zone that
--       does not reach there. Sides are cut to 10 km, since they are curves on earth, and 0.01° is added.
UPDATE layer
SET extent_4490 = (
    SELECT ST_Expand(ST_Envelope(ST_Transform(
        ST_Segmentize(ST_MakeEnvelope(min(west) / 1e4, min(south) / 1e4, max(east) / 1e4, max(north) / 1e4, layer.srid), 10000), 4490
    )), 0.01)
    FROM parcel_block
    WHERE parcel_block.layer_id = layer.id
)
WHERE id = @layer_id;
