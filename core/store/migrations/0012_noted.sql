-- Whether any mapping in force has a note, which decides a column of a file before its first row, without reading all.
CREATE INDEX published_noted ON published (pair) WHERE ended_at IS NULL AND note <> '';
