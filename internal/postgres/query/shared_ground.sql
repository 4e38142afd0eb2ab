-- shared_ground: pairs of cases whose newest contested grounds (outer) meet.
--
-- In    nothing
-- Out   a, b text: case numbers, a < b
-- Plan  case_ground_gist, an index join on boxes
-- Why   Ground that two cases dispute counts once in an acreage. Such pairs are few, and boxes that meet
--       are enough: uniting grounds that lie apart gives their sum.
SELECT a.number, b.number
FROM case_ground AS a
JOIN case_ground AS b ON b.number > a.number AND b.outer_4490 && a.outer_4490
ORDER BY a.number, b.number;
