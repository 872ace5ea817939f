-- When a program last decided with a token, so that its person sees which ones may go.
ALTER TABLE token ADD COLUMN used_at TEXT;
