-- area_path: an administrative area with everything above it, from the top down.
--
-- In    @code text, a division code (null: nothing)
-- Out   code, name, level
-- Plan  administrative_area_pkey, one step a level
-- Why   Parents are data; the digits of a code are not trusted to say them.
WITH RECURSIVE above AS (
    SELECT code, parent_code, name, level FROM administrative_area WHERE code = @code::text
    UNION ALL
    SELECT a.code, a.parent_code, a.name, a.level
    FROM above
    JOIN administrative_area AS a ON a.code = above.parent_code
)
SELECT code, name, level FROM above ORDER BY level;
