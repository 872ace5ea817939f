-- The whole of Keyway in one file: catalogue, people, decisions, and what follows from them.
-- Times are ISO 8601 in UTC ("2026-11-23T22:47:00.123456Z"): they sort as text. JSON columns hold objects.

-- Which database this is. A file without this row is not Keyway's, whatever its tables.
CREATE TABLE instance (
  id         INTEGER PRIMARY KEY CHECK (id = 1),
  uuid       TEXT NOT NULL,
  created_at TEXT NOT NULL
) STRICT;

-- Catalogue ----------------------------------------------------------------------------------------------------------

CREATE TABLE snapshot (
  id          INTEGER PRIMARY KEY,
  of          TEXT NOT NULL,                 -- a source, or aopwiki
  release     TEXT NOT NULL,
  imported_at TEXT NOT NULL,
  sha256      TEXT NOT NULL,                 -- of the files as they were read
  total       INTEGER NOT NULL,
  added       INTEGER NOT NULL,
  changed     INTEGER NOT NULL,
  withdrawn   INTEGER NOT NULL
) STRICT;
CREATE INDEX snapshot_of ON snapshot (of, id);

CREATE TABLE key_event (
  id          INTEGER PRIMARY KEY,           -- AOP-Wiki's number
  title       TEXT NOT NULL CHECK (title <> ''),
  description TEXT NOT NULL DEFAULT '',
  level       TEXT CHECK (level IN ('Molecular', 'Cellular', 'Tissue', 'Organ', 'Individual', 'Population')),
  withdrawn   INTEGER NOT NULL DEFAULT 0 CHECK (withdrawn IN (0, 1)),   -- gone from its source, kept for its decisions
  snapshot    INTEGER NOT NULL REFERENCES snapshot (id)   -- that changed it last: what came since makes mappings stale
) STRICT;

CREATE TABLE aop (
  id          INTEGER PRIMARY KEY,           -- AOP-Wiki's number
  title       TEXT NOT NULL,
  oecd_status TEXT
) STRICT;

CREATE TABLE aop_member (
  aop       INTEGER NOT NULL REFERENCES aop (id),
  key_event INTEGER NOT NULL REFERENCES key_event (id),
  role      TEXT CHECK (role IN ('MIE', 'KE', 'AO')),
  PRIMARY KEY (aop, key_event)
) STRICT, WITHOUT ROWID;
CREATE INDEX aop_member_key_event ON aop_member (key_event);

CREATE TABLE aop_relationship (
  aop        INTEGER NOT NULL REFERENCES aop (id),
  upstream   INTEGER NOT NULL REFERENCES key_event (id),
  downstream INTEGER NOT NULL REFERENCES key_event (id),
  PRIMARY KEY (aop, upstream, downstream)
) STRICT, WITHOUT ROWID;
CREATE INDEX aop_relationship_upstream ON aop_relationship (upstream);
CREATE INDEX aop_relationship_downstream ON aop_relationship (downstream);

CREATE TABLE target (
  id          INTEGER PRIMARY KEY,
  source      TEXT NOT NULL,
  accession   TEXT NOT NULL,
  title       TEXT NOT NULL CHECK (title <> ''),
  description TEXT NOT NULL DEFAULT '',
  synonyms    TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(synonyms)),
  withdrawn   INTEGER NOT NULL DEFAULT 0 CHECK (withdrawn IN (0, 1)),
  snapshot    INTEGER NOT NULL REFERENCES snapshot (id),
  UNIQUE (source, accession)
) STRICT;

CREATE TABLE gene (
  id     INTEGER PRIMARY KEY,
  symbol TEXT NOT NULL UNIQUE
) STRICT;

CREATE TABLE target_gene (
  target INTEGER NOT NULL REFERENCES target (id),
  gene   INTEGER NOT NULL REFERENCES gene (id),
  PRIMARY KEY (target, gene)
) STRICT, WITHOUT ROWID;
CREATE INDEX target_gene_gene ON target_gene (gene);

CREATE TABLE key_event_gene (
  key_event INTEGER NOT NULL REFERENCES key_event (id),
  gene      INTEGER NOT NULL REFERENCES gene (id),
  PRIMARY KEY (key_event, gene)
) STRICT, WITHOUT ROWID;
CREATE INDEX key_event_gene_gene ON key_event_gene (gene);

-- rowid = target.id and key_event.id; the text itself stays in those tables.
CREATE VIRTUAL TABLE target_text USING fts5 (
  accession, title, synonyms, description, genes,
  content = '', contentless_delete = 1, prefix = '2 3', tokenize = 'unicode61 remove_diacritics 2'
);
CREATE VIRTUAL TABLE key_event_text USING fts5 (
  label, title, description, genes,
  content = '', contentless_delete = 1, prefix = '2 3', tokenize = 'unicode61 remove_diacritics 2'
);

-- People -------------------------------------------------------------------------------------------------------------

CREATE TABLE person (
  id         INTEGER PRIMARY KEY,
  issuer     TEXT NOT NULL,                  -- who vouches for the number: https://github.com
  subject    INTEGER NOT NULL,               -- the provider's number; the login may change, this does not
  login      TEXT NOT NULL,
  name       TEXT NOT NULL DEFAULT '',
  role       TEXT CHECK (role IN ('curator', 'reviewer', 'admin')),     -- NULL: a stranger
  enabled    INTEGER NOT NULL DEFAULT 1 CHECK (enabled IN (0, 1)),
  asked_at   TEXT,                           -- asked for a role, and has none yet
  settings   TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(settings)),
  created_at TEXT NOT NULL,
  UNIQUE (issuer, subject)
) STRICT;

CREATE TABLE session (
  digest     TEXT PRIMARY KEY,               -- SHA-256 of the cookie, never the cookie
  person     INTEGER NOT NULL REFERENCES person (id),
  created_at TEXT NOT NULL,
  expires_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX session_person ON session (person);

-- Decisions ----------------------------------------------------------------------------------------------------------

CREATE TABLE pair (
  id        INTEGER PRIMARY KEY,
  key_event INTEGER NOT NULL REFERENCES key_event (id),
  target    INTEGER NOT NULL REFERENCES target (id),
  UNIQUE (key_event, target)
) STRICT;
CREATE INDEX pair_target ON pair (target);

-- Append-only. Ids come from one sequence with no_target's, so all acts have one order.
CREATE TABLE decision (
  id                 INTEGER PRIMARY KEY,
  uuid               TEXT NOT NULL UNIQUE,
  pair               INTEGER NOT NULL REFERENCES pair (id),
  person             INTEGER NOT NULL REFERENCES person (id),
  act                TEXT NOT NULL CHECK (act IN ('propose', 'assess', 'annotate', 'reject', 'unsure', 'approve', 'decline',
                       'ask-back', 'revise', 'affirm', 'retire', 'import', 'undo')),
  relation           TEXT CHECK (relation IN ('related', 'broader', 'narrower', 'equivalent')),
  instrument         TEXT,
  instrument_version TEXT,
  answers            TEXT CHECK (json_valid(answers)),
  assessment_score   REAL,
  tier               TEXT CHECK (tier IN ('high', 'medium', 'low')),
  score              REAL,                   -- what the machine said at that moment
  rank               INTEGER,
  run                TEXT,
  note               TEXT NOT NULL DEFAULT '',
  evidence           TEXT CHECK (json_valid(evidence)),
  retire             INTEGER NOT NULL DEFAULT 0 CHECK (retire IN (0, 1)),   -- a revision that asks for the end
  undoes             INTEGER UNIQUE REFERENCES decision (id),
  base_version       INTEGER NOT NULL CHECK (base_version >= 0),
  idempotency_key    TEXT NOT NULL,
  at                 TEXT NOT NULL,
  UNIQUE (pair, base_version),               -- two decisions on the same state are impossible
  UNIQUE (person, idempotency_key),          -- nor two from one form
  CHECK ((act = 'undo') = (undoes IS NOT NULL)),
  CHECK ((tier IS NULL) = (answers IS NULL))
) STRICT;
CREATE INDEX decision_person ON decision (person, id);

CREATE TABLE no_target (
  id              INTEGER PRIMARY KEY,
  uuid            TEXT NOT NULL UNIQUE,
  key_event       INTEGER NOT NULL REFERENCES key_event (id),
  source          TEXT,                      -- NULL: all sources
  person          INTEGER NOT NULL REFERENCES person (id),
  note            TEXT NOT NULL DEFAULT '',
  undoes          INTEGER UNIQUE REFERENCES no_target (id),
  base_version    INTEGER NOT NULL CHECK (base_version >= 0),
  idempotency_key TEXT NOT NULL,
  at              TEXT NOT NULL,
  UNIQUE (key_event, base_version),
  UNIQUE (person, idempotency_key)
) STRICT;
CREATE INDEX no_target_person ON no_target (person, id);

CREATE TRIGGER decision_keep_update BEFORE UPDATE ON decision
BEGIN SELECT RAISE (ABORT, 'decisions are append-only'); END;
CREATE TRIGGER decision_keep_delete BEFORE DELETE ON decision
BEGIN SELECT RAISE (ABORT, 'decisions are append-only'); END;
-- INSERT OR REPLACE deletes without the trigger above, so an insert over any existing key stops here.
CREATE TRIGGER decision_keep_insert BEFORE INSERT ON decision
WHEN EXISTS (SELECT 1 FROM decision WHERE id = NEW.id)
  OR EXISTS (SELECT 1 FROM decision WHERE uuid = NEW.uuid)
  OR EXISTS (SELECT 1 FROM decision WHERE undoes = NEW.undoes)
  OR EXISTS (SELECT 1 FROM decision WHERE pair = NEW.pair AND base_version = NEW.base_version)
  OR EXISTS (SELECT 1 FROM decision WHERE person = NEW.person AND idempotency_key = NEW.idempotency_key)
BEGIN SELECT RAISE (ABORT, 'decisions are append-only: one stands there already'); END;

CREATE TRIGGER no_target_keep_update BEFORE UPDATE ON no_target
BEGIN SELECT RAISE (ABORT, 'decisions are append-only'); END;
CREATE TRIGGER no_target_keep_delete BEFORE DELETE ON no_target
BEGIN SELECT RAISE (ABORT, 'decisions are append-only'); END;
CREATE TRIGGER no_target_keep_insert BEFORE INSERT ON no_target
WHEN EXISTS (SELECT 1 FROM no_target WHERE id = NEW.id)
  OR EXISTS (SELECT 1 FROM no_target WHERE uuid = NEW.uuid)
  OR EXISTS (SELECT 1 FROM no_target WHERE undoes = NEW.undoes)
  OR EXISTS (SELECT 1 FROM no_target WHERE key_event = NEW.key_event AND base_version = NEW.base_version)
  OR EXISTS (SELECT 1 FROM no_target WHERE person = NEW.person AND idempotency_key = NEW.idempotency_key)
BEGIN SELECT RAISE (ABORT, 'decisions are append-only: one stands there already'); END;

-- What follows from the decisions, written in their transaction so that lists and counts are quick.
-- `python -m scripts.migrate --rebuild` makes both again from the decisions alone.
CREATE TABLE mapping (
  pair       INTEGER PRIMARY KEY REFERENCES pair (id),
  key_event  INTEGER NOT NULL REFERENCES key_event (id),
  target     INTEGER NOT NULL REFERENCES target (id),
  source     TEXT NOT NULL,
  state      TEXT NOT NULL,
  person     INTEGER REFERENCES person (id),
  author     INTEGER REFERENCES person (id),
  relation   TEXT,
  tier       TEXT,
  asked_back INTEGER NOT NULL DEFAULT 0,
  stale      INTEGER NOT NULL DEFAULT 0,
  version    INTEGER NOT NULL,
  at         TEXT                            -- NULL: everything was undone
) STRICT;
CREATE INDEX mapping_key_event ON mapping (key_event, state);
CREATE INDEX mapping_target ON mapping (target, state);
CREATE INDEX mapping_state ON mapping (state, at);
CREATE INDEX mapping_author ON mapping (author, state);

-- A Key Event without a row here is open.
CREATE TABLE key_event_progress (
  key_event INTEGER PRIMARY KEY REFERENCES key_event (id),
  progress  TEXT NOT NULL CHECK (progress IN ('open', 'in-progress', 'done')),
  no_target TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(no_target))   -- sources where nothing fits, in force now
) STRICT;
CREATE INDEX key_event_progress_progress ON key_event_progress (progress);
