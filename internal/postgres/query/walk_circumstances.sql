-- walk_circumstances: what a walk meets on its case.
--
-- In    @case_id uuid; @party text; @sha256 bytea of the file; @track integer; @options jsonb
-- Out   one row: walk uuid, the same file told in the same way (null: it is new); party uuid and its side smallint
--       (null: nobody of that name yet); sides, the highest taken; seq and link bytea of the last evidence (0, null: none)
-- Plan  party_side_once; walk_once; evidence_seq_once, backwards
-- Why   One way to the server and back instead of four.
SELECT
    walk.id AS walk,
    named.id AS party,
    named.side,
    (SELECT coalesce(max(side), 0) FROM party WHERE case_id = @case_id) AS sides,
    coalesce(last.seq, 0) AS seq,
    last.link_sha256 AS link
FROM (VALUES (1)) AS one (row)
LEFT JOIN party AS named ON named.case_id = @case_id AND named.name = @party
LEFT JOIN walk ON walk.case_id = @case_id AND walk.party_id = named.id AND walk.asset_sha256 = @sha256::bytea
    AND walk.track = @track AND walk.options = @options::jsonb
LEFT JOIN LATERAL (SELECT seq, link_sha256 FROM evidence WHERE case_id = @case_id ORDER BY seq DESC LIMIT 1) AS last ON true;
