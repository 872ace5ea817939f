"""The journey of a second look: which mappings in force rest on what has changed since, and what exactly changed."""

import sqlite3
from collections.abc import Collection, Iterable
from collections.abc import Mapping as MappingOf
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

from core.errors import Invalid
from core.model import Act, KeyEvent, Mapping, Pair, Target, TargetKey
from core.sources import spec
from core.staleness import Change, T, changes
from core.store import before, connection, hierarchy, key_events, mappings, snapshots, targets
from core.store.before import Confirmed
from core.store.hierarchy import Relative

NOTHING: MappingOf[Any, Any] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Since:
    """What changed of both ends of a pair since it was approved or affirmed last.

    `instead` is what the source names in the place of a target that it has withdrawn.
    """

    key_event: tuple[Change, ...] = ()
    target: tuple[Change, ...] = ()
    instead: tuple[Relative, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.key_event or self.target)


@dataclass(frozen=True, slots=True)
class Foreseen:
    """Which mappings will be stale, and which not, each with the decision that confirmed it last; `base` is the last
    snapshot there was, since any other import may make it wrong."""

    base: int
    stale: MappingOf[tuple[Pair, int], bool]


def marked(db: sqlite3.Connection, mapping: Mapping) -> Mapping:
    """A mapping as its decisions fold, with the mark *stale* where something changed since."""
    return replace(mapping, stale=bool(since(db, mapping)))


def all_marked(db: sqlite3.Connection, folded: MappingOf[Pair, Mapping]) -> dict[Pair, Mapping]:
    """Mappings as they fold, with their marks, in one query: those kept beside the decisions."""
    stale = set(mappings.stale(db, {pair.key_event for pair in folded}))
    return {pair: replace(mapping, stale=True) if pair in stale else mapping for pair, mapping in folded.items()}


def since(db: sqlite3.Connection, mapping: Mapping) -> Since:
    """What changed since a mapping in force was confirmed; nothing for any other."""
    if mapping.confirmed is None:
        return Since()
    key_event, target = key_events.get(db, mapping.pair.key_event), targets.get(db, mapping.pair.target)
    return compared(db, key_event, target, mapping.confirmed)


def compared(db: sqlite3.Connection, key_event: KeyEvent, target: Target, decision: int) -> Since:
    """What changed of these two since `decision`."""
    return Since(
        changes(before.key_event(db, key_event, decision), key_event),
        changes(before.target(db, target, decision), target),
        tuple(hierarchy.replacements(db, target.key)) if target.withdrawn else (),
    )


def foresee(db: sqlite3.Connection, coming: Iterable[KeyEvent | Target]) -> Foreseen:
    """Which mappings in force will be stale, and which not, once these rows have come. Only reads, and takes its time:
    to be done before the write lock is taken."""
    of_key_event, of_target = dict[int, KeyEvent](), dict[TargetKey, Target]()
    for row in coming:
        if isinstance(row, Target):
            of_target[row.key] = row
        else:
            of_key_event[row.id] = row
    with connection.snapshot(db):
        resting = before.resting(db, of_key_event.keys(), of_target.keys())
        marks = _marks(db, resting, of_key_event, of_target)
        return Foreseen(snapshots.last(db), {(each.pair, each.by): marks[each.pair] for each in resting})


def still(db: sqlite3.Connection, foreseen: Foreseen) -> Foreseen:
    """What was foreseen, if no import has come since; else nothing. To be asked under the lock, before writing."""
    return foreseen if foreseen.base == snapshots.last(db) else Foreseen(foreseen.base, NOTHING)


def mark(db: sqlite3.Connection, snapshot: int, foreseen: Foreseen) -> int:
    """Keep the mark of every mapping that a snapshot may have changed. Returns how many of them are stale.

    Those that stand as they were foreseen are not looked at again: only what was decided on since then is.
    """
    known, touched = foreseen.stale, before.touched(db, snapshot)
    marks = {each.pair: known[each.pair, each.by] for each in touched if (each.pair, each.by) in known}
    if unforeseen := [each for each in touched if each.pair not in marks]:
        marks |= _marks(db, unforeseen)
    mappings.keep_stale(db, marks)
    return sum(marks.values())


def _marks(
    db: sqlite3.Connection, confirmed: Collection[Confirmed],
    of_key_event: MappingOf[int, KeyEvent] = NOTHING, of_target: MappingOf[TargetKey, Target] = NOTHING,
) -> dict[Pair, bool]:  # fmt: skip
    """Whether each of these mappings is stale once these rows have come. Each row is held once against each of what it
    was before, in as many queries for ten thousand mappings as for one."""
    of_key_events = {(each.pair.key_event, each.key_event) for each in confirmed}
    of_targets = {(each.pair.target, each.target) for each in confirmed}
    stand = key_events.by_ids(db, {id for id, _ in of_key_events})
    offered = targets.whole(db, {key for key, _ in of_targets})
    stood = before.key_events(db, stand, of_key_events)
    were = before.targets(db, offered, of_targets)
    events = {end for end in of_key_events if _differ(stood.get(end), stand[end[0]], of_key_event.get(end[0]))}
    others = {end for end in of_targets if _differ(were.get(end), offered[end[0]], of_target.get(end[0]))}
    return {
        each.pair: (each.pair.key_event, each.key_event) in events or (each.pair.target, each.target) in others
        for each in confirmed
    }


def _differ(then: T | None, now: T, coming: T | None) -> bool:
    """Whether a row is noticeably another one than it was `then`, once the one that comes is there."""
    return bool(changes(then or now, coming or now))


def require_current(db: sqlite3.Connection, act: Act, key_event: KeyEvent, target: Target) -> None:
    """Raise Invalid where somebody proposes a withdrawn target, or affirms what is gone from its source.

    The message names what the source put in its place.
    """
    if act is Act.PROPOSE and target.withdrawn:
        raise Invalid(f"{_gone(target)}: propose {_instead(db, target)}.", field="target")
    if act is Act.AFFIRM and target.withdrawn:
        raise Invalid(
            f"{_gone(target)}: revise the mapping to retire it, or propose {_instead(db, target)}.", field="act"
        )
    if act is Act.AFFIRM and key_event.withdrawn:
        raise Invalid(f"{key_event.label} was withdrawn by AOP-Wiki: revise the mapping to retire it.", field="act")


def _gone(target: Target) -> str:
    return f"{target.accession} was withdrawn by {spec(target.source).label}"


def _instead(db: sqlite3.Connection, target: Target) -> str:
    named = [f"{each.key.accession} {each.title}" for each in hierarchy.replacements(db, target.key)]
    return f"{' or '.join(named)} instead" if named else "another target"
