-- +goose Up
-- What contest_grounds.sql overlays with, beside common_ground of 00011.

-- united_ground is the ground that any of a collection of polygons covers, on a
-- grid of grid_m metres; noded in floating point, as common_ground is.
-- +goose StatementBegin
CREATE FUNCTION united_ground(grounds geometry, grid_m double precision) RETURNS geometry
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
    united geometry := ST_SnapToGrid(ST_CollectionExtract(ST_UnaryUnion(grounds), 3), grid_m);
BEGIN
    IF NOT ST_IsValid(united) THEN
        united := ST_CollectionExtract(ST_UnaryUnion(grounds, grid_m), 3);
    END IF;
    RETURN ST_Multi(united);
END
$$;
-- +goose StatementEnd

-- noded_lines are lines cut wherever they meet, with every vertex on a grid of
-- grid_m metres. They are noded in floating point, snapped and noded again: if that
-- has found no new place where lines meet, all vertices are on the grid still, and
-- the lines are noded there. If it has, snapping moved a line across a vertex, and
-- snap rounding takes it along, at five times the price.
-- +goose StatementBegin
CREATE FUNCTION noded_lines(lines geometry, grid_m double precision) RETURNS geometry
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
    noded geometry := ST_UnaryUnion(ST_SnapToGrid(ST_UnaryUnion(lines), grid_m));
BEGIN
    IF noded = ST_SnapToGrid(noded, grid_m) THEN
        RETURN noded;
    END IF;
    RETURN ST_UnaryUnion(lines, grid_m);
END
$$;
-- +goose StatementEnd

-- +goose Down
DROP FUNCTION noded_lines(geometry, double precision);
DROP FUNCTION united_ground(geometry, double precision);
