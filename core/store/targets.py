"""Targets: one, the rows of a page in one query, a source's catalogue, search; and what an import writes."""

import json
import sqlite3
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from core.errors import NotFound
from core.model import Pair, Source, Target, TargetKey
from core.store import genes as symbols
from core.store import search as words
from core.store import snapshots


@dataclass(frozen=True, slots=True)
class TargetRow:
    """A target as a row of the triage table shows it. `shared` counts the genes it has in common with the Key Event."""

    key: TargetKey
    title: str
    description: str
    withdrawn: bool
    genes: int
    shared: int


@dataclass(frozen=True, slots=True)
class TargetHit:
    """A target that a search found."""

    key: TargetKey
    title: str
    description: str
    genes: int


# A target whole; the order of aggregation is not defined, so `_target` sorts the symbols.
WHOLE = """
target.source, target.accession, target.title, target.description, target.synonyms, target.withdrawn,
  (SELECT group_concat(gene.symbol, ' ') FROM target_gene JOIN gene ON gene.id = target_gene.gene
     WHERE target_gene.target = target.id) AS symbols
"""


def get(db: sqlite3.Connection, key: TargetKey) -> Target:
    """The target with this key, a withdrawn one too. Raises NotFound."""
    row = db.execute(
        f"SELECT {WHOLE} FROM target WHERE source = :source AND accession = :accession",
        {"source": key.source, "accession": key.accession},
    ).fetchone()
    if row is None:
        raise NotFound(f"There is no target {key.accession} in the catalogue; search for it by its title.")
    return _target(row)


def genes(db: sqlite3.Connection, key: TargetKey) -> tuple[str, ...]:
    """The symbols of a target's genes, by name; none for an unknown target."""
    rows = db.execute(
        "SELECT gene.symbol FROM target JOIN target_gene ON target_gene.target = target.id"
        " JOIN gene ON gene.id = target_gene.gene"
        " WHERE target.source = :source AND target.accession = :accession ORDER BY gene.symbol",
        {"source": key.source, "accession": key.accession},
    )
    return tuple(symbol for (symbol,) in rows)


def by_pairs(db: sqlite3.Connection, pairs: Collection[Pair]) -> dict[Pair, TargetRow]:
    """The targets of these pairs, each as seen from its Key Event, in the order of `pairs`, in one query; unknown
    targets are left out, withdrawn ones are not."""
    rows = db.execute(
        """
        SELECT wanted.value ->> 0 AS key_event, target.source, target.accession, target.title, target.description,
          target.withdrawn, target.genes,
          (SELECT count(*) FROM target_gene
             JOIN key_event_gene ON key_event_gene.key_event = wanted.value ->> 0
               AND key_event_gene.gene = target_gene.gene
             WHERE target_gene.target = target.id) AS shared
        FROM json_each(:pairs) AS wanted
        JOIN target ON target.source = wanted.value ->> 1 AND target.accession = wanted.value ->> 2
        ORDER BY wanted.key
        """,
        {"pairs": json.dumps([(pair.key_event, *pair.target) for pair in pairs])},
    )
    return {Pair(row["key_event"], target.key): target for row, target in ((row, _target_row(row)) for row in rows)}


def whole(db: sqlite3.Connection, keys: Collection[TargetKey]) -> dict[TargetKey, Target]:
    """The targets with these keys, with text, synonyms and genes, in the order of `keys`; unknown ones are left out."""
    rows = db.execute(
        f"""
        SELECT {WHOLE} FROM json_each(:keys) AS wanted
        JOIN target ON target.source = wanted.value ->> 0 AND target.accession = wanted.value ->> 1
        ORDER BY wanted.key
        """,
        {"keys": json.dumps(list(keys))},
    )
    return {target.key: target for target in map(_target, rows)}


def catalogue(db: sqlite3.Connection, source: Source) -> list[Target]:
    """A source's targets that are not withdrawn, whole, by accession."""
    return [target for target in everything(db, source) if not target.withdrawn]


def everything(db: sqlite3.Connection, source: Source) -> list[Target]:
    """All targets that a source ever had here, withdrawn ones too, whole, by accession."""
    rows = db.execute(f"SELECT {WHOLE} FROM target WHERE source = :source ORDER BY accession", {"source": source})
    return [_target(row) for row in rows]


def accessions(db: sqlite3.Connection, source: Source) -> list[str]:
    """The accessions of a source's targets that are not withdrawn, sorted."""
    rows = db.execute(
        "SELECT accession FROM target WHERE source = :source AND withdrawn = 0 ORDER BY accession", {"source": source}
    )
    return [accession for (accession,) in rows]


def titles(db: sqlite3.Connection, source: Source) -> dict[str, str]:
    """The titles of a source's targets that are not withdrawn, by accession."""
    rows = db.execute(
        "SELECT accession, title FROM target WHERE source = :source AND withdrawn = 0", {"source": source}
    )
    return dict(rows.fetchall())


def counts(db: sqlite3.Connection) -> dict[Source, int]:
    """How many targets that are not withdrawn each source has: what its newest snapshot brought."""
    newest = snapshots.in_force(db)
    return {source: newest[source].total if source in newest else 0 for source in Source}


def search(db: sqlite3.Connection, text: str, source: Source | None = None, limit: int = 20) -> list[TargetHit]:
    """The targets that all words of `text` name, best first; withdrawn ones are left out.

    First the one whose accession was typed, then those that have the text as title or synonym, then those with all
    words in the title, the shortest title first (bm25 would hold a long gene list against a pathway), then by bm25
    with synonyms above genes above the description; ties by source and accession. Any text is allowed; one without
    a letter or digit finds nothing.
    """
    match = words.match(text, symbols.spellings(db, text))
    if not match:
        return []
    rows = db.execute(
        f"""
        SELECT target.source, target.accession, target.title, target.description, target.genes,
          target.title = :text COLLATE NOCASE OR instr(lower(target.synonyms), :quoted) > 0 AS named,
          target.id IN (SELECT rowid FROM target_text WHERE target_text MATCH :titled) AS titled
        FROM target_text JOIN target ON target.id = target_text.rowid
        WHERE target_text MATCH :match AND target.withdrawn = 0 {"AND target.source = :source" if source else ""}
        ORDER BY target.accession = :text COLLATE NOCASE DESC, named DESC, titled DESC,
          CASE WHEN titled THEN length(target.title) END, bm25(target_text, {words.TARGET_WEIGHTS}),
          target.source, target.accession
        LIMIT :limit
        """,
        {
            "match": match,
            "titled": f"title : ({match})",
            "text": words.storable(text),
            "quoted": json.dumps(words.storable(text).lower(), ensure_ascii=False),
            "source": source,
            "limit": limit,
        },
    )
    return [_hit(row) for row in rows]


def put(db: sqlite3.Connection, target: Target, snapshot: int, genes: Mapping[str, int]) -> None:
    """Write a target that `snapshot` added, changed or brought back, with its genes. Decisions that point to it stay.

    `genes` has the id of each symbol (`genes.learn`); search follows with `refresh_text`.
    """
    (id,) = db.execute(
        """
        INSERT INTO target (source, accession, title, description, synonyms, genes, withdrawn, snapshot)
        VALUES (:source, :accession, :title, :description, :synonyms, :genes, 0, :snapshot)
        ON CONFLICT (source, accession) DO UPDATE SET title = :title, description = :description,
          synonyms = :synonyms, genes = :genes, withdrawn = 0, snapshot = :snapshot
        RETURNING id
        """,
        {
            "source": target.source,
            "accession": target.accession,
            "title": target.title,
            "description": target.description,
            "synonyms": json.dumps(target.synonyms, ensure_ascii=False),
            "genes": len(target.genes),
            "snapshot": snapshot,
        },
    ).fetchone()
    symbols.keep(db, "target", id, [genes[symbol] for symbol in target.genes])


def withdraw(db: sqlite3.Connection, key: TargetKey, snapshot: int) -> None:
    """Mark a target that `snapshot` no longer has. Its row and genes stay for the decisions."""
    db.execute(
        "UPDATE target SET withdrawn = 1, snapshot = :snapshot WHERE source = :source AND accession = :accession",
        {"source": key.source, "accession": key.accession, "snapshot": snapshot},
    )


def refresh_text(db: sqlite3.Connection, snapshot: int) -> None:
    """Let search find what `snapshot` wrote, and forget what it withdrew.

    In one pass of its own: FTS5 writes out what it holds at each statement of another table that may be rolled back.
    """
    db.execute(
        "DELETE FROM target_text WHERE rowid IN (SELECT id FROM target WHERE snapshot = :snapshot)",
        {"snapshot": snapshot},
    )
    db.execute(
        """
        INSERT INTO target_text (rowid, accession, title, synonyms, description, genes)
        SELECT id, accession, title, synonyms, description, (SELECT group_concat(gene.symbol, ' ')
          FROM target_gene JOIN gene ON gene.id = target_gene.gene WHERE target_gene.target = target.id)
        FROM target WHERE snapshot = :snapshot AND withdrawn = 0
        """,
        {"snapshot": snapshot},
    )


def _target(row: sqlite3.Row) -> Target:
    return Target(
        source=Source(row["source"]),
        accession=row["accession"],
        title=row["title"],
        description=row["description"],
        synonyms=tuple(json.loads(row["synonyms"])),
        genes=tuple(sorted((row["symbols"] or "").split())),
        withdrawn=bool(row["withdrawn"]),
    )


def _target_row(row: sqlite3.Row) -> TargetRow:
    return TargetRow(
        key=TargetKey(Source(row["source"]), row["accession"]),
        title=row["title"],
        description=row["description"],
        withdrawn=bool(row["withdrawn"]),
        genes=row["genes"],
        shared=row["shared"],
    )


def _hit(row: sqlite3.Row) -> TargetHit:
    key = TargetKey(Source(row["source"]), row["accession"])
    return TargetHit(key, row["title"], row["description"], row["genes"])
