-- +goose Up
-- What a saved claim costs when the tables are full.

-- common_ground is the ground that two polygons share, on a grid of grid_m metres;
-- empty where they share none, or only a line. GEOS nodes in floating point first,
-- at a quarter of the price of noding on the grid (docs/performance.md), and the
-- result is snapped; where snapping turns a ring inside out, which takes lines
-- nearer than the grid, it is noded on the grid after all. Neither is a predicate:
-- overlays do not throw where ST_Intersects does.
-- +goose StatementBegin
CREATE FUNCTION common_ground(a geometry, b geometry, grid_m double precision) RETURNS geometry
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
    common geometry := ST_SnapToGrid(ST_CollectionExtract(ST_Intersection(a, b), 3), grid_m);
BEGIN
    IF NOT ST_IsValid(common) THEN
        common := ST_CollectionExtract(ST_Intersection(a, b, grid_m), 3);
    END IF;
    RETURN ST_Multi(common);
END
$$;
-- +goose StatementEnd

-- Outlines cut into parts of at most 64 vertices. Whether a case lies wholly inside
-- of an area, as nearly all do, is asked of the few parts round it; a whole outline
-- is read only where its line runs through the case.
CREATE TABLE administrative_area_part (
    code  char(12) NOT NULL REFERENCES administrative_area (code) ON DELETE CASCADE,
    level smallint NOT NULL,
    part  geometry(Polygon, 4490) NOT NULL
);
CREATE INDEX administrative_area_part_gist ON administrative_area_part USING gist (part);
CREATE INDEX administrative_area_part_code_idx ON administrative_area_part (code);
GRANT SELECT, INSERT, DELETE ON administrative_area_part TO jieshi_app;

-- +goose StatementBegin
CREATE FUNCTION cut_outline() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM administrative_area_part WHERE code = NEW.code;
    INSERT INTO administrative_area_part (code, level, part)
    SELECT NEW.code, NEW.level, piece.geom
    FROM ST_Subdivide(NEW.outline, 64) AS part, ST_Dump(part) AS piece
    WHERE ST_Dimension(piece.geom) = 2;
    RETURN NULL;
END
$$;
-- +goose StatementEnd
CREATE TRIGGER administrative_area_cut AFTER INSERT OR UPDATE OF outline, level ON administrative_area
    FOR EACH ROW EXECUTE FUNCTION cut_outline();
INSERT INTO administrative_area_part (code, level, part)
SELECT code, level, piece.geom
FROM administrative_area, ST_Subdivide(outline, 64) AS part, ST_Dump(part) AS piece
WHERE ST_Dimension(piece.geom) = 2;

-- A walk has hundreds of fixes, all of one walk, and walks are never deleted: its
-- key is looked up once a statement, not once a fix.
-- +goose StatementBegin
CREATE FUNCTION check_fixes_of_walk() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM (SELECT DISTINCT walk_id FROM fresh) AS named WHERE NOT EXISTS (SELECT FROM walk WHERE walk.id = named.walk_id)) THEN
        RAISE EXCEPTION 'a fix of a walk that does not exist'
            USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'walk_fix_of_walk';
    END IF;
    RETURN NULL;
END
$$;
-- +goose StatementEnd
ALTER TABLE walk_fix DROP CONSTRAINT walk_fix_walk_id_fkey;
CREATE TRIGGER walk_fix_of_walk AFTER INSERT ON walk_fix
    REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION check_fixes_of_walk();

-- Documents are JSON with hexadecimal grounds of 10 to 1000 kB, written while a
-- person waits: lz4 packs them ten times faster than pglz does. A server that was
-- built without it goes on with pglz.
-- +goose StatementBegin
DO $$
BEGIN
    ALTER TABLE contest_run ALTER COLUMN document SET COMPRESSION lz4;
    ALTER TABLE evidence ALTER COLUMN content SET COMPRESSION lz4;
    ALTER TABLE walk ALTER COLUMN report SET COMPRESSION lz4;
EXCEPTION WHEN feature_not_supported THEN
    NULL;
END
$$;
-- +goose StatementEnd

-- +goose Down
-- +goose StatementBegin
DO $$
BEGIN
    ALTER TABLE contest_run ALTER COLUMN document SET COMPRESSION pglz;
    ALTER TABLE evidence ALTER COLUMN content SET COMPRESSION pglz;
    ALTER TABLE walk ALTER COLUMN report SET COMPRESSION pglz;
END
$$;
-- +goose StatementEnd
DROP TRIGGER walk_fix_of_walk ON walk_fix;
DROP FUNCTION check_fixes_of_walk();
ALTER TABLE walk_fix ADD CONSTRAINT walk_fix_walk_id_fkey FOREIGN KEY (walk_id) REFERENCES walk (id);
DROP TRIGGER administrative_area_cut ON administrative_area;
DROP FUNCTION cut_outline();
DROP TABLE administrative_area_part;
DROP FUNCTION common_ground(geometry, geometry, double precision);
