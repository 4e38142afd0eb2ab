-- +goose Up
-- How accurate a picture must be for a map of a scale: configuration, each row with its basis.
CREATE TABLE orthophoto_limit (
    scale   integer NOT NULL, -- 500 is 1:500
    terrain text NOT NULL,
    rmse_m  double precision NOT NULL,
    gsd_m   double precision NOT NULL,
    basis   text NOT NULL,
    PRIMARY KEY (scale, terrain),
    CONSTRAINT orthophoto_limit_terrain_known CHECK (terrain IN ('flat', 'mountain')),
    CONSTRAINT orthophoto_limit_positive CHECK (scale > 0 AND rmse_m > 0 AND gsd_m > 0)
);
COMMENT ON COLUMN orthophoto_limit.terrain IS 'flat: flat land and hills 平地、丘陵; mountain: 山地、高山地';
COMMENT ON COLUMN orthophoto_limit.rmse_m IS 'planimetric RMSE at independent check points, metres on the ground';
INSERT INTO orthophoto_limit (scale, terrain, rmse_m, gsd_m, basis) VALUES
    (500, 'flat', 0.30, 0.05, '图上 0.6 mm（平地、丘陵），CH/T 3005-2021、GB/T 7930-2008；地面分辨率 ≤ 5 cm'),
    (500, 'mountain', 0.40, 0.05, '图上 0.8 mm（山地、高山地），CH/T 3005-2021、GB/T 7930-2008；地面分辨率 ≤ 5 cm'),
    (1000, 'flat', 0.60, 0.10, '图上 0.6 mm（平地、丘陵），CH/T 3005-2021、GB/T 7930-2008；地面分辨率 ≤ 10 cm'),
    (1000, 'mountain', 0.80, 0.10, '图上 0.8 mm（山地、高山地），CH/T 3005-2021、GB/T 7930-2008；地面分辨率 ≤ 10 cm'),
    (2000, 'flat', 1.20, 0.20, '图上 0.6 mm（平地、丘陵），CH/T 3005-2021、GB/T 7930-2008；地面分辨率 ≤ 20 cm'),
    (2000, 'mountain', 1.60, 0.20, '图上 0.8 mm（山地、高山地），CH/T 3005-2021、GB/T 7930-2008；地面分辨率 ≤ 20 cm');

-- What check points say of a picture. The newest check counts; none, or a failed one, and the picture is for reference only.
CREATE TABLE orthophoto_check (
    id            uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    orthophoto_id uuid NOT NULL REFERENCES orthophoto (id),
    filename      text NOT NULL,
    scale         integer NOT NULL,
    terrain       text NOT NULL,
    independent   boolean NOT NULL, -- none of the points controlled the adjustment, as the person stated
    limit_m       double precision NOT NULL,
    gsd_limit_m   double precision NOT NULL,
    basis         text NOT NULL,    -- as it read on the day
    points        integer NOT NULL,
    rmse_east_m   double precision NOT NULL,
    rmse_north_m  double precision NOT NULL,
    rmse_m        double precision NOT NULL,
    passed        boolean NOT NULL,
    report        jsonb NOT NULL,   -- every point with its residuals
    checked_at    timestamptz NOT NULL DEFAULT now(),
    checked_by    text NOT NULL,
    CONSTRAINT orthophoto_check_points_counted CHECK (points >= 3),
    CONSTRAINT orthophoto_check_rmse_sane CHECK (rmse_east_m >= 0 AND rmse_north_m >= 0 AND rmse_m >= 0),
    CONSTRAINT orthophoto_check_passed_within CHECK (NOT passed OR (independent AND rmse_m <= limit_m))
);
CREATE INDEX orthophoto_check_newest ON orthophoto_check (orthophoto_id, checked_at DESC);
CREATE TRIGGER orthophoto_check_insert_only BEFORE UPDATE OR DELETE ON orthophoto_check
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER orthophoto_check_not_truncated BEFORE TRUNCATE ON orthophoto_check FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- A shift that a picture is shown with, never measured with. It may be withdrawn once; the next one is a new row.
CREATE TABLE orthophoto_shift (
    id            uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    orthophoto_id uuid NOT NULL REFERENCES orthophoto (id),
    east_m        double precision NOT NULL, -- on the ground, in the picture's CRS
    north_m       double precision NOT NULL,
    web_east_m    double precision NOT NULL, -- the same in EPSG:3857, at the middle of the picture
    web_north_m   double precision NOT NULL,
    reason        text NOT NULL,
    set_at        timestamptz NOT NULL DEFAULT now(),
    set_by        text NOT NULL,
    withdrawn_at  timestamptz,
    withdrawn_by  text,
    CONSTRAINT orthophoto_shift_sane CHECK (abs(east_m) <= 1000 AND abs(north_m) <= 1000),
    CONSTRAINT orthophoto_shift_reason_given CHECK (reason <> ''),
    CONSTRAINT orthophoto_shift_withdrawn_whole CHECK ((withdrawn_at IS NULL) = (withdrawn_by IS NULL))
);
CREATE UNIQUE INDEX orthophoto_shift_live_once ON orthophoto_shift (orthophoto_id) WHERE withdrawn_at IS NULL;

-- +goose StatementBegin
CREATE FUNCTION keep_orthophoto_shift() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.withdrawn_at IS NULL AND NEW.withdrawn_at IS NOT NULL
        AND (NEW.id, NEW.orthophoto_id, NEW.east_m, NEW.north_m, NEW.web_east_m, NEW.web_north_m, NEW.reason, NEW.set_at, NEW.set_by)
            IS NOT DISTINCT FROM (OLD.id, OLD.orthophoto_id, OLD.east_m, OLD.north_m, OLD.web_east_m, OLD.web_north_m, OLD.reason, OLD.set_at, OLD.set_by) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'a shift is withdrawn once, and never changed' USING ERRCODE = 'insufficient_privilege';
END
$$;
-- +goose StatementEnd
CREATE TRIGGER orthophoto_shift_kept BEFORE UPDATE OR DELETE ON orthophoto_shift
    FOR EACH ROW EXECUTE FUNCTION keep_orthophoto_shift();
CREATE TRIGGER orthophoto_shift_not_truncated BEFORE TRUNCATE ON orthophoto_shift FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- The share of a ground that a footprint covers, in percent; null without ground.
CREATE FUNCTION covered_percent(ground geometry, footprint geometry) RETURNS double precision
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE
        WHEN ground IS NULL OR ST_IsEmpty(ground) OR ST_Area(ground::geography) = 0 THEN NULL
        WHEN NOT ground && footprint THEN 0
        ELSE least(100, 100 * ST_Area(ST_Intersection(ground, ST_MakeValid(footprint), 1e-9)::geography) / ST_Area(ground::geography))
    END
$$;

GRANT SELECT ON orthophoto_limit TO jieshi_app;
GRANT SELECT, INSERT ON orthophoto_check TO jieshi_app;
GRANT SELECT, INSERT, UPDATE (withdrawn_at, withdrawn_by) ON orthophoto_shift TO jieshi_app;

-- +goose Down
DROP TABLE orthophoto_shift, orthophoto_check, orthophoto_limit;
DROP FUNCTION keep_orthophoto_shift;
DROP FUNCTION covered_percent;
