-- +goose Up
-- Evidence is what was put before the mediator: content named by its hash, and
-- a chain per case in which each link covers the one before. Rows are written
-- once; grants and triggers see to that. mediation/evidence.go computes links.
CREATE TABLE evidence (
    id             uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    case_id        uuid NOT NULL REFERENCES dispute_case (id),
    seq            integer NOT NULL,
    kind           text NOT NULL,
    subject_id     uuid NOT NULL,
    title          text NOT NULL,
    content        bytea NOT NULL, -- canonical JSON: what it is, from what, which files
    content_sha256 bytea NOT NULL,
    filed_at       timestamptz NOT NULL,
    filed_by       text NOT NULL,
    source         text NOT NULL,
    software       text NOT NULL,
    prev_sha256    bytea NOT NULL, -- link of the item before; 32 zero bytes for the first
    link_sha256    bytea NOT NULL,
    CONSTRAINT evidence_seq_once UNIQUE (case_id, seq),
    CONSTRAINT evidence_subject_once UNIQUE (case_id, kind, subject_id),
    CONSTRAINT evidence_seq_counts CHECK (seq >= 1),
    CONSTRAINT evidence_kind_known CHECK (kind IN ('walk', 'orthophoto', 'run', 'document')),
    CONSTRAINT evidence_content_named CHECK (content_sha256 = sha256(content)),
    CONSTRAINT evidence_hash_lengths CHECK (length(prev_sha256) = 32 AND length(link_sha256) = 32),
    CONSTRAINT evidence_first_has_no_past CHECK ((seq = 1) = (prev_sha256 = decode(repeat('00', 32), 'hex')))
);

CREATE TABLE evidence_file (
    evidence_id  uuid NOT NULL REFERENCES evidence (id),
    role         text NOT NULL, -- original, display, thumbnail
    asset_sha256 bytea NOT NULL REFERENCES asset (sha256),
    filename     text NOT NULL,
    PRIMARY KEY (evidence_id, role)
);

CREATE TRIGGER evidence_insert_only BEFORE UPDATE OR DELETE ON evidence FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER evidence_not_truncated BEFORE TRUNCATE ON evidence FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER evidence_file_insert_only BEFORE UPDATE OR DELETE ON evidence_file FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER evidence_file_not_truncated BEFORE TRUNCATE ON evidence_file FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

GRANT SELECT, INSERT ON evidence, evidence_file TO jieshi_app;

-- +goose Down
DROP TABLE evidence_file, evidence;
