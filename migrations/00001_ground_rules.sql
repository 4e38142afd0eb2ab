-- +goose Up
-- What the other migrations share: the role that the program works as, and the
-- trigger that keeps what is filed from ever changing.

-- +goose StatementBegin
DO $$
BEGIN
    -- Roles belong to the whole cluster, schemas do not: two databases (or two
    -- tests) may migrate at once.
    PERFORM pg_advisory_xact_lock(hashtext('jieshi_app role'));
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'jieshi_app') THEN
        CREATE ROLE jieshi_app NOLOGIN;
    END IF;
    -- Whoever migrates is who connects, and must be able to take the role. From
    -- PostgreSQL 16 on, being a member does not say so.
    IF NOT pg_has_role('jieshi_app', CASE WHEN current_setting('server_version_num')::integer < 160000 THEN 'MEMBER' ELSE 'SET' END) THEN
        GRANT jieshi_app TO CURRENT_USER;
    END IF;
END
$$;
-- +goose StatementEnd

-- The owner migrates; everything else runs as jieshi_app, so that grants bind it.
-- +goose StatementBegin
DO $$
BEGIN
    EXECUTE format('GRANT USAGE ON SCHEMA %I TO jieshi_app', current_schema());
END
$$;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'rows of % are never changed or deleted', TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation', CONSTRAINT = TG_TABLE_NAME || '_insert_only';
END
$$;
-- +goose StatementEnd

-- area_sigma is the standard deviation of a polygon's plane area when every
-- coordinate of every vertex errs independently by sigma_m (1σ, metres):
-- (sigma/2) · sqrt(Σ |P(i+1) − P(i−1)|²), domain notes 4.2.
-- +goose StatementBegin
CREATE FUNCTION area_sigma(ground geometry, sigma_m double precision) RETURNS double precision
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    WITH vertex AS (
        SELECT
            path[1:array_length(path, 1) - 1] AS ring,
            path[array_length(path, 1)] AS i,
            ST_X(geom) AS x,
            ST_Y(geom) AS y
        FROM ST_DumpPoints(ground)
    ),
    numbered AS (
        -- The closing vertex repeats the first one and is left out.
        SELECT v.*, max(i) OVER (PARTITION BY ring) - 1 AS n FROM vertex AS v
    ),
    chord AS (
        SELECT
            coalesce(lead(x) OVER w, first_value(x) OVER w) - coalesce(lag(x) OVER w, last_value(x) OVER whole) AS dx,
            coalesce(lead(y) OVER w, first_value(y) OVER w) - coalesce(lag(y) OVER w, last_value(y) OVER whole) AS dy
        FROM numbered
        WHERE i <= n
        WINDOW w AS (PARTITION BY ring ORDER BY i),
               whole AS (PARTITION BY ring ORDER BY i ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)
    )
    SELECT coalesce(sigma_m / 2 * sqrt(sum(dx * dx + dy * dy)), 0) FROM chord
$$;
-- +goose StatementEnd

-- lonlat is ground in degrees, kept as EPSG:4490. It goes by way of WGS 84, which
-- CGCS2000 equals for this purpose: PROJ knows how every datum lies to WGS 84,
-- while from most of them to CGCS2000 it knows nothing and would shift nothing.
-- +goose StatementBegin
CREATE FUNCTION lonlat(ground geometry) RETURNS geometry
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT ST_SetSRID(ST_Transform(ground, 4326), 4490)
$$;
-- +goose StatementEnd

-- in_working_crs is the way back: degrees as they came, in a working CRS.
-- +goose StatementBegin
CREATE FUNCTION in_working_crs(degrees geometry, srid integer) RETURNS geometry
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT ST_Transform(ST_SetSRID(degrees, 4326), srid)
$$;
-- +goose StatementEnd

-- ellipsoidal_m2 is the area on the CGCS2000 ellipsoid. Edges are straight in
-- the plane of the working CRS, so they are cut to 1 km before they go round
-- the earth: a geodesic of 1 km leaves its chord by well under a millimetre.
-- +goose StatementBegin
CREATE FUNCTION ellipsoidal_m2(ground geometry) RETURNS double precision
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE
        WHEN ground IS NULL OR ST_IsEmpty(ground) THEN 0
        ELSE ST_Area(lonlat(ST_Segmentize(ground, 1000))::geography)
    END
$$;
-- +goose StatementEnd

-- +goose Down
DROP FUNCTION ellipsoidal_m2(geometry);
DROP FUNCTION in_working_crs(geometry, integer);
DROP FUNCTION lonlat(geometry);
DROP FUNCTION area_sigma(geometry, double precision);
DROP FUNCTION refuse_change();
