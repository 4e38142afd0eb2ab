-- claim_insert: files the next version of the claim of a party, with its ground moved inward and outward, in the place
-- of the live one.
--
-- In    @id uuid of a party's first claim; @case_id, @party_id, @walk_id uuid (walk_id null: not walked); @source, @transform text;
--       @sigma_m double precision, metres; @vertex_sigma_m double precision[], one a vertex (null: sigma_m everywhere);
--       in the order of ST_DumpPoints without closing vertices;
--       @ground, @inward, @outward bytea EWKB MultiPolygon in the working CRS, on the grid (inward null: nothing is left);
--       @ellipsoidal_m2; @sha256 bytea
-- Out   id; version; filed_at; plane_m2
-- Plan  claim_live_once
-- Why   Lines are moved once, by package overlay before this: ST_Buffer knows one width, and a line is as good as
--       each of its vertices. This is the one place that fills inward and outward.
WITH earlier AS (
    UPDATE claim
    SET superseded_at = now()
    WHERE case_id = @case_id AND party_id = @party_id AND superseded_at IS NULL AND withdrawn_at IS NULL
    RETURNING id, version
)
INSERT INTO claim (
    id, version, case_id, party_id, walk_id, source, sigma_m, vertex_sigma_m, ground, inward, outward,
    ellipsoidal_m2, transform, sha256, filed_by
)
SELECT
    coalesce(earlier.id, @id::uuid), coalesce(earlier.version + 1, 1), @case_id, @party_id, @walk_id::uuid, @source, @sigma_m,
    @vertex_sigma_m::double precision[], ST_GeomFromEWKB(@ground), ST_GeomFromEWKB(@inward), ST_GeomFromEWKB(@outward),
    @ellipsoidal_m2, @transform, @sha256::bytea, current_setting('app.user')
FROM (VALUES (1)) AS one (row)
LEFT JOIN earlier ON true
RETURNING id, version, filed_at, plane_m2;
