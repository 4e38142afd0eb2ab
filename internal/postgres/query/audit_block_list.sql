-- audit_block_list: the blocks that an audit has to compute, written down.
--
-- In    @audit_id, @layer_id integer; @against_id integer, null: the layer against itself
-- Out   nothing; rows of audit_block
-- Plan  one pass over the parcel_block keys of a layer (or two)
-- Why   A block that only one of two layers touches owns no pair of them. Blocks that are listed already
--       keep their results.
INSERT INTO audit_block (audit_id, shard, block)
SELECT DISTINCT @audit_id::integer, touch.shard, touch.block
FROM parcel_block AS touch
WHERE touch.layer_id = @layer_id
    AND (@against_id::integer IS NULL OR EXISTS (
        SELECT FROM parcel_block AS other
        WHERE other.shard = touch.shard AND other.layer_id = @against_id AND other.block = touch.block
    ))
ORDER BY touch.block
ON CONFLICT DO NOTHING;
