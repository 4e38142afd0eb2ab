-- +goose Up
-- A session may show the contours of a model of heights of its case. A model and its contours never change.
ALTER TABLE mediation_session ADD COLUMN contours_id uuid REFERENCES orthophoto (id); -- null: none

-- +goose Down
ALTER TABLE mediation_session DROP COLUMN contours_id;
