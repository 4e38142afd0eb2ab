-- audit_overlaps: a page of the overlaps of an audit, largest first.
--
-- In    @audit_id, @limit integer; @over_m2 double precision: those of more than this plane area;
--       @units text, @a, @b bigint: the last of the page before, null for the first page
-- Out   a, b bigint; units text; plane_m2 double precision
-- Plan  overlap_area_idx of each partition, merged: no more rows than the page has, and none is sorted
-- Why   Areas are compared as the exact integers that they are. A square metre has 10^8 cells of the grid of
--       256 × 256 cells of the subgrid, of which a unit is half: 13 107 200 000 000.
SELECT overlap.a, overlap.b, overlap.units::text AS exact, overlap.plane_m2
FROM overlap
WHERE overlap.audit_id = @audit_id
    AND overlap.units > @over_m2::double precision::numeric * 13107200000000
    AND overlap.units <= coalesce(@units::text::numeric, 'Infinity')
    AND (@units::text IS NULL OR overlap.units < @units::text::numeric OR (overlap.a, overlap.b) > (@a::bigint, @b::bigint))
ORDER BY overlap.audit_id, overlap.units DESC, overlap.a, overlap.b
LIMIT @limit::integer;
