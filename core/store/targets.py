"""Targets: one, the rows of a page in one query, a source's catalogue; and what an import writes."""

import json
import sqlite3
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass

from core.errors import NotFound
from core.model import Pair, Source, Target, TargetKey
from core.store import gene_sets, snapshots


@dataclass(frozen=True, slots=True)
class TargetRow:
    """A target as a row of the triage table shows it. `shared` counts the genes it has in common with the Key Event."""

    key: TargetKey
    title: str
    description: str
    withdrawn: bool
    genes: int
    shared: int


WHOLE = """
target.source, target.accession, target.title, target.description, target.synonyms, target.withdrawn,
  (SELECT symbols FROM gene_set WHERE gene_set.id = target.gene_set) AS symbols
"""


def get(db: sqlite3.Connection, key: TargetKey) -> Target:
    """The target with this key, a withdrawn one too. Raises NotFound."""
    row = db.execute(
        f"SELECT {WHOLE} FROM target WHERE source = :source AND accession = :accession",
        {"source": key.source, "accession": key.accession},
    ).fetchone()
    if row is None:
        raise NotFound(f"There is no target {key.accession} in the catalogue; search for it by its title.")
    return _target(row, gene_sets.alone)


def by_pairs(db: sqlite3.Connection, pairs: Collection[Pair]) -> dict[Pair, TargetRow]:
    """The targets of these pairs, each as seen from its Key Event, in the order of `pairs`, in one query; unknown
    targets are left out, withdrawn ones are not."""
    rows = db.execute(
        """
        SELECT wanted.value ->> 0 AS key_event, target.source, target.accession, target.title, target.description,
          target.withdrawn, target.genes, of_key_event.symbols AS asked, of_target.symbols AS offered
        FROM json_each(:pairs) AS wanted
        JOIN target ON target.source = wanted.value ->> 1 AND target.accession = wanted.value ->> 2
        LEFT JOIN key_event ON key_event.id = wanted.value ->> 0
        LEFT JOIN gene_set AS of_key_event ON of_key_event.id = key_event.gene_set
        LEFT JOIN gene_set AS of_target ON of_target.id = target.gene_set AND of_key_event.id IS NOT NULL
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


def values(target: Target, sets: Mapping[tuple[str, ...], int]) -> dict[str, object]:
    """What `put` writes of a target; to be made before the write lock is taken. `sets` has the id of each set of genes
    (`gene_sets.bring`)."""
    return {
        "source": target.source,
        "accession": target.accession,
        "title": target.title,
        "description": target.description,
        "synonyms": json.dumps(target.synonyms, ensure_ascii=False),
        "genes": len(target.genes),
        "gene_set": sets.get(target.genes),
    }


def put(db: sqlite3.Connection, rows: Iterable[Mapping[str, object]], snapshot: int) -> None:
    """Write the targets that `snapshot` added, changed or brought back, from their `values`. Decisions that point to
    them stay; search follows with `refresh_text`."""
    db.executemany(
        """
        INSERT INTO target (source, accession, title, description, synonyms, genes, gene_set, withdrawn, snapshot)
        VALUES (:source, :accession, :title, :description, :synonyms, :genes, :gene_set, 0, :snapshot)
        ON CONFLICT (source, accession) DO UPDATE SET title = :title, description = :description,
          synonyms = :synonyms, genes = :genes, gene_set = :gene_set, withdrawn = 0, snapshot = :snapshot
        """,
        ({**row, "snapshot": snapshot} for row in rows),
    )


def withdraw(db: sqlite3.Connection, key: TargetKey, snapshot: int) -> None:
    """Mark a target that `snapshot` no longer has. Its row and genes stay for the decisions."""
    db.execute(
        "UPDATE target SET withdrawn = 1, snapshot = :snapshot WHERE source = :source AND accession = :accession",
        {"source": key.source, "accession": key.accession, "snapshot": snapshot},
    )


def refresh_text(db: sqlite3.Connection, keys: Collection[TargetKey]) -> None:
    """Let search find these targets by their text as it is now; withdrawn ones not at all.

    In one pass of its own: FTS5 writes out what it holds at each statement of another table that may be rolled back.
    """
    values = {"keys": json.dumps(list(keys))}
    these = "json_each(:keys) AS these JOIN target ON source = these.value ->> 0 AND accession = these.value ->> 1"
    db.execute(f"DELETE FROM target_text WHERE rowid IN (SELECT target.id FROM {these})", values)
    db.execute(
        f"""
        INSERT INTO target_text (rowid, accession, title, synonyms, description)
        SELECT target.id, accession, title, synonyms, description FROM {these} WHERE withdrawn = 0
        """,
        values,
    )


def _target(row: sqlite3.Row, read: Callable[[str | None], tuple[str, ...]] = gene_sets.symbols) -> Target:
    return Target(
        source=Source(row["source"]),
        accession=row["accession"],
        title=row["title"],
        description=row["description"],
        synonyms=tuple(json.loads(row["synonyms"])),
        genes=read(row["symbols"]),
        withdrawn=bool(row["withdrawn"]),
    )


def _target_row(row: sqlite3.Row) -> TargetRow:
    return TargetRow(
        key=TargetKey(Source(row["source"]), row["accession"]),
        title=row["title"],
        description=row["description"],
        withdrawn=bool(row["withdrawn"]),
        genes=row["genes"],
        shared=len({*gene_sets.symbols(row["asked"])}.intersection(gene_sets.symbols(row["offered"]))),
    )
