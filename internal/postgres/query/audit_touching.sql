-- audit_touching: the parcels of a layer whose box touches a block, which are
-- all that pairs owned by the block can be made of.
--
-- In    @shard integer; @layer_id integer; @block bigint
-- Out   feature bigint; ground geometry, sent as EWKB
-- Plan  primary keys of one partition of parcel_block, and of parcel for each row
-- Why   The shard is a function of the block; saying it prunes partitions.
SELECT parcel.feature, parcel.ground
FROM parcel_block AS touch
JOIN parcel
    ON parcel.shard = touch.home_shard AND parcel.layer_id = touch.layer_id AND parcel.feature = touch.feature
WHERE touch.shard = @shard
    AND touch.layer_id = @layer_id
    AND touch.block = @block;
