"""Mappings in force as a stream of values, in one stable order: what every export and the API read."""

import json
import sqlite3
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from core.export.published import GeneSet, LeftOut, Published, Retired
from core.model import Source, TargetKey, Tier
from core.store import clock
from core.store import gene_sets as sets
from core.store.explore import Filter
from core.store.rows import SELECT, SELECT_SHORT, Reader


@dataclass(frozen=True, slots=True)
class Selection:
    """Which of the mappings in force somebody wants: a filter of the list of all mappings, whose state is not looked
    at, a lowest tier, and a time since which they changed. The empty one is all of them."""

    filter: Filter = Filter()
    least: Tier | None = None
    changed_since: datetime | None = None


ALL = Selection()
_FROM = """
FROM published
JOIN mapping ON mapping.pair = published.pair
JOIN key_event ON key_event.id = published.key_event
JOIN target ON target.id = published.target
"""
_ORDER = "ORDER BY published.key_event, published.source, published.accession"


def rows(
    db: sqlite3.Connection, selection: Selection = ALL, after: tuple[int, str, str] | None = None,
    skip: int = 0, limit: int = -1, described: bool = True,
) -> Iterator[Published]:  # fmt: skip
    """The mappings in force that `selection` leaves, by Key Event, source and accession, read as they are asked for.

    `after` is such a place in the order: only what comes behind it. `limit` -1: all. `described`
    False: the descriptions of targets stay empty, and how deep they lie is not told.
    """
    where, values = _where(selection)
    if after is not None:
        where += " AND (published.key_event, published.source, published.accession) > (:at_key_event, :at_source, :at)"
        values |= dict(zip(("at_key_event", "at_source", "at"), after, strict=True))
    cursor = db.cursor()
    cursor.row_factory = None
    columns = SELECT if described else SELECT_SHORT
    cursor.execute(f"{columns} {_FROM} WHERE {where} {_ORDER} LIMIT :limit OFFSET :skip",
                   values | {"limit": limit, "skip": skip})  # fmt: skip
    yield from map(Reader(db, deep=described).published, cursor)


def one(db: sqlite3.Connection, uuid: str) -> Published | None:
    """The mapping in force with this name, or None."""
    row = db.execute(
        f"{SELECT} {_FROM} WHERE mapping.uuid = :uuid AND published.ended_at IS NULL", {"uuid": uuid}
    ).fetchone()
    return None if row is None else Reader(db).published(tuple(row))


def count(db: sqlite3.Connection, selection: Selection = ALL) -> int:
    """How many mappings in force `selection` leaves."""
    where, values = _where(selection)
    return int(db.execute(f"SELECT count(*) FROM published WHERE {where}", values).fetchone()[0])


def said(db: sqlite3.Connection, selection: Selection = ALL) -> frozenset[str]:
    """The optional columns of SSSOM that at least one of the selected mappings fills."""
    where, values = _where(selection)
    filled = {"confidence": "tier IS NOT NULL", "curation_rule_text": "answers IS NOT NULL", "comment": "note <> ''"}
    some = {name: f"EXISTS (SELECT 1 FROM published WHERE {where} AND published.{is_}" for name, is_ in filled.items()}
    stale = "mapping JOIN published ON published.pair = mapping.pair WHERE mapping.stale = 1"
    some["comment"] += f") OR EXISTS (SELECT 1 FROM {stale} AND {where}"
    found = db.execute(f"SELECT {', '.join(f'{each})' for each in some.values())}", values).fetchone()
    return frozenset(name for name, said in zip(filled, found, strict=True) if said)


def gene_sets(db: sqlite3.Connection, selection: Selection = ALL) -> Iterator[GeneSet]:
    """The mapped pairs that `selection` leaves, with the symbols of their targets; pairs without genes are left out."""
    where, values = _where(selection)
    cursor = db.cursor()
    cursor.row_factory = None
    cursor.execute(
        f"""
        SELECT published.key_event, key_event.title, published.source, published.accession, target.title,
          gene_set.symbols
        {_FROM} JOIN gene_set ON gene_set.id = target.gene_set WHERE {where} {_ORDER}
        """,
        values,
    )
    for key_event, key_event_title, source, accession, title, symbols in cursor:
        key = TargetKey(Source(source), accession)
        yield GeneSet(key_event, key_event_title, key, title, sets.symbols(symbols))


def left_out(
    db: sqlite3.Connection, selection: Selection = ALL, ids: Mapping[str, int] | None = None, most: int = sys.maxsize
) -> LeftOut:
    """What gene sets lack of the mappings that `selection` leaves: targets by source and accession, symbols by name.

    `ids` are those of genes at NCBI: a gene without one cannot be named by it. None: genes are named by their symbols.
    `most`: once so many symbols are found, no others are looked for, because that takes long.
    """
    where, values = _where(selection)
    nameless = "target.gene_set IS NULL AND" if ids is None else ""
    cursor = db.cursor()
    cursor.row_factory = None
    cursor.execute(
        f"""
        SELECT target.source, target.accession, target.title, gene_set.symbols
        FROM target LEFT JOIN gene_set ON gene_set.id = target.gene_set
        WHERE {nameless} target.id IN (SELECT published.target FROM published WHERE {where})
        ORDER BY target.source, target.accession
        """,
        values,
    )
    known = frozenset(ids or ())
    targets: list[tuple[TargetKey, str]] = []
    genes: set[str] = set()
    for source, accession, title, text in cursor:
        if text and len(genes) < most:
            genes |= set(text.split(" ")) - known
        if not text or not _names_one(text, known):
            targets.append((TargetKey(Source(source), accession), title))
    return LeftOut(tuple(targets), tuple(sorted(genes)))


def _names_one(text: str, known: frozenset[str]) -> bool:
    """Whether one of the symbols in `text` is known. The first one mostly is, and parting the rest takes longest."""
    first, _, others = text.partition(" ")
    return first in known or not known.isdisjoint(others.split(" "))


def retired(
    db: sqlite3.Connection, since: datetime | None, after: tuple[str, str] | None = None,
    skip: int = 0, limit: int = -1,
) -> list[Retired]:  # fmt: skip
    """Mappings that are not in force any more, oldest end first, from `since` on.

    `after` is one of them, by when it ended and its name: only what comes behind it.
    """
    behind = "AND (published.changed_at, published.pair) > (:at, (SELECT pair FROM mapping WHERE uuid = :uuid))"
    at, uuid = after or ("", "")
    found = db.execute(
        f"""
        SELECT mapping.uuid, published.key_event, published.source, published.accession, published.ended_at,
          published.reason
        FROM published JOIN mapping ON mapping.pair = published.pair
        WHERE published.ended_at IS NOT NULL AND published.changed_at >= :since {behind if after else ""}
        ORDER BY published.changed_at, published.pair LIMIT :limit OFFSET :skip
        """,
        {"since": clock.text(since) if since else "", "at": at, "uuid": uuid, "limit": limit, "skip": skip},
    )
    return [
        Retired(uuid, key_event, TargetKey(Source(source), accession), clock.moment(ended_at), reason)
        for uuid, key_event, source, accession, ended_at, reason in found
    ]


def count_retired(db: sqlite3.Connection, since: datetime | None) -> int:
    """How many mappings ended from `since` on."""
    row = db.execute(
        "SELECT count(*) FROM published WHERE ended_at IS NOT NULL AND changed_at >= :since",
        {"since": clock.text(since) if since else ""},
    ).fetchone()
    return int(row[0])


def _where(selection: Selection) -> tuple[str, dict[str, object]]:
    filter = selection.filter
    members = "SELECT key_event FROM aop_member WHERE aop = :aop"
    same = "SELECT id FROM person WHERE login = :person COLLATE NOCASE"
    tiers = list(Tier)[: list(Tier).index(selection.least) + 1] if selection.least else None
    until = filter.until + timedelta(days=1) if filter.until else None
    asked: dict[str, tuple[object, str]] = {
        "source": (filter.source, "published.source = :source"),
        "key_event": (filter.key_event, "published.key_event = :key_event"),
        "aop": (filter.aop, f"published.key_event IN ({members})"),
        "accession": (filter.accession, "published.accession = :accession"),
        "gene": (filter.gene, f"published.target IN ({sets.TARGETS})"),
        "tier": (filter.tier, "published.tier = :tier"),
        "tiers": (json.dumps(tiers) if tiers else None, "published.tier IN (SELECT value FROM json_each(:tiers))"),
        "relation": (filter.relation, "published.relation = :relation"),
        "person": (filter.person, f"(published.author IN ({same}) OR published.approver IN ({same}))"),
        "since": (filter.since and filter.since.isoformat(), "published.approved_at >= :since"),
        "until": (until and until.isoformat(), "published.approved_at < :until"),
        "changed": (
            selection.changed_since and clock.text(selection.changed_since),
            "published.changed_at >= :changed",
        ),
    }
    given = {name: (value, clause) for name, (value, clause) in asked.items() if value}
    clauses = ["published.ended_at IS NULL", *(clause for _, clause in given.values())]
    return " AND ".join(clauses), {name: str(value) for name, (value, _) in given.items()}
