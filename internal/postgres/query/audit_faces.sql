-- audit_faces: the ground of each set of two or more claimants, put together from
-- what the blocks have found.
--
-- In    @audit_id integer
-- Out   claimants bigint[], ascending; units text, exact half cells of the subgrid
-- Plan  one pass over the faces of the audit, sorted
-- Why   What blocks add may be negative and cancel; only the sum over all is a face.
SELECT claimants, sum(units)::text AS units
FROM face
WHERE audit_id = @audit_id
GROUP BY claimants
HAVING sum(units) <> 0
ORDER BY claimants;
