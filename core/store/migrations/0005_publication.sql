-- What readers and programs get: mappings in force, releases of them, and tokens to decide with.

-- Who a file names as author and approver, and what it was imported as. Only an import has it.
ALTER TABLE decision ADD COLUMN provenance TEXT
  CHECK (json_valid(provenance)) CHECK ((act = 'import') = (provenance IS NOT NULL));

-- The approved claim of each pair that was ever in force, kept with its decisions (see core/store/published.py).
-- A row that is not in force any more stays, so that who has read it once learns of its end.
CREATE TABLE published (
  pair               INTEGER PRIMARY KEY REFERENCES pair (id),
  key_event          INTEGER NOT NULL REFERENCES key_event (id),
  target             INTEGER NOT NULL REFERENCES target (id),
  source             TEXT NOT NULL,
  accession          TEXT NOT NULL,
  relation           TEXT NOT NULL,
  tier               TEXT,
  instrument         TEXT,
  instrument_version TEXT,
  answers            TEXT CHECK (json_valid(answers)),
  assessment_score   REAL,
  score              REAL,                   -- what the machine said when it was proposed
  note               TEXT NOT NULL,
  author             INTEGER NOT NULL REFERENCES person (id),
  author_named       TEXT CHECK (json_valid(author_named)),    -- who a file names instead, if it names somebody
  proposed_at        TEXT NOT NULL,          -- as the file says, where it says so
  approver           INTEGER NOT NULL REFERENCES person (id),
  approver_named     TEXT CHECK (json_valid(approver_named)),
  approved_at        TEXT NOT NULL,
  changed            INTEGER NOT NULL,       -- the decision that changed it last, and when
  changed_at         TEXT NOT NULL,
  touched            INTEGER NOT NULL,       -- the newest decision on the pair, whether it changed this or not
  ended_at           TEXT,                   -- NULL: in force
  reason             TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX published_order ON published (key_event, source, accession) WHERE ended_at IS NULL;
CREATE INDEX published_source ON published (source, key_event, accession) WHERE ended_at IS NULL;
CREATE INDEX published_target ON published (target) WHERE ended_at IS NULL;
CREATE INDEX published_changed ON published (changed_at, pair) WHERE ended_at IS NULL;
CREATE INDEX published_ended ON published (changed_at, pair) WHERE ended_at IS NOT NULL;
CREATE INDEX published_touched ON published (touched);

-- A release holds every decision up to `newest` on the pairs that were in force then.
CREATE TABLE release (
  id       INTEGER PRIMARY KEY,
  name     TEXT NOT NULL UNIQUE CHECK (name <> ''),
  newest   INTEGER NOT NULL,
  made_at  TEXT NOT NULL,
  manifest TEXT CHECK (json_valid(manifest))  -- its files and what they hold; NULL: being made
) STRICT;
CREATE TRIGGER release_keep_update BEFORE UPDATE ON release WHEN OLD.manifest IS NOT NULL
BEGIN SELECT RAISE (ABORT, 'a release is immutable'); END;
CREATE TRIGGER release_keep_delete BEFORE DELETE ON release WHEN OLD.manifest IS NOT NULL
BEGIN SELECT RAISE (ABORT, 'a release is immutable'); END;

-- A person's keys for programs. The token itself is shown once and kept as its SHA-256.
CREATE TABLE token (
  id         INTEGER PRIMARY KEY,
  digest     TEXT NOT NULL UNIQUE,
  person     INTEGER NOT NULL REFERENCES person (id),
  label      TEXT NOT NULL CHECK (label <> ''),
  scope      TEXT NOT NULL CHECK (scope IN ('curator', 'reviewer')),   -- the most that it may be used for
  created_at TEXT NOT NULL,
  expires_at TEXT NOT NULL,
  revoked_at TEXT
) STRICT;
CREATE INDEX token_person ON token (person, id);
