-- +goose Up
-- The tree of provinces, cities, counties, townships and villages. Outlines say
-- which areas a dispute lies in (三跨); they are never ownership lines.
CREATE TABLE administrative_area (
    code        char(12) PRIMARY KEY,
    parent_code char(12) REFERENCES administrative_area (code),
    level       smallint NOT NULL,
    name        text NOT NULL,
    outline     geometry(MultiPolygon, 4490) NOT NULL,
    source      text NOT NULL,
    CONSTRAINT administrative_area_code_digits CHECK (code ~ '^[0-9]{12}$'),
    CONSTRAINT administrative_area_level_known CHECK (level BETWEEN 1 AND 5),
    -- 2 + 2 + 2 + 3 + 3 digits: what lies below the area's own level is zero.
    CONSTRAINT administrative_area_code_fits_level CHECK (
        substr(code, (ARRAY[3, 5, 7, 10, 13])[level]) = repeat('0', (ARRAY[10, 8, 6, 3, 0])[level])
    ),
    CONSTRAINT administrative_area_name_said CHECK (length(name) BETWEEN 1 AND 100),
    CONSTRAINT administrative_area_parent_above CHECK ((parent_code IS NULL) = (level = 1)),
    CONSTRAINT administrative_area_outline_valid CHECK (ST_IsValid(outline) AND NOT ST_IsEmpty(outline))
);
CREATE INDEX administrative_area_outline_gist ON administrative_area USING gist (outline);
CREATE INDEX administrative_area_parent_idx ON administrative_area (parent_code);
GRANT SELECT, INSERT, UPDATE ON administrative_area TO jieshi_app;

-- +goose Down
DROP TABLE administrative_area;
