-- What waits for a reviewer, oldest first, with all that its filters ask: the queue is read from this alone.
CREATE INDEX mapping_waiting ON mapping (at, pair, key_event, source, accession, author, tier, state)
WHERE state IN ('proposed', 'revision');
