-- audit_totals: what an audit has found so far.
--
-- In    @audit_id integer
-- Out   blocks, done, pairs bigint; sum, union text (exact half cells of the subgrid);
--       thresholds bigint[]: pairs of more than 0, 0.01, 1, 100, 10000 m²
-- Plan  audit_block and overlap by their keys, one pass each
-- Why   Sums of integers do not depend on their order, so they need none.
SELECT
    work.blocks,
    work.done,
    found.pairs,
    found.units::text AS sum,
    work.units::text AS union,
    found.thresholds
FROM (
    SELECT count(*) AS blocks, count(done_at) AS done, coalesce(sum(union_units), 0) AS units
    FROM audit_block
    WHERE audit_id = @audit_id
) AS work, (
    SELECT
        count(*) AS pairs,
        coalesce(sum(units), 0) AS units,
        ARRAY[
            count(*), count(*) FILTER (WHERE plane_m2 > 0.01), count(*) FILTER (WHERE plane_m2 > 1),
            count(*) FILTER (WHERE plane_m2 > 100), count(*) FILTER (WHERE plane_m2 > 10000)
        ] AS thresholds
    FROM overlap
    WHERE audit_id = @audit_id
) AS found;
