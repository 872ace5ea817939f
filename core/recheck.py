"""The journey of a second look: which mappings in force rest on what has changed since, and what exactly changed."""

import sqlite3
from collections.abc import Mapping as MappingOf
from dataclasses import dataclass, replace

from core.errors import Invalid
from core.model import Act, KeyEvent, Mapping, Pair, Target
from core.sources import spec
from core.staleness import Change, changes
from core.store import before, hierarchy, key_events, mappings, targets
from core.store.hierarchy import Relative


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


def mark(db: sqlite3.Connection, snapshot: int) -> int:
    """Keep the mark of every mapping that a snapshot may have changed. Returns how many of them are stale."""
    found = 0
    for confirmed in before.touched(db, snapshot):
        stale = bool(since(db, Mapping(confirmed.pair, confirmed=confirmed.by)))
        mappings.keep_stale(db, confirmed.pair, stale)
        found += stale
    return found


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
