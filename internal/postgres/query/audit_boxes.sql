-- audit_boxes: the boxes of the parcels of a layer that touch a block, which are
-- all that pairs owned by the block can be made of.
--
-- In    @shard integer; @layer_id integer; @block bigint
-- Out   home_shard integer; feature, west, south, east, north bigint, grid units
-- Plan  primary key of one partition of parcel_block
-- Why   The shard is a function of the block; saying it prunes partitions.
SELECT home_shard, feature, west, south, east, north
FROM parcel_block
WHERE shard = @shard AND layer_id = @layer_id AND block = @block
ORDER BY feature;
