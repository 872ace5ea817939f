-- What NCBI Gene calls a gene, where a source tells: readers of gene sets in R often have these numbers, not symbols. One
-- that no set has may stand here, and most genes of some sources do not.
CREATE TABLE gene_ncbi (
  symbol TEXT NOT NULL,
  source TEXT NOT NULL,                         -- that told it
  ncbi   INTEGER NOT NULL CHECK (ncbi > 0),
  PRIMARY KEY (symbol, source)
) STRICT, WITHOUT ROWID;
