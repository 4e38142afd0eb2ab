-- audit_parcels: parcels of a layer by their keys.
--
-- In    @layer_id integer; @shards integer[]; @features bigint[], of equal length
-- Out   feature bigint; ground geometry, sent as EWKB
-- Plan  primary key of the partition of each
-- Why   The block says which it needs: those whose boxes meet at a corner that it owns.
SELECT parcel.feature, parcel.ground
FROM unnest(@shards::integer[], @features::bigint[]) AS wanted (shard, feature)
JOIN parcel
    ON parcel.shard = wanted.shard AND parcel.layer_id = @layer_id AND parcel.feature = wanted.feature;
