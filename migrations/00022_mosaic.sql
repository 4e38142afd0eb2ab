-- +goose Up
-- A mosaic is the orthophoto that an engine makes of a flight: how far that is, so
-- that nothing is sent twice after a restart, and what came of it.
CREATE TABLE mosaic (
    flight_id     uuid PRIMARY KEY REFERENCES flight (id),
    engine        text NOT NULL DEFAULT '', -- name and version, once the node has said them
    state         jsonb NOT NULL,           -- task, photos that the node has, whether it was committed
    orthophoto_id uuid REFERENCES orthophoto (id), -- null: not made yet
    begun_by      text NOT NULL,
    begun_at      timestamptz NOT NULL DEFAULT now(),
    changed_at    timestamptz NOT NULL DEFAULT now()
);
GRANT SELECT, INSERT, UPDATE ON mosaic TO jieshi_app;

-- +goose Down
DROP TABLE mosaic;
