-- Genes as sets that never change. An import writes them before it takes the lock for the rest: nothing points to them
-- yet, so nobody sees them. As one row a gene and target, in two trees, the Gene Ontology alone took seconds.

CREATE TABLE gene_set (
  id      INTEGER PRIMARY KEY AUTOINCREMENT,    -- never given twice: an import that points to one that is gone must fail
  symbols TEXT NOT NULL CHECK (symbols <> '')   -- sorted, one space between two
) STRICT;

-- Which sets a gene is in. rowid = gene_set.id; the words are ids of genes, since symbols may hold any sign.
CREATE VIRTUAL TABLE gene_set_text USING fts5 (
  genes, content = '', contentless_delete = 1, detail = none, tokenize = 'ascii'
);

ALTER TABLE target ADD COLUMN gene_set INTEGER REFERENCES gene_set (id);      -- NULL: none is known
ALTER TABLE key_event ADD COLUMN gene_set INTEGER REFERENCES gene_set (id);
ALTER TABLE key_event ADD COLUMN genes INTEGER NOT NULL DEFAULT 0;            -- how many, as target has it
ALTER TABLE target_before ADD COLUMN gene_set INTEGER REFERENCES gene_set (id);
ALTER TABLE key_event_before ADD COLUMN gene_set INTEGER REFERENCES gene_set (id);

-- What stands becomes a set of its own for each; those of equal content meet at the next import.
CREATE TABLE coming (
  whose  TEXT NOT NULL,
  owner  INTEGER NOT NULL,
  before INTEGER NOT NULL DEFAULT 0,
  id     INTEGER PRIMARY KEY,
  symbol TEXT NOT NULL,
  genes  TEXT NOT NULL
) STRICT;
INSERT INTO coming (whose, owner, symbol, genes)
  SELECT 'target', target, group_concat(symbol, ' ' ORDER BY symbol), group_concat(gene, ' ')
  FROM target_gene JOIN gene ON gene.id = gene GROUP BY target;
INSERT INTO coming (whose, owner, symbol, genes)
  SELECT 'key_event', key_event, group_concat(symbol, ' ' ORDER BY symbol), group_concat(gene, ' ')
  FROM key_event_gene JOIN gene ON gene.id = gene GROUP BY key_event;
INSERT INTO coming (whose, owner, before, symbol, genes)
  SELECT 'target', target, snapshot, group_concat(value, ' ' ORDER BY value), ''
  FROM target_before, json_each(target_before.genes) GROUP BY target, snapshot;
INSERT INTO coming (whose, owner, before, symbol, genes)
  SELECT 'key_event', key_event, snapshot, group_concat(value, ' ' ORDER BY value), ''
  FROM key_event_before, json_each(key_event_before.genes) GROUP BY key_event, snapshot;
CREATE INDEX coming_owner ON coming (whose, owner, before);

INSERT INTO gene_set (id, symbols) SELECT id, symbol FROM coming ORDER BY id;
INSERT INTO gene_set_text (rowid, genes) SELECT id, genes FROM coming WHERE genes <> '' ORDER BY id;
UPDATE target SET gene_set = (SELECT id FROM coming WHERE whose = 'target' AND owner = target.id AND before = 0);
UPDATE key_event SET
  gene_set = (SELECT id FROM coming WHERE whose = 'key_event' AND owner = key_event.id AND before = 0),
  genes = (SELECT count(*) FROM key_event_gene WHERE key_event_gene.key_event = key_event.id);
UPDATE target_before SET gene_set = (SELECT id FROM coming
  WHERE whose = 'target' AND owner = target_before.target AND before = target_before.snapshot);
UPDATE key_event_before SET gene_set = (SELECT id FROM coming
  WHERE whose = 'key_event' AND owner = key_event_before.key_event AND before = key_event_before.snapshot);
DROP TABLE coming;

-- How many different genes the targets of a source have: exports tell how special one is. It is counted as they come.
ALTER TABLE snapshot ADD COLUMN genes INTEGER NOT NULL DEFAULT 0;
UPDATE snapshot SET genes = (SELECT count(DISTINCT gene) FROM target_gene
  JOIN target ON target.id = target_gene.target WHERE target.source = snapshot.of)
  WHERE id IN (SELECT max(id) FROM snapshot GROUP BY of);

DROP TABLE target_gene;
DROP TABLE key_event_gene;
ALTER TABLE target_before DROP COLUMN genes;
ALTER TABLE key_event_before DROP COLUMN genes;

-- Which rows point to a set: from a gene to what has it, and whether a set is still wanted.
CREATE INDEX target_gene_set ON target (gene_set);
CREATE INDEX key_event_gene_set ON key_event (gene_set);
CREATE INDEX target_before_gene_set ON target_before (gene_set);
CREATE INDEX key_event_before_gene_set ON key_event_before (gene_set);
CREATE INDEX gene_spelt ON gene (lower(replace(symbol, '-', '')));    -- HLA-A, hlaa

-- Texts are searched as texts, and genes by their sets.
DROP TABLE target_text;
DROP TABLE key_event_text;
CREATE VIRTUAL TABLE target_text USING fts5 (
  accession, title, synonyms, description,
  content = '', contentless_delete = 1, prefix = '2 3', tokenize = 'unicode61 remove_diacritics 2'
);
CREATE VIRTUAL TABLE key_event_text USING fts5 (
  label, title, description,
  content = '', contentless_delete = 1, prefix = '2 3', tokenize = 'unicode61 remove_diacritics 2'
);
INSERT INTO target_text (rowid, accession, title, synonyms, description)
  SELECT id, accession, title, synonyms, description FROM target WHERE withdrawn = 0;
INSERT INTO key_event_text (rowid, label, title, description)
  SELECT id, 'KE ' || id, title, description FROM key_event WHERE withdrawn = 0;
