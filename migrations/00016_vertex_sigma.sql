-- +goose Up
-- One fix under trees may be a hundred metres off while the line as a whole is
-- good: the band is wide there and nowhere else. The line's own sigma_m keeps its
-- limit of 50 m.
ALTER TABLE claim
    DROP CONSTRAINT claim_vertex_sigma_sane,
    ADD CONSTRAINT claim_vertex_sigma_sane CHECK (0 < ALL (vertex_sigma_m) AND 10000 >= ALL (vertex_sigma_m)),
    ADD CONSTRAINT claim_vertex_sigma_whole CHECK (cardinality(vertex_sigma_m) = ST_NPoints(ground) - ST_NRings(ground));

-- +goose Down
ALTER TABLE claim
    DROP CONSTRAINT claim_vertex_sigma_whole,
    DROP CONSTRAINT claim_vertex_sigma_sane,
    ADD CONSTRAINT claim_vertex_sigma_sane CHECK (0 < ALL (vertex_sigma_m) AND 50 >= ALL (vertex_sigma_m)) NOT VALID;
