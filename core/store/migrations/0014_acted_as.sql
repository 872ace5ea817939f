-- The role that somebody had when they decided, which later ones do not change: what a note of theirs ends depends on it.
-- NULL: decided before this was kept.
ALTER TABLE decision ADD COLUMN role TEXT CHECK (role IN ('curator', 'reviewer', 'admin'));
