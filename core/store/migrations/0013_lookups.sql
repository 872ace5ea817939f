-- What requests ask for and found by walking through the table: whose mappings these are now, sessions that are over, and
-- how many acts of each kind there are.
CREATE INDEX mapping_person ON mapping (person);
CREATE INDEX session_expires ON session (expires_at);
CREATE INDEX decision_act ON decision (act);
