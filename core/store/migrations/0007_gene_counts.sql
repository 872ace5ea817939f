-- How many genes a target has, kept beside it: terms of the Gene Ontology have thousands, and lists count them.
ALTER TABLE target ADD COLUMN genes INTEGER NOT NULL DEFAULT 0;
UPDATE target SET genes = (SELECT count(*) FROM target_gene WHERE target_gene.target = target.id);
