-- cases: the cases that match a filter, newest first, with what a list shows of each.
--
-- In    @number text (one case) and any of the filter's parameters, null where unused;
--       @after_accepted date, @after_number text (keyset cursor); @limit integer
-- Out   one row a case; parties, areas jsonb; contested figures null until a run exists;
--       total bigint: all cases that match, without the cursor
-- Plan  dispute_case_accepted_idx for the order; case_area_pkey and party_side_once per case
-- Why   A case lies in every area of case_area, at every level, so a filter by area needs no
--       prefix match on codes and the tree may have gaps.
WITH matching AS (
    SELECT dispute_case.*, case_status.ends, case_status.resolves
    FROM dispute_case
    JOIN case_status USING (status)
    WHERE (@number::text IS NULL OR number = @number)
        AND (@kind::text IS NULL OR kind = @kind)
        AND (@accepted_from::date IS NULL OR accepted_on >= @accepted_from)
        AND (@accepted_before::date IS NULL OR accepted_on < @accepted_before)
        AND (@resolved_from::date IS NULL OR (case_status.resolves AND ended_on >= @resolved_from))
        AND (@resolved_before::date IS NULL OR (case_status.resolves AND ended_on < @resolved_before))
        AND (@statuses::text[] IS NULL OR status = ANY (@statuses))
        AND (@resolved::boolean IS NULL OR CASE WHEN @resolved THEN case_status.resolves ELSE NOT case_status.ends END)
        AND (@three_cross::boolean IS NULL OR (crosses_province OR crosses_city OR crosses_county) = @three_cross)
        AND (@area::text IS NULL OR EXISTS (
            SELECT FROM case_area WHERE case_area.case_id = dispute_case.id AND case_area.area_code = @area
        ))
        AND (@words::text IS NULL
            OR strpos(lower(number), lower(@words)) > 0
            OR strpos(lower(title), lower(@words)) > 0
            OR EXISTS (
                SELECT FROM party WHERE party.case_id = dispute_case.id AND strpos(lower(party.name), lower(@words)) > 0
            ))
),
page AS (
    SELECT *
    FROM matching
    WHERE @after_number::text IS NULL OR (accepted_on, number) < (@after_accepted::date, @after_number)
    ORDER BY accepted_on DESC, number DESC
    LIMIT @limit
)
SELECT
    page.id,
    page.number,
    page.kind,
    page.title,
    page.status,
    coalesce(page.srid, 0) AS srid,
    page.accepted_on,
    page.ended_on,
    page.resolves AS resolved,
    page.crosses_province,
    page.crosses_city,
    page.crosses_county,
    page.revision,
    coalesce(parties.list, '[]') AS parties,
    coalesce(areas.list, '[]') AS areas,
    run.id AS run,
    figures.levels,
    figures.ellipsoidal,
    figures.plane,
    figures.sigma,
    extent.box,
    (SELECT count(*) FROM matching) AS total
FROM page
LEFT JOIN LATERAL (
    SELECT jsonb_agg(jsonb_build_object('ID', party.id, 'Name', party.name, 'Side', party.side) ORDER BY party.side) AS list
    FROM party
    WHERE party.case_id = page.id
) AS parties ON true
LEFT JOIN LATERAL (
    -- The lowest areas known: those that have none of the case's areas below them.
    SELECT jsonb_agg(jsonb_build_object('Code', a.code, 'Name', a.name, 'Level', a.level) ORDER BY a.code) AS list
    FROM case_area AS ca
    JOIN administrative_area AS a ON a.code = ca.area_code
    WHERE ca.case_id = page.id
        AND NOT EXISTS (
            SELECT
            FROM case_area AS below
            JOIN administrative_area AS b ON b.code = below.area_code
            WHERE below.case_id = page.id AND b.parent_code = a.code
        )
) AS areas ON true
LEFT JOIN LATERAL (
    SELECT contest_run.id
    FROM contest_run
    WHERE contest_run.case_id = page.id
    ORDER BY contest_run.number DESC
    LIMIT 1
) AS run ON true
LEFT JOIN LATERAL (
    SELECT
        array_agg(level ORDER BY level) AS levels,
        array_agg(ellipsoidal_m2 ORDER BY level) AS ellipsoidal,
        array_agg(plane_m2 ORDER BY level) AS plane,
        array_agg(sigma_m2 ORDER BY level) AS sigma
    FROM contest_extent
    WHERE contest_extent.run_id = run.id AND contest_extent.sides = '{}'
) AS figures ON true
LEFT JOIN LATERAL (
    SELECT CASE WHEN ST_IsEmpty(whole.box) OR whole.box IS NULL THEN NULL ELSE
        ARRAY[ST_XMin(whole.box), ST_YMin(whole.box), ST_XMax(whole.box), ST_YMax(whole.box)]
    END AS box
    FROM (
        SELECT ST_Extent(each.ground)::geometry AS box
        FROM (
            SELECT ground_4490 AS ground FROM claim
            WHERE claim.case_id = page.id AND superseded_at IS NULL AND withdrawn_at IS NULL
            UNION ALL
            SELECT footprint FROM orthophoto WHERE orthophoto.case_id = page.id
        ) AS each
    ) AS whole
) AS extent ON true
ORDER BY page.accepted_on DESC, page.number DESC;
