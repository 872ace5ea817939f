-- What a reviewer asked back, counted at every visit of its author.
CREATE INDEX mapping_asked_back ON mapping (author) WHERE asked_back = 1;
