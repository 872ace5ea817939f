"""Gene symbols: each stands once, and targets and Key Events point to it; which these are, and how to find one."""

import json
import re
import sqlite3
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from itertools import islice

from core import spellings
from core.errors import NotFound
from core.model import Level, Source, TargetKey
from core.store import search
from core.store.hierarchy import Relative

SHORTEST = 3  # letters that the index of symbols knows in a row
SPELT = "lower(replace(symbol, '-', ''))"  # how symbols are asked for: HLA-A as hlaa
CALLED = f"{SPELT} IN (SELECT value FROM json_each(:names))"
PROTEIN = re.compile(r"p[0-9]{2,3}")  # named by its weight, as p53 is; the gene has a letter more
ONE_BEFORE = "lower(gene.symbol) NOT LIKE '_' || :word"  # TP53 for p53, but not CTGF for TGF


# The sets that the gene with the number :gene is in; the number is given as text.
HAVING = "SELECT rowid FROM gene_set_text WHERE gene_set_text MATCH :gene"


@dataclass(frozen=True, slots=True)
class Numbered:
    """A gene with the number by which sets name it."""

    id: int
    symbol: str


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


def keep_ncbi(db: sqlite3.Connection, source: Source, ids: Mapping[str, int]) -> None:
    """Put what a source now tells of the ids of genes at NCBI, by symbol, in the place of what it told before."""
    db.execute("DELETE FROM gene_ncbi WHERE source = :source", {"source": source})
    db.executemany(
        "INSERT INTO gene_ncbi (symbol, source, ncbi) VALUES (:symbol, :source, :id)",
        [{"symbol": symbol, "source": source, "id": id} for symbol, id in ids.items()],
    )


def ncbi(db: sqlite3.Connection) -> dict[str, int]:
    """The ids of genes at NCBI, by symbol; without those of which two sources tell different ones."""
    cursor = db.cursor()
    cursor.row_factory = None
    return dict(cursor.execute("SELECT symbol, min(ncbi) FROM gene_ncbi GROUP BY symbol HAVING min(ncbi) = max(ncbi)"))


def has_ncbi(db: sqlite3.Connection) -> bool:
    """Whether any source has told ids of genes at NCBI."""
    return db.execute("SELECT 1 FROM gene_ncbi LIMIT 1").fetchone() is not None


def get(db: sqlite3.Connection, symbol: str, most: int) -> Gene:
    """A gene with `most` targets of each source at most; withdrawn ones are left out. Raises NotFound."""
    values = {"gene": str(_id(db, symbol)), "most": most}
    bearers = db.execute(
        f"""
        SELECT id, title, level, genes FROM key_event WHERE gene_set IN ({HAVING}) AND withdrawn = 0 ORDER BY id
        """,
        values,
    )
    key_events = tuple(
        Bearer(row["id"], row["title"], Level(row["level"]) if row["level"] else None, row["genes"]) for row in bearers
    )
    targets: dict[Source, list[Relative]] = {source: [] for source in Source}
    counts = dict.fromkeys(Source, 0)
    for row in db.execute(
        f"""
        SELECT * FROM (
          SELECT target.source, target.accession, target.title, target.genes,
            row_number() OVER (PARTITION BY target.source ORDER BY target.genes, target.accession) AS place,
            count(*) OVER (PARTITION BY target.source) AS total
          FROM target WHERE gene_set IN ({HAVING}) AND target.withdrawn = 0)
        WHERE place <= :most ORDER BY source, place
        """,
        values,
    ):
        source = Source(row["source"])
        counts[source] = row["total"]
        targets[source].append(Relative(TargetKey(source, row["accession"]), row["title"], False, row["genes"]))
    return Gene(symbol, key_events, {source: tuple(found) for source, found in targets.items()}, counts)


def of_source(db: sqlite3.Connection, symbol: str, source: Source, number: int, size: int) -> list[Relative]:
    """Page `number` (from 1) of the targets of a source that have a gene, those with the fewest genes first."""
    rows = db.execute(
        f"""
        SELECT source, accession, title, genes FROM target
        WHERE gene_set IN ({HAVING}) AND source = :source AND withdrawn = 0
        ORDER BY genes, accession LIMIT :size OFFSET :skip
        """,
        {"gene": str(_id(db, symbol)), "source": source, "size": size, "skip": (number - 1) * size},
    )
    return [Relative(TargetKey(source, row["accession"]), row["title"], False, row["genes"]) for row in rows]


def named(db: sqlite3.Connection, text: str, limit: int) -> list[Hit]:
    """The genes that a text may mean: the symbol itself or what is called so, symbols that begin with it, then those
    that have it in them.

    Two letters find the symbol alone. Ties by length and symbol; genes that nothing has any more are left out.
    """
    word = "".join(piece.word for piece in search.pieces(text))
    like = " OR gene.id IN (SELECT rowid FROM gene_text WHERE gene_text MATCH :quoted)" if len(word) >= SHORTEST else ""
    rows = db.execute(
        f"""
        SELECT gene.id, gene.symbol FROM gene WHERE {CALLED}{like}
        ORDER BY {SPELT} <> :word, {CALLED} DESC, {"NULL" if word.isalpha() else ONE_BEFORE},
          instr(lower(gene.symbol), :word) > 1, length(gene.symbol), gene.symbol
        """,
        {"quoted": f'"{word}"', "word": word, "names": json.dumps([word, *spellings.symbols(word)])},
    )
    return list(islice(filter(None, (_hit(db, *row) for row in rows)), limit))


def meant(db: sqlite3.Connection, text: str) -> dict[str, list[Numbered]]:
    """The genes that words of a text name, by word: PPARA for PPAR-α, TP53 for p53, PTGS2 for COX-2."""
    found: dict[str, list[Numbered]] = {}
    for piece in search.pieces(text):
        names = spellings.symbols(piece.word)
        rows = db.execute(f"SELECT id, symbol FROM gene WHERE {CALLED} ORDER BY symbol", {"names": json.dumps(names)})
        known = [Numbered(**row) for row in rows]
        if not known and PROTEIN.fullmatch(names[0]):
            rows = db.execute(
                "SELECT id, symbol FROM gene WHERE id IN (SELECT rowid FROM gene_text WHERE gene_text MATCH :quoted)"
                " AND lower(symbol) LIKE '_' || :word ORDER BY symbol LIMIT 3",
                {"quoted": f'"{names[0]}"', "word": names[0]},
            )
            known = [Numbered(**row) for row in rows]
        if known:
            found[piece.word] = known
    return found


def _id(db: sqlite3.Connection, symbol: str) -> int:
    row = db.execute("SELECT id FROM gene WHERE symbol = :symbol", {"symbol": search.storable(symbol)}).fetchone()
    if row is None:
        raise NotFound(f"No target and no Key Event here has a gene {symbol}; search finds symbols by their letters.")
    return int(row["id"])


def _hit(db: sqlite3.Connection, id: int, symbol: str) -> Hit | None:
    """The gene with what has it, unless nothing has."""
    counts = [
        db.execute(f"SELECT count(*) FROM {owner} WHERE gene_set IN ({HAVING})", {"gene": str(id)}).fetchone()[0]
        for owner in ("target", "key_event")
    ]
    return Hit(symbol, *counts) if any(counts) else None
