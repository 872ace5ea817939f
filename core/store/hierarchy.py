"""How targets stand to each other: what is above and below one, and where ids lead that a source gave up."""

import json
import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from core.model import Source, TargetKey

Edges = Mapping[str, tuple[str, ...]]  # accessions by accession, of one source


@dataclass(frozen=True, slots=True)
class Relative:
    """A target beside another one. `genes` counts its genes."""

    key: TargetKey
    title: str
    withdrawn: bool
    genes: int


_RELATIVE = """
SELECT target.source, target.accession, target.title, target.withdrawn, target.genes
"""


def parents(db: sqlite3.Connection, key: TargetKey) -> list[Relative]:
    """What a target is a kind or a part of, by title."""
    return _relatives(db, key, here="child", there="parent")


def children(db: sqlite3.Connection, key: TargetKey) -> list[Relative]:
    """The kinds and parts of a target, by title."""
    return _relatives(db, key, here="parent", there="child")


def above(db: sqlite3.Connection, keys: Iterable[TargetKey]) -> dict[TargetKey, tuple[Relative, ...]]:
    """What stands directly above these targets, and above that, up to the roots, in one query: the parents of each that
    has any, by title."""
    rows = db.execute(
        f"""
        WITH RECURSIVE edge (child, parent) AS (
          SELECT target_parent.child, target_parent.parent FROM json_each(:keys) AS wanted
            JOIN target ON target.source = wanted.value ->> 0 AND target.accession = wanted.value ->> 1
            JOIN target_parent ON target_parent.child = target.id
          UNION
          SELECT target_parent.child, target_parent.parent FROM edge
            JOIN target_parent ON target_parent.child = edge.parent
        )
        {_RELATIVE}, one.accession AS child FROM edge
          JOIN target ON target.id = edge.parent JOIN target AS one ON one.id = edge.child
        WHERE target.withdrawn = 0
        ORDER BY target.title COLLATE NOCASE, target.accession
        """,
        {"keys": json.dumps(list(keys))},
    )
    found: dict[TargetKey, list[Relative]] = {}
    for row in rows:
        found.setdefault(TargetKey(Source(row["source"]), row["child"]), []).append(_relative(row))
    return {key: tuple(parents) for key, parents in found.items()}


def replacements(db: sqlite3.Connection, key: TargetKey) -> list[Relative]:
    """The targets that a source names instead of an id that it gave up or merged; by accession."""
    rows = db.execute(
        f"""
        {_RELATIVE} FROM target_replacement JOIN target ON target.id = target_replacement.target
        WHERE target_replacement.source = :source AND target_replacement.accession = :accession
        ORDER BY target.accession
        """,
        {"source": key.source, "accession": key.accession},
    )
    return [_relative(row) for row in rows]


def led(db: sqlite3.Connection, accession: str) -> list[Relative]:
    """As `replacements`, whatever the source of the old id."""
    return [each for source in Source for each in replacements(db, TargetKey(source, accession))]


def keep_parents(db: sqlite3.Connection, source: Source, parents: Edges) -> None:
    """Make `parents` what stands above the targets of a source; all of them must be known."""
    ids = _ids(db, source)
    wanted = {(ids[child], ids[parent]) for child, above in parents.items() for parent in above}
    standing = {
        tuple(row)
        for row in db.execute(
            "SELECT child, parent FROM target_parent JOIN target ON target.id = child WHERE target.source = :source",
            {"source": source},
        )
    }
    db.executemany(
        "DELETE FROM target_parent WHERE child = :child AND parent = :parent",
        [{"child": child, "parent": parent} for child, parent in standing - wanted],
    )
    db.executemany(
        "INSERT INTO target_parent (child, parent) VALUES (:child, :parent)",
        [{"child": child, "parent": parent} for child, parent in sorted(wanted - standing)],
    )


def keep_replacements(db: sqlite3.Connection, source: Source, replaced: Edges) -> None:
    """Make `replaced` where the old ids of a source lead; the new ones must be known."""
    ids = _ids(db, source)
    db.execute("DELETE FROM target_replacement WHERE source = :source", {"source": source})
    db.executemany(
        "INSERT INTO target_replacement (source, accession, target) VALUES (:source, :accession, :target)",
        [
            {"source": source, "accession": old, "target": target}
            for old, new in sorted(replaced.items())
            for target in sorted({ids[accession] for accession in new})
        ],
    )


def _relatives(db: sqlite3.Connection, key: TargetKey, *, here: str, there: str) -> list[Relative]:
    rows = db.execute(
        f"""
        {_RELATIVE} FROM target AS one JOIN target_parent ON target_parent.{here} = one.id
        JOIN target ON target.id = target_parent.{there}
        WHERE one.source = :source AND one.accession = :accession AND target.withdrawn = 0
        ORDER BY target.title COLLATE NOCASE, target.accession
        """,
        {"source": key.source, "accession": key.accession},
    )
    return [_relative(row) for row in rows]


def _relative(row: sqlite3.Row) -> Relative:
    key = TargetKey(Source(row["source"]), row["accession"])
    return Relative(key, row["title"], bool(row["withdrawn"]), row["genes"])


def _ids(db: sqlite3.Connection, source: Source) -> dict[str, int]:
    rows = db.execute("SELECT accession, id FROM target WHERE source = :source", {"source": source})
    return {row["accession"]: row["id"] for row in rows}
