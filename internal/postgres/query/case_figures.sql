-- case_figures: how each case that matches is counted, and how much ground it disputes, in all and by area.
--
-- In    @kind, @area text; @accepted_from, @accepted_before date; null where unused
-- Out   one row a case; areas m² ellipsoidal of its newest run (0 without one); parallel arrays by area code
-- Plan  dispute_case_accepted_idx; contest_run_number_once, contest_extent_pkey and case_area_pkey per case
-- Why   Counting and grouping are rules of the domain (mediation.NewStatistics), so the database hands over
--       figures of cases, not sums that nobody can recount.
SELECT
    dispute_case.number,
    dispute_case.kind,
    dispute_case.accepted_on,
    dispute_case.ended_on,
    case_status.resolves,
    dispute_case.crosses_province OR dispute_case.crosses_city OR dispute_case.crosses_county AS three_cross,
    coalesce(ground.nominal_m2, 0) AS nominal_m2,
    coalesce(ground.core_m2, 0) AS core_m2,
    coalesce(ground.outer_m2, 0) AS outer_m2,
    shares.codes,
    shares.nominal,
    shares.core,
    shares.outer_
FROM dispute_case
JOIN case_status USING (status)
LEFT JOIN LATERAL (
    SELECT
        max(extent.ellipsoidal_m2) FILTER (WHERE extent.level = 'nominal') AS nominal_m2,
        max(extent.ellipsoidal_m2) FILTER (WHERE extent.level = 'core') AS core_m2,
        max(extent.ellipsoidal_m2) FILTER (WHERE extent.level = 'outer') AS outer_m2
    FROM contest_extent AS extent
    WHERE extent.sides = '{}' AND extent.run_id = (
        SELECT id FROM contest_run WHERE contest_run.case_id = dispute_case.id ORDER BY contest_run.number DESC LIMIT 1
    )
) AS ground ON true
LEFT JOIN LATERAL (
    SELECT
        array_agg(area_code::text ORDER BY area_code) AS codes,
        array_agg(case_area.nominal_m2 ORDER BY area_code) AS nominal,
        array_agg(case_area.core_m2 ORDER BY area_code) AS core,
        array_agg(case_area.outer_m2 ORDER BY area_code) AS outer_
    FROM case_area
    WHERE case_area.case_id = dispute_case.id
) AS shares ON true
WHERE (@kind::text IS NULL OR dispute_case.kind = @kind)
    AND (@accepted_from::date IS NULL OR dispute_case.accepted_on >= @accepted_from)
    AND (@accepted_before::date IS NULL OR dispute_case.accepted_on < @accepted_before)
    AND (@area::text IS NULL OR EXISTS (
        SELECT FROM case_area WHERE case_area.case_id = dispute_case.id AND case_area.area_code = @area
    ))
ORDER BY dispute_case.number;
