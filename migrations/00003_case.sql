-- +goose Up
-- The states of a case and the moves between them are data: another province,
-- or another year, may have others. docs/ARCHITECTURE.md draws them.
CREATE TABLE case_status (
    status    text PRIMARY KEY,
    ends      boolean NOT NULL, -- no longer pending
    resolves  boolean NOT NULL, -- counts as resolved (化解) in the statistics
    name_zh   text NOT NULL,
    name_en   text NOT NULL,
    CONSTRAINT case_status_resolved_is_ended CHECK (ends OR NOT resolves)
);
INSERT INTO case_status (status, ends, resolves, name_zh, name_en) VALUES
    ('opened',    false, false, '已受理', 'opened'),
    ('surveyed',  false, false, '已勘测', 'surveyed'),
    ('mediating', false, false, '调解中', 'mediating'),
    ('settled',   true,  true,  '已化解', 'settled'),
    ('referred',  true,  false, '已移送', 'referred'),
    ('withdrawn', true,  false, '已撤回', 'withdrawn');

CREATE TABLE case_status_move (
    from_status text NOT NULL REFERENCES case_status (status),
    to_status   text NOT NULL REFERENCES case_status (status),
    legal_basis text NOT NULL,
    PRIMARY KEY (from_status, to_status),
    CONSTRAINT case_status_move_goes_somewhere CHECK (from_status <> to_status)
);
INSERT INTO case_status_move (from_status, to_status, legal_basis) VALUES
    ('opened',    'surveyed',  '土地权属争议调查处理办法 art 18: survey on site'),
    ('opened',    'mediating', '人民调解法 art 17: mediation on application or on own motion'),
    ('opened',    'referred',  '土地权属争议调查处理办法 art 14: not accepted, sent to the competent body'),
    ('opened',    'withdrawn', 'the applicant withdraws'),
    ('surveyed',  'mediating', '土地权属争议调查处理办法 art 23: mediation before a decision'),
    ('surveyed',  'referred',  '土地管理法 art 14: the people''s government decides'),
    ('surveyed',  'withdrawn', 'the applicant withdraws'),
    ('mediating', 'surveyed',  'a new survey is needed'),
    ('mediating', 'settled',   '人民调解法 arts 28-31: agreement'),
    ('mediating', 'referred',  '土地管理法 art 14: mediation failed, the people''s government decides'),
    ('mediating', 'withdrawn', 'the applicant withdraws');

CREATE TABLE dispute_case (
    id             uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    number         text NOT NULL CONSTRAINT dispute_case_number_once UNIQUE,
    kind           text NOT NULL,
    title          text NOT NULL,
    status         text NOT NULL DEFAULT 'opened' REFERENCES case_status (status),
    srid           integer,
    accepted_on    date NOT NULL,
    ended_on       date,
    crosses_province boolean NOT NULL DEFAULT false,
    crosses_city     boolean NOT NULL DEFAULT false,
    crosses_county   boolean NOT NULL DEFAULT false,
    revision       integer NOT NULL DEFAULT 1,
    created_at     timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT dispute_case_kind_known CHECK (kind IN ('land', 'forest', 'water', 'mixed')),
    CONSTRAINT dispute_case_title_said CHECK (length(title) BETWEEN 1 AND 300),
    CONSTRAINT dispute_case_number_sane CHECK (number ~ '^[A-Z0-9-]{3,64}$'),
    CONSTRAINT dispute_case_ended_later CHECK (ended_on >= accepted_on),
    CONSTRAINT dispute_case_srid_sane CHECK (srid BETWEEN 1024 AND 998999)
);
COMMENT ON COLUMN dispute_case.srid IS
    'working CRS, projected, metres, x = east; null until the first ground arrives, then never changed';
CREATE INDEX dispute_case_accepted_idx ON dispute_case (accepted_on DESC, number DESC);

-- +goose StatementBegin
CREATE FUNCTION keep_case_srid() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.srid IS NOT NULL AND NEW.srid IS DISTINCT FROM OLD.srid THEN
        RAISE EXCEPTION 'the working CRS of case % is % and stays so', OLD.number, OLD.srid
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'dispute_case_srid_kept';
    END IF;
    RETURN NEW;
END
$$;
-- +goose StatementEnd
CREATE TRIGGER dispute_case_srid_kept BEFORE UPDATE ON dispute_case
    FOR EACH ROW EXECUTE FUNCTION keep_case_srid();

-- Numbers are gap-free within a year: the row is locked while a case is made.
CREATE TABLE case_counter (
    year integer PRIMARY KEY,
    last integer NOT NULL
);

CREATE TABLE case_move (
    case_id     uuid NOT NULL REFERENCES dispute_case (id),
    seq         integer NOT NULL,
    from_status text REFERENCES case_status (status),
    to_status   text NOT NULL REFERENCES case_status (status),
    moved_at    timestamptz NOT NULL,
    moved_by    text NOT NULL,
    note        text NOT NULL DEFAULT '',
    PRIMARY KEY (case_id, seq),
    CONSTRAINT case_move_is_allowed FOREIGN KEY (from_status, to_status)
        REFERENCES case_status_move (from_status, to_status)
);
CREATE TRIGGER case_move_insert_only BEFORE UPDATE OR DELETE ON case_move
    FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE party (
    id      uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    case_id uuid NOT NULL REFERENCES dispute_case (id),
    side    smallint NOT NULL,
    name    text NOT NULL,
    CONSTRAINT party_name_once UNIQUE (case_id, name),
    CONSTRAINT party_side_once UNIQUE (case_id, side),
    CONSTRAINT party_side_sane CHECK (side BETWEEN 1 AND 26),
    CONSTRAINT party_name_said CHECK (length(name) BETWEEN 1 AND 200),
    CONSTRAINT party_of_case UNIQUE (case_id, id)
);
COMMENT ON COLUMN party.side IS '1 甲方, 2 乙方, … in the order of joining; the colour on every map';

-- The areas a case lies in, with the contested ground in each: an index for the
-- statistics, made anew with every run.
CREATE TABLE case_area (
    case_id    uuid NOT NULL REFERENCES dispute_case (id),
    area_code  char(12) NOT NULL REFERENCES administrative_area (code),
    nominal_m2 double precision NOT NULL,
    core_m2    double precision NOT NULL,
    outer_m2   double precision NOT NULL,
    PRIMARY KEY (case_id, area_code),
    CONSTRAINT case_area_bounds_in_order CHECK (core_m2 >= 0 AND nominal_m2 >= 0 AND outer_m2 >= 0)
);
CREATE INDEX case_area_code_idx ON case_area (area_code);

-- A post that is sent twice with one key makes one row.
CREATE TABLE idempotency_key (
    operation  text NOT NULL,
    key        text NOT NULL,
    subject_id uuid NOT NULL,
    request_sha256 bytea NOT NULL, -- what was asked for: the same key for another thing is a mistake
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (operation, key),
    CONSTRAINT idempotency_key_length CHECK (length(key) BETWEEN 1 AND 255)
);

CREATE TRIGGER case_move_not_truncated BEFORE TRUNCATE ON case_move FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER party_insert_only BEFORE UPDATE OR DELETE ON party FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER party_not_truncated BEFORE TRUNCATE ON party FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

GRANT SELECT ON case_status, case_status_move TO jieshi_app;
GRANT SELECT, INSERT, UPDATE ON dispute_case, case_counter TO jieshi_app;
GRANT SELECT, INSERT ON case_move, party, idempotency_key TO jieshi_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON case_area TO jieshi_app;

-- +goose Down
DROP TABLE idempotency_key, case_area, party, case_move, case_counter, dispute_case, case_status_move, case_status;
DROP FUNCTION keep_case_srid();
