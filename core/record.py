"""The journey of a mapping's page: everything that was ever done to one pair, by whom, when, why, and on what ground.

A mapping is named by the uuid of its first proposing decision, undone or not, which never changes; a pair that was
never proposed by that of its first decision. Any other decision's uuid leads to the same record.
"""

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from core import recheck, rules
from core.errors import NotFound
from core.model import Act, Decision, KeyEvent, Mapping, Membership, Pair, Person, Snapshot, Target
from core.reckoning import Reckoning, reckon
from core.sources import AOP_WIKI
from core.store import curators, decisions, key_events, snapshots, targets

PROPOSING = (Act.PROPOSE, Act.IMPORT)


@dataclass(frozen=True, slots=True)
class Undo:
    """Who took an act back, and when."""

    person: Person
    at: datetime


@dataclass(frozen=True, slots=True)
class Entry:
    """One act of the record. `reckoning` is that of its assessment; `grounds` the snapshots of AOP-Wiki and of the
    source that were in force when it was made; `undone` is None while it stands."""

    decision: Decision
    person: Person
    reckoning: Reckoning | None
    grounds: tuple[Snapshot, ...]
    undone: Undo | None


@dataclass(frozen=True, slots=True)
class Record:
    """A mapping with its history, oldest act first. `people` are those who stand for it, by id."""

    uuid: str
    key_event: KeyEvent
    memberships: tuple[Membership, ...]
    target: Target
    mapping: Mapping
    entries: tuple[Entry, ...]
    people: dict[int, Person]


def read(db: sqlite3.Connection, uuid: str) -> Record:
    """The record to which a decision's uuid leads. Raises NotFound."""
    pair = decisions.pair_of(db, uuid)
    if pair is None:
        raise NotFound(f"No decision here is called {uuid}: explore lists all mappings.")
    history = decisions.of_pair(db, pair)
    people = curators.by_ids(db, {decision.person for decision in history})
    return Record(
        uuid=name(history),
        key_event=key_events.get(db, pair.key_event),
        memberships=tuple(key_events.memberships_of(db, pair.key_event)),
        target=targets.get(db, pair.target),
        mapping=recheck.marked(db, rules.fold(pair, history)),
        entries=tuple(_entries(history, people, snapshots.of(db, (AOP_WIKI, pair.target.source)))),
        people=people,
    )


def now(db: sqlite3.Connection, pair: Pair) -> Mapping:
    """What is said of a pair now, decided on or not. Raises NotFound where the catalogue does not have it."""
    key_events.get(db, pair.key_event)
    targets.get(db, pair.target)
    return recheck.marked(db, rules.fold(pair, decisions.of_pair(db, pair)))


def name(history: Sequence[Decision]) -> str:
    """The uuid that names the mapping whose decisions these are (all of them, in order, at least one)."""
    proposing = (decision for decision in history if decision.act in PROPOSING)
    return next(proposing, history[0]).uuid


def _entries(history: Sequence[Decision], people: dict[int, Person], imports: Sequence[Snapshot]) -> Iterable[Entry]:
    undos = {decision.undoes: Undo(people[decision.person], decision.at) for decision in history if decision.undoes}
    for decision in history:
        if decision.act is not Act.UNDO:
            yield Entry(
                decision,
                people[decision.person],
                reckon(decision.assessment) if decision.assessment else None,
                tuple(in_force(imports, decision.at)),
                undos.get(decision.id),
            )


def in_force(imports: Iterable[Snapshot], at: datetime) -> list[Snapshot]:
    """The newest import of each source at that time. `imports` are in the order in which they happened."""
    return list({snapshot.of: snapshot for snapshot in imports if snapshot.imported_at <= at}.values())
