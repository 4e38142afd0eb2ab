-- +goose Up
-- What the trade keeps of a point that was occupied for a while: its name and
-- code, how many epochs were averaged until when, and the antenna above it. Null
-- where the file does not say, as for every fix that was kept before.
ALTER TABLE walk_fix
    ADD COLUMN name             text,
    ADD COLUMN description      text,
    ADD COLUMN epochs           integer,
    ADD COLUMN averaged_until   timestamptz,
    ADD COLUMN antenna_height_m double precision,
    ADD CONSTRAINT walk_fix_epochs_count CHECK (epochs >= 1),
    ADD CONSTRAINT walk_fix_averaged_in_order CHECK (averaged_until >= fixed_at),
    ADD CONSTRAINT walk_fix_antenna_sane CHECK (antenna_height_m BETWEEN 0 AND 100);
COMMENT ON COLUMN walk_fix.antenna_height_m IS 'of the antenna above the mark, metres, as entered in the field';

-- +goose Down
ALTER TABLE walk_fix
    DROP COLUMN name,
    DROP COLUMN description,
    DROP COLUMN epochs,
    DROP COLUMN averaged_until,
    DROP COLUMN antenna_height_m;
