"""The list of all mappings: filtered, in one of a few orders, page by page from where the last one ended."""

import sqlite3
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from core.model import Relation, Source, State, TargetKey, Tier
from core.store import clock, gene_sets

MOST_COUNTED = 10_000
FEW = 1_000  # so many are found by the filter and sorted; more are met soon enough while walking in order


class Order(StrEnum):
    """What a list is sorted by; ties by when the pair was first decided on."""

    NEWEST = "newest"
    OLDEST = "oldest"
    KEY_EVENT = "key-event"
    TARGET = "target"
    CONFIDENCE = "confidence"


# column, and whether it falls; each has an index whose last column is the pair
_ORDERS: dict[Order, tuple[str, bool]] = {
    Order.NEWEST: ("at", True),
    Order.OLDEST: ("at", False),
    Order.KEY_EVENT: ("key_event", False),
    Order.TARGET: ("accession", False),
    Order.CONFIDENCE: ("confidence", True),
}


@dataclass(frozen=True, slots=True)
class Filter:
    """Which mappings to list. `state` None: every state but open; `person` proposed or brought it into its state."""

    state: State | None = State.APPROVED
    key_event: int | None = None
    aop: int | None = None
    source: Source | None = None
    accession: str = ""
    gene: str = ""
    tier: Tier | None = None
    relation: Relation | None = None
    person: str = ""
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Mark:
    """Where a page begins or ends: the value that the list is sorted by, and the pair."""

    value: str
    pair: int


@dataclass(frozen=True, slots=True)
class Row:
    """One mapping of the list. `author` stands for it, `person` brought it into its state at `at`."""

    mark: Mark
    uuid: str
    key_event: int
    key_event_title: str
    target: TargetKey
    target_title: str
    state: State
    relation: Relation | None
    tier: Tier | None
    author: str
    person: str
    at: datetime
    asked_back: bool
    stale: bool


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the list, and the marks to go on from; None where there is nothing more on that side.

    `total` counts the whole list; it is `MOST_COUNTED + 1` where there are more than that.
    """

    rows: tuple[Row, ...]
    total: int
    before: Mark | None
    after: Mark | None


def page(
    db: sqlite3.Connection, filter: Filter, order: Order = Order.NEWEST, *,
    after: Mark | None = None, before: Mark | None = None, size: int = 50,
) -> Page:  # fmt: skip
    """The first `size` mappings after a mark, or the last ones before it; without a mark, the first of all."""
    column, falls = _ORDERS[order]
    total = _count(db, filter)
    if not total:
        return Page((), 0, None, None)
    few = total <= FEW
    where, values = _where(filter, "" if few else column)
    mark, backwards = (before, True) if before else (after, False)
    down = falls != backwards
    if mark:
        where.append(f"(mapping.{column}, mapping.pair) {'<' if down else '>'} (:value, :pair)")
        values |= {"value": _bound(column, mark.value), "pair": mark.pair}
    way = "DESC" if down else "ASC"
    by = f"{'+' if few else ''}mapping.{column} {way}, mapping.pair {way}"
    rows = db.execute(
        f"{_SELECT} WHERE {' AND '.join(where)} ORDER BY {by} LIMIT :limit", values | {"limit": size + 1}
    ).fetchall()
    found = [_row(row, column) for row in rows[:size]]
    more = len(rows) > size
    if backwards:
        found.reverse()
    return Page(
        tuple(found),
        total,
        before=found[0].mark if found and (more if backwards else after is not None) else None,
        after=found[-1].mark if found and (backwards or more) else None,
    )


_SELECT = """
SELECT mapping.pair, mapping.confidence, mapping.uuid, mapping.key_event, key_event.title AS key_event_title,
  mapping.source, mapping.accession, target.title AS target_title, mapping.state, mapping.relation, mapping.tier,
  coalesce(author.login, '') AS author, coalesce(person.login, '') AS person, mapping.at, mapping.asked_back,
  mapping.stale
FROM mapping
JOIN key_event ON key_event.id = mapping.key_event
JOIN target ON target.id = mapping.target
LEFT JOIN person AS author ON author.id = mapping.author
LEFT JOIN person ON person.id = mapping.person
"""


def _where(filter: Filter, walked: str = "") -> tuple[list[str], dict[str, object]]:
    """The conditions and their values. Where the list is walked in the order of a column, a unary + keeps the indexes
    of the other ones out of the way: they would find many mappings that are yet to be sorted."""

    def of(column: str) -> str:
        return f"{'+' if walked and walked != column else ''}mapping.{column}"

    given: list[tuple[str, dict[str, object]]] = [
        ("mapping.state = :state", {"state": filter.state})
        if filter.state
        else ("+mapping.state <> :open", {"open": State.OPEN})
    ]
    if filter.key_event is not None:
        given.append((f"{of('key_event')} = :key_event", {"key_event": str(filter.key_event)}))
    if filter.aop is not None:
        members = "SELECT key_event FROM aop_member WHERE aop = :aop"
        given.append((f"{'+' if walked else ''}mapping.key_event IN ({members})", {"aop": str(filter.aop)}))
    if filter.source:
        given.append((f"{of('source')} = :source", {"source": filter.source}))
    if filter.accession:
        given.append((f"{of('accession')} = :accession", {"accession": filter.accession}))
    if filter.gene:
        given.append((f"{of('target')} IN ({gene_sets.TARGETS})", {"gene": filter.gene}))
    if filter.tier:
        given.append((f"{of('tier')} = :tier", {"tier": filter.tier}))
    if filter.relation:
        given.append((f"{of('relation')} = :relation", {"relation": filter.relation}))
    if filter.person:
        same = "SELECT id FROM person WHERE login = :person COLLATE NOCASE"
        either = f"({of('author')} IN ({same}) OR {of('person')} IN ({same}))"
        given.append((either, {"person": filter.person}))
    if filter.since:
        given.append((f"{of('at')} >= :since", {"since": filter.since.isoformat()}))
    if filter.until:
        given.append((f"{of('at')} < :until", {"until": (filter.until + timedelta(days=1)).isoformat()}))
    return [clause for clause, _ in given], {name: value for _, values in given for name, value in values.items()}


def _count(db: sqlite3.Connection, filter: Filter) -> int:
    where, values = _where(filter)
    limited = f"SELECT 1 FROM mapping WHERE {' AND '.join(where)} LIMIT {MOST_COUNTED + 1}"
    return int(db.execute(f"SELECT count(*) FROM ({limited})", values).fetchone()[0])


def _bound(column: str, value: str) -> str | int:
    """A mark's value as its column compares it."""
    if column in ("key_event", "confidence"):
        return int(value) if value.isascii() and value.isdigit() and len(value) < 10 else 0
    return value


def _row(row: sqlite3.Row, column: str) -> Row:
    return Row(
        mark=Mark(str(row[column]), row["pair"]),
        uuid=row["uuid"],
        key_event=row["key_event"],
        key_event_title=row["key_event_title"],
        target=TargetKey(Source(row["source"]), row["accession"]),
        target_title=row["target_title"],
        state=State(row["state"]),
        relation=Relation(row["relation"]) if row["relation"] else None,
        tier=Tier(row["tier"]) if row["tier"] else None,
        author=row["author"],
        person=row["person"],
        at=clock.moment(row["at"]),
        asked_back=bool(row["asked_back"]),
        stale=bool(row["stale"]),
    )
