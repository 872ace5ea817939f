-- Lists of mappings in force by target or by tier: read off in their order, instead of a walk through all of them.
CREATE INDEX published_accession ON published (accession, key_event, source) WHERE ended_at IS NULL;
CREATE INDEX published_tier ON published (tier, key_event, source, accession) WHERE ended_at IS NULL;
