-- What the sources' own forms bring beyond rows and genes, and what an import changed of what people had judged.

CREATE TABLE target_parent (
  child  INTEGER NOT NULL REFERENCES target (id),
  parent INTEGER NOT NULL REFERENCES target (id),
  PRIMARY KEY (child, parent)
) STRICT, WITHOUT ROWID;
CREATE INDEX target_parent_parent ON target_parent (parent);

-- Where an id leads that its source gave up or merged. The old one need never have been a target here.
CREATE TABLE target_replacement (
  source    TEXT NOT NULL,
  accession TEXT NOT NULL,
  target    INTEGER NOT NULL REFERENCES target (id),
  PRIMARY KEY (source, accession, target)
) STRICT, WITHOUT ROWID;

-- Key Events and targets that somebody decided on, as they were before a snapshot changed them.
CREATE TABLE key_event_before (
  key_event   INTEGER NOT NULL REFERENCES key_event (id),
  snapshot    INTEGER NOT NULL REFERENCES snapshot (id),
  title       TEXT NOT NULL,
  description TEXT NOT NULL,
  genes       TEXT NOT NULL CHECK (json_valid(genes)),
  PRIMARY KEY (key_event, snapshot)
) STRICT;

CREATE TABLE target_before (
  target      INTEGER NOT NULL REFERENCES target (id),
  snapshot    INTEGER NOT NULL REFERENCES snapshot (id),
  title       TEXT NOT NULL,
  description TEXT NOT NULL,
  genes       TEXT NOT NULL CHECK (json_valid(genes)),
  PRIMARY KEY (target, snapshot)
) STRICT;

-- The newest decision when the snapshot was written: acts and imports have one order, whatever the clocks say.
ALTER TABLE snapshot ADD COLUMN decisions INTEGER NOT NULL DEFAULT 0;

-- The decision that approved or affirmed a mapping last: what it has been judged on is what stood then.
ALTER TABLE mapping ADD COLUMN confirmed INTEGER;
CREATE INDEX mapping_stale ON mapping (key_event, target) WHERE stale = 1;

-- Symbols by any three letters in a row: p53 finds TP53. rowid = gene.id.
CREATE VIRTUAL TABLE gene_text USING fts5 (symbol, content = '', contentless_delete = 1, tokenize = 'trigram');
INSERT INTO gene_text (rowid, symbol) SELECT id, symbol FROM gene;
