-- +goose Up
-- A proposal is a line on the table that divides the contested pieces of one run:
-- for talking, without prejudice. It stands apart from the evidence on purpose: no
-- row of evidence refers to it, and neither chain, bundle nor printed map has it.
-- A better line is a new version.
CREATE TABLE proposal (
    id         uuid NOT NULL DEFAULT gen_random_uuid(),
    version    integer NOT NULL,
    case_id    uuid NOT NULL REFERENCES dispute_case (id),
    run_id     uuid NOT NULL REFERENCES contest_run (id),
    title      text NOT NULL,
    note       text NOT NULL,
    line       geometry(LineString) NOT NULL, -- in the CRS of the run
    engine     jsonb NOT NULL, -- name → version of everything that computed it
    created_at timestamptz NOT NULL DEFAULT now(),
    created_by text NOT NULL,
    PRIMARY KEY (id, version),
    CONSTRAINT proposal_version_counts CHECK (version >= 1),
    CONSTRAINT proposal_title_said CHECK (length(title) BETWEEN 1 AND 200),
    CONSTRAINT proposal_note_short CHECK (length(note) <= 2000),
    CONSTRAINT proposal_line_sane CHECK (ST_NPoints(line) BETWEEN 2 AND 500)
);
CREATE INDEX proposal_case_idx ON proposal (case_id);

-- Who would get how much, computed twice: by the kernel (what the page showed) and by PostGIS.
CREATE TABLE proposal_share (
    proposal_id uuid NOT NULL,
    version     integer NOT NULL,
    n           integer NOT NULL, -- of the piece in the run
    place       text NOT NULL,
    side        smallint, -- null: nobody's
    divided     boolean NOT NULL, -- of the piece
    kernel_plane_m2        double precision NOT NULL,
    kernel_ellipsoidal_m2  double precision NOT NULL,
    postgis_plane_m2       double precision NOT NULL,
    postgis_ellipsoidal_m2 double precision NOT NULL,
    agrees      boolean NOT NULL,
    PRIMARY KEY (proposal_id, version, n, place),
    FOREIGN KEY (proposal_id, version) REFERENCES proposal (id, version),
    CONSTRAINT proposal_share_place_known CHECK (place IN ('left', 'right', 'whole')),
    CONSTRAINT proposal_share_nobody CHECK ((place = 'whole') = (side IS NULL)),
    CONSTRAINT proposal_share_sane CHECK (kernel_plane_m2 >= 0 AND postgis_plane_m2 >= 0)
);

-- A withdrawn proposal is kept, with all its versions, and shown no more.
CREATE TABLE proposal_withdrawal (
    proposal_id  uuid PRIMARY KEY,
    withdrawn_at timestamptz NOT NULL DEFAULT now(),
    withdrawn_by text NOT NULL
);

CREATE TRIGGER proposal_insert_only BEFORE UPDATE OR DELETE ON proposal FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER proposal_share_insert_only BEFORE UPDATE OR DELETE ON proposal_share FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER proposal_withdrawal_insert_only BEFORE UPDATE OR DELETE ON proposal_withdrawal FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER proposal_not_truncated BEFORE TRUNCATE ON proposal FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER proposal_share_not_truncated BEFORE TRUNCATE ON proposal_share FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER proposal_withdrawal_not_truncated BEFORE TRUNCATE ON proposal_withdrawal FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

GRANT SELECT, INSERT ON proposal, proposal_share, proposal_withdrawal TO jieshi_app;

-- +goose Down
DROP TABLE proposal_withdrawal, proposal_share, proposal;
