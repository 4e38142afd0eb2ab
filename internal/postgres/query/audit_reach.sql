-- audit_reach: the parcels of a layer that a block needs for pairs and faces:
-- those whose box touches the block, and those that may overlap a parcel that is
-- at home in it, whose boundary the block owns.
--
-- In    @shard integer; @layer_id integer; @block bigint; @srid integer;
--       @west, @south, @east, @north bigint, the block, grid units
-- Out   feature bigint; ground geometry, sent as EWKB
-- Plan  primary key of one partition of parcel_block; parcel_ground_gist of each partition
-- Why   One box round the block and its own parcels reads a few more than it must, at one probe of
--       the index instead of one for each parcel. More parcels never change what a block owns.
WITH reach AS MATERIALIZED (
    SELECT
        least(@west::bigint, min(west)) AS west,
        least(@south::bigint, min(south)) AS south,
        greatest(@east::bigint, max(east)) AS east,
        greatest(@north::bigint, max(north)) AS north
    FROM parcel_block
    WHERE shard = @shard AND layer_id = @layer_id AND block = @block AND home_block = @block
)
SELECT parcel.feature, parcel.ground
FROM reach
JOIN parcel
    ON parcel.ground && ST_MakeEnvelope(west / 1e4, south / 1e4, east / 1e4, north / 1e4, @srid)
WHERE parcel.layer_id = @layer_id;
