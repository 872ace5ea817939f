"""Gene symbols: each stands once, and targets and Key Events point to it; which these are, and how to find one."""

import json
import sqlite3
from collections.abc import Collection
from dataclasses import dataclass

from core.errors import NotFound
from core.model import Level, Source, TargetKey
from core.store import search
from core.store.hierarchy import Relative

SHORTEST = 3  # letters that the index of symbols knows in a row
ONE_BEFORE = "lower(gene.symbol) NOT LIKE '_' || :word"  # TP53 for p53, but not CTGF for TGF


@dataclass(frozen=True, slots=True)
class Hit:
    """A gene that a search found, with how many targets and Key Events have it."""

    symbol: str
    targets: int
    key_events: int


@dataclass(frozen=True, slots=True)
class Bearer:
    """A Key Event that has a gene. `genes` counts all of its genes."""

    id: int
    title: str
    level: Level | None
    genes: int


@dataclass(frozen=True, slots=True)
class Gene:
    """A gene with what has it: Key Events, and the targets of each source with the fewest genes first.

    `counts` are all targets of each source, of which `targets` may hold the first.
    """

    symbol: str
    key_events: tuple[Bearer, ...]
    targets: dict[Source, tuple[Relative, ...]]
    counts: dict[Source, int]


def learn(db: sqlite3.Connection, symbols: Collection[str]) -> dict[str, int]:
    """See to it that every one of `symbols` is known. Returns the ids of all that are."""
    (newest,) = db.execute("SELECT coalesce(max(id), 0) FROM gene").fetchone()
    db.executemany(
        "INSERT INTO gene (symbol) VALUES (:symbol) ON CONFLICT (symbol) DO NOTHING",
        ({"symbol": symbol} for symbol in sorted(symbols)),
    )
    db.execute(
        "INSERT INTO gene_text (rowid, symbol) SELECT id, symbol FROM gene WHERE id > :newest", {"newest": newest}
    )
    return {row["symbol"]: row["id"] for row in db.execute("SELECT id, symbol FROM gene")}


def keep(db: sqlite3.Connection, owner: str, id: int, genes: Collection[int]) -> None:
    """Make these the genes of a target or a Key Event; `owner` is `target` or `key_event`.

    Only what differs is written: a term with thousands of genes changes by a few, and each goes into two trees.
    """
    values = {"id": id, "genes": json.dumps(sorted(genes))}
    db.execute(
        f"DELETE FROM {owner}_gene WHERE {owner} = :id AND gene NOT IN (SELECT value FROM json_each(:genes))", values
    )
    db.execute(
        f"INSERT INTO {owner}_gene ({owner}, gene) SELECT :id, value FROM json_each(:genes) WHERE true"
        f" ON CONFLICT ({owner}, gene) DO NOTHING",
        values,
    )


def get(db: sqlite3.Connection, symbol: str, most: int) -> Gene:
    """A gene with `most` targets of each source at most; withdrawn ones are left out. Raises NotFound."""
    row = db.execute("SELECT id FROM gene WHERE symbol = :symbol", {"symbol": search.storable(symbol)}).fetchone()
    if row is None:
        raise NotFound(f"No target and no Key Event here has a gene {symbol}; search finds symbols by their letters.")
    values = {"gene": row["id"], "most": most}
    bearers = db.execute(
        """
        SELECT key_event.id, key_event.title, key_event.level,
          (SELECT count(*) FROM key_event_gene AS other WHERE other.key_event = key_event.id) AS genes
        FROM key_event_gene JOIN key_event ON key_event.id = key_event_gene.key_event
        WHERE key_event_gene.gene = :gene AND key_event.withdrawn = 0 ORDER BY key_event.id
        """,
        values,
    )
    key_events = tuple(
        Bearer(row["id"], row["title"], Level(row["level"]) if row["level"] else None, row["genes"]) for row in bearers
    )
    targets: dict[Source, list[Relative]] = {source: [] for source in Source}
    counts = dict.fromkeys(Source, 0)
    for row in db.execute(
        """
        SELECT * FROM (
          SELECT target.source, target.accession, target.title, target.genes,
            row_number() OVER (PARTITION BY target.source ORDER BY target.genes, target.accession) AS place,
            count(*) OVER (PARTITION BY target.source) AS total
          FROM target_gene JOIN target ON target.id = target_gene.target
          WHERE target_gene.gene = :gene AND target.withdrawn = 0)
        WHERE place <= :most ORDER BY source, place
        """,
        values,
    ):
        source = Source(row["source"])
        counts[source] = row["total"]
        targets[source].append(Relative(TargetKey(source, row["accession"]), row["title"], False, row["genes"]))
    return Gene(symbol, key_events, {source: tuple(found) for source, found in targets.items()}, counts)


def named(db: sqlite3.Connection, text: str, limit: int) -> list[Hit]:
    """The genes that a text may mean: the symbol itself, symbols that begin with it, then those that have it in them.

    Two letters find the symbol alone. Ties by length and symbol.
    """
    word = "".join(search.words(text))
    like = "gene.id IN (SELECT rowid FROM gene_text WHERE gene_text MATCH :quoted)"
    rows = db.execute(
        f"""
        SELECT gene.symbol,
          (SELECT count(*) FROM target_gene WHERE target_gene.gene = gene.id) AS targets,
          (SELECT count(*) FROM key_event_gene WHERE key_event_gene.gene = gene.id) AS key_events
        FROM gene WHERE {like if len(word) >= SHORTEST else "gene.symbol = upper(:word)"}
        ORDER BY lower(gene.symbol) <> :word, {"NULL" if word.isalpha() else ONE_BEFORE},
          instr(lower(gene.symbol), :word) > 1, length(gene.symbol), gene.symbol LIMIT :limit
        """,
        {"quoted": f'"{word}"', "word": search.storable(word), "limit": limit},
    )
    return [Hit(**row) for row in rows if row["targets"] or row["key_events"]]


def spellings(db: sqlite3.Connection, text: str) -> dict[str, list[str]]:
    """The symbols that words of a text may stand for: those with one letter before it, as TP53 for p53."""
    found: dict[str, list[str]] = {}
    for word in search.words(text):
        if len(word) >= SHORTEST and not word.isalpha() and not word.isdigit():
            rows = db.execute(
                "SELECT symbol FROM gene WHERE id IN (SELECT rowid FROM gene_text WHERE gene_text MATCH :quoted)"
                " AND lower(symbol) LIKE '_' || :word ORDER BY symbol LIMIT 3",
                {"quoted": f'"{word}"', "word": search.storable(word)},
            )
            found[word] = [symbol.lower() for (symbol,) in rows if symbol.isalnum()]
    return found
