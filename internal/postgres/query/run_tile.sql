-- run_tile: one Web Mercator vector tile of a run, with the layers claims and pieces.
--
-- In    @run_id uuid; @z, @x, @y integer
-- Out   version bytea, the hash of the run; tile bytea (empty: nothing there)
-- Plan  contest_run_pkey, contest_piece_pkey, contest_input_pkey
-- Why   Ordered aggregates: equal requests give equal bytes, so that the hash of the run can be the ETag.
WITH tile AS (
    SELECT ST_TileEnvelope(@z::integer, @x::integer, @y::integer) AS box
),
claims AS (
    SELECT ST_AsMVT(feature, 'claims', 4096, 'geom', 'id' ORDER BY feature.id) AS layer
    FROM (
        SELECT
            party.side::bigint AS id,
            party.side,
            party.name AS party,
            claim.version,
            claim.sigma_m,
            ST_AsMVTGeom(ST_Transform(claim.ground, 3857), tile.box, 4096, 64) AS geom
        FROM tile, contest_input
        JOIN claim ON claim.id = contest_input.claim_id AND claim.version = contest_input.claim_version
        JOIN party ON party.id = claim.party_id
        WHERE contest_input.run_id = @run_id
    ) AS feature
    WHERE feature.geom IS NOT NULL
),
pieces AS (
    SELECT ST_AsMVT(feature, 'pieces', 4096, 'geom', 'id' ORDER BY feature.id) AS layer
    FROM (
        SELECT
            contest_piece.n::bigint AS id,
            contest_piece.n,
            array_to_string(contest_piece.sides, ',') AS sides,
            contest_piece.verdict,
            round((contest_piece.nominal_ellipsoidal_m2 * 3 / 2000)::numeric, 4)::double precision AS mu,
            ST_AsMVTGeom(ST_Transform(contest_piece.nominal, 3857), tile.box, 4096, 64) AS geom
        FROM tile, contest_piece
        WHERE contest_piece.run_id = @run_id
    ) AS feature
    WHERE feature.geom IS NOT NULL
)
SELECT contest_run.sha256 AS version, claims.layer || pieces.layer AS tile
FROM contest_run, claims, pieces
WHERE contest_run.id = @run_id;
