-- Access codes, linked ORCIDs, and what lists of mappings are read and sorted by.

-- A code gives the curator role to somebody who is signed in; the code itself is shown once and kept as its SHA-256.
CREATE TABLE access_code (
  id         INTEGER PRIMARY KEY,
  digest     TEXT NOT NULL UNIQUE,
  label      TEXT NOT NULL UNIQUE COLLATE NOCASE CHECK (label <> ''),   -- stands beside the decisions of whom it let in
  made_by    INTEGER REFERENCES person (id),                            -- NULL: by the operator's command
  made_at    TEXT NOT NULL,
  expires_at TEXT NOT NULL,
  most_uses  INTEGER NOT NULL CHECK (most_uses > 0),
  revoked_at TEXT
) STRICT;

-- Who came in by which code; nobody twice by the same one, so that a role that was taken stays taken.
CREATE TABLE access_code_use (
  code   INTEGER NOT NULL REFERENCES access_code (id),
  person INTEGER NOT NULL REFERENCES person (id),
  at     TEXT NOT NULL,
  PRIMARY KEY (code, person)
) STRICT, WITHOUT ROWID;

-- Wrong tries of the last minutes, counted over all workers. `who` is a person, or an address nobody can read back.
CREATE TABLE attempt (
  id  INTEGER PRIMARY KEY,
  who TEXT NOT NULL,
  at  TEXT NOT NULL
) STRICT;
CREATE INDEX attempt_who ON attempt (who, at);
CREATE INDEX attempt_at ON attempt (at);

ALTER TABLE person ADD COLUMN orcid TEXT;                                            -- linked by the person, for credit
ALTER TABLE person ADD COLUMN admitted_by INTEGER REFERENCES access_code (id);       -- the code that gave them their role

-- What a list of mappings shows, sorts by and leads to. `uuid` names the mapping for ever: see core/record.py.
ALTER TABLE mapping ADD COLUMN uuid TEXT NOT NULL DEFAULT '';
ALTER TABLE mapping ADD COLUMN accession TEXT NOT NULL DEFAULT '';
ALTER TABLE mapping ADD COLUMN confidence INTEGER NOT NULL
  GENERATED ALWAYS AS (CASE tier WHEN 'high' THEN 3 WHEN 'medium' THEN 2 WHEN 'low' THEN 1 ELSE 0 END) VIRTUAL;

UPDATE mapping SET
  accession = (SELECT target.accession FROM target WHERE target.id = mapping.target),
  uuid = (SELECT decision.uuid FROM decision WHERE decision.pair = mapping.pair
          ORDER BY decision.act NOT IN ('propose', 'import'), decision.id LIMIT 1);

CREATE UNIQUE INDEX mapping_uuid ON mapping (uuid);
-- Every order of the list, over one state and over all; the pair is the last column of each without being named.
CREATE INDEX mapping_at ON mapping (at);
CREATE INDEX mapping_accession ON mapping (accession);
CREATE INDEX mapping_confidence ON mapping (confidence);
CREATE INDEX mapping_state_key_event ON mapping (state, key_event);
CREATE INDEX mapping_state_accession ON mapping (state, accession);
CREATE INDEX mapping_state_confidence ON mapping (state, confidence);
-- What a filter asks of each mapping, so that counting those it leaves does not read the table.
CREATE INDEX mapping_facts ON mapping (state, source, tier, relation, author, person);
