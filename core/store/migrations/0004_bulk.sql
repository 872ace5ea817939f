-- Acts that were made together, and are undone as one: a bulk approval, or an assessment that approves in a team of one.
ALTER TABLE decision ADD COLUMN bulk TEXT;
CREATE INDEX decision_bulk ON decision (bulk) WHERE bulk IS NOT NULL;
