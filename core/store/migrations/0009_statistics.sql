-- What statistics count of the mappings in force, so that none of them is read whole: by day of approval, by source and
-- tier, by who is credited, and by the whole days from proposal to approval.
CREATE INDEX published_facts ON published (
  substr(approved_at, 1, 10), source, tier, author, approver, author_named, approver_named,
  CAST(max(0, julianday(approved_at) - julianday(proposed_at)) AS INTEGER)
) WHERE ended_at IS NULL;
