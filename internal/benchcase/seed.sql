-- The live claims of all cases come in seed_claim (case_n, side, ground), by COPY.
INSERT INTO dispute_case (number, kind, title, srid, accepted_on)
SELECT 'SEED-' || n, 'land', 'seed', 4545, date '2025-01-01' + n % 365
FROM (SELECT DISTINCT case_n AS n FROM seed_claim) AS cases;

INSERT INTO party (case_id, side, name)
SELECT dispute_case.id, seed_claim.side, 'party ' || seed_claim.side
FROM seed_claim JOIN dispute_case ON number = 'SEED-' || case_n;

INSERT INTO claim (version, case_id, party_id, source, sigma_m, ground, inward, outward, ellipsoidal_m2, sha256, filed_by)
SELECT 1, party.case_id, party.id, 'generated', 0.05, ground,
    ST_Multi(ST_Buffer(ground, -0.1, 'quad_segs=16')), ST_Multi(ST_Buffer(ground, 0.1, 'quad_segs=16')),
    ellipsoidal_m2(ground), sha256(ST_AsEWKB(ground, 'NDR')), 'seed'
FROM seed_claim
JOIN dispute_case ON number = 'SEED-' || case_n
JOIN party ON party.case_id = dispute_case.id AND party.side = seed_claim.side;

INSERT INTO contest_run (case_id, number, srid, grid_m, k, engine, document, sha256)
SELECT id, 1, 4545, 0.0001, 2, '{"rules": "seed"}', document, sha256(document)
FROM dispute_case, convert_to(repeat('{"a document of about 20 kB": 0.123456789}', 500), 'UTF8') AS document;

INSERT INTO contest_input (run_id, claim_id, claim_version)
SELECT contest_run.id, claim.id, claim.version FROM contest_run JOIN claim USING (case_id);

INSERT INTO contest_piece (run_id, n, sides, verdict, nominal, core, nominal_plane_m2, nominal_ellipsoidal_m2, nominal_sigma_m2,
    core_plane_m2, core_ellipsoidal_m2, core_sigma_m2, width_m, tolerance_m, sliver, label)
SELECT contest_run.id, 1, '{1,2}', 'certain', ST_GeometryN(claim.ground, 1), claim.inward, 1000, 1000, 1, 900, 900, 1, 10, 0.1, false,
    ST_Centroid(claim.ground)
FROM contest_run JOIN claim USING (case_id) JOIN party ON party.id = claim.party_id AND party.side = 1;

INSERT INTO contest_extent (run_id, level, sides, ground, plane_m2, ellipsoidal_m2, sigma_m2)
SELECT contest_run.id, level, sides, claim.ground, 1000, 1000, 1
FROM contest_run JOIN claim USING (case_id) JOIN party ON party.id = claim.party_id AND party.side = 1,
    unnest(ARRAY['nominal', 'core', 'outer']) AS level, (VALUES ('{}'::smallint[]), ('{1,2}')) AS of (sides);

INSERT INTO case_ground (case_id, number, nominal_4490, core_4490, outer_4490)
SELECT claim.case_id, number, ground_4490, ground_4490, ground_4490
FROM claim JOIN party ON party.id = party_id AND side = 1 JOIN dispute_case ON dispute_case.id = claim.case_id;

INSERT INTO case_area (case_id, area_code, nominal_m2, core_m2, outer_m2)
SELECT claim.case_id, code, 1000, 900, 1100
FROM claim JOIN party ON party.id = party_id AND side = 1
JOIN administrative_area ON outline && ground_4490 AND level <= 3
ON CONFLICT DO NOTHING;

INSERT INTO evidence (case_id, seq, kind, subject_id, title, content, content_sha256, filed_at, filed_by, source, software, prev_sha256, link_sha256)
SELECT case_id, seq, CASE seq WHEN 3 THEN 'run' ELSE 'walk' END, gen_random_uuid(), 'seed', content, sha256(content), now(), 'seed', 'seed', 'seed',
    CASE seq WHEN 1 THEN decode(repeat('00', 32), 'hex') ELSE sha256(seq::text::bytea) END, sha256((seq + 1)::text::bytea)
FROM contest_run, generate_series(1, 3) AS seq, convert_to(repeat('{"a report of about 4 kB": 0.123456789}', 100), 'UTF8') AS content;
