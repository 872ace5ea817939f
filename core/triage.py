"""The journey of a page: everything that a person sees of one Key Event, read in one transaction.

Suggestions are computed when the server warms up and handed in; this module joins them with what people decided.
"""

import sqlite3
from collections.abc import Callable, Collection, Iterable, Sequence
from collections.abc import Mapping as MappingOf
from dataclasses import dataclass

from core import evidence, record, rules
from core.model import (
    Act,
    Decision,
    KeyEvent,
    Mapping,
    Membership,
    Pair,
    Person,
    Source,
    State,
    Suggestion,
    Target,
    TargetKey,
)
from core.recipe import Part
from core.store import curators, decisions, key_events, mappings, targets
from core.store.mappings import Elsewhere
from core.store.targets import TargetRow

Score = Callable[[TargetKey], Suggestion | None]
Ranks = Callable[[TargetKey], MappingOf[Part, int]]


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the triage table. `place` counts from 1 over all sources; `acts` are what the visitor may do now.

    `by` is who brought the pair into its state, None where nobody has. `undoable` is whether the visitor has a
    standing act here that nobody has built on.
    """

    target: TargetRow
    suggestion: Suggestion | None
    mapping: Mapping
    place: int
    of: int
    by: Person | None
    acts: tuple[Act, ...]
    undoable: bool

    @property
    def key(self) -> TargetKey:
        """The row's target."""
        return self.target.key


@dataclass(frozen=True, slots=True)
class Sheet:
    """A Key Event with its table. `nothing` are the sources where nothing fits; `acts` counts all acts on it."""

    key_event: KeyEvent
    memberships: tuple[Membership, ...]
    rows: tuple[Row, ...]
    nothing: frozenset[Source]
    acts: int

    @property
    def open(self) -> int:
        """How many rows are open."""
        return sum(row.mapping.state is State.OPEN for row in self.rows)

    def row(self, key: TargetKey) -> Row | None:
        """The row of a target, None where the table does not hold it."""
        return next((row for row in self.rows if row.key == key), None)


@dataclass(frozen=True, slots=True)
class Event:
    """One line of a pair's history: the act, who did it, and whether it still stands."""

    decision: Decision
    person: Person
    stands: bool


@dataclass(frozen=True, slots=True)
class Detail:
    """What the open row says beyond the row itself. `ranks` is where each part of the score alone would put it."""

    row: Row
    target: Target
    why: evidence.Why
    ranks: MappingOf[Part, int]
    history: tuple[Event, ...]
    elsewhere: tuple[Elsewhere, ...]

    @property
    def uuid(self) -> str:
        """What names the mapping: `/mappings/<uuid>` is its page. There is none without a history."""
        return record.name([event.decision for event in self.history])


def sheet(
    db: sqlite3.Connection, key_event_id: int, suggested: Sequence[Suggestion], score: Score,
    visitor: Person | None, also: Collection[TargetKey] = (),
) -> Sheet:  # fmt: skip
    """The table of a Key Event: the suggested targets, every target with a decision, and `also`.

    Rows by displayed score, falling; targets that the run does not know come last, by source and accession. Raises
    NotFound for an unknown Key Event; unknown targets in `also` are left out.
    """
    key_event = key_events.get(db, key_event_id)
    history = decisions.of_key_event(db, key_event_id)
    no_targets = decisions.no_targets(db, key_event_id)
    folded = rules.fold_all(history)
    known = {suggestion.target: suggestion for suggestion in suggested}
    for key in [*(pair.target for pair in folded), *also]:
        if key not in known and (found := score(key)):
            known[key] = found
    wanted = dict.fromkeys([*known, *(pair.target for pair in folded), *also])
    found_targets = targets.by_keys(db, list(wanted), key_event_id)
    ordered = sorted(found_targets, key=lambda key: _order(key, known.get(key)))
    people = curators.by_ids(db, {m.person for m in folded.values() if m.person is not None})
    rows = []
    for place, key in enumerate(ordered, start=1):
        pair = Pair(key_event_id, key)
        mapping = folded.get(pair, Mapping(pair))
        rows.append(
            Row(
                target=found_targets[key],
                suggestion=known.get(key),
                mapping=mapping,
                place=place,
                of=len(ordered),
                by=people.get(mapping.person) if mapping.person is not None else None,
                acts=tuple(_offered(found_targets[key], mapping, visitor)),
                undoable=_undoable(pair, history, visitor),
            )
        )
    memberships = tuple(key_events.memberships_of(db, key_event_id))
    nothing = rules.nothing_fits(no_targets, history)
    return Sheet(key_event, memberships, tuple(rows), nothing, len(history) + len(no_targets))


def details(db: sqlite3.Connection, sheet: Sheet, keys: Iterable[TargetKey], ranks: Ranks) -> list[Detail]:
    """The details of these rows of a sheet, in the order of `keys`; keys that the sheet does not hold are left out."""
    rows = [row for key in keys if (row := sheet.row(key))]
    wanted = [row.key for row in rows]
    whole = targets.whole(db, wanted)
    elsewhere = mappings.elsewhere(db, wanted, sheet.key_event.id)
    history = decisions.of_key_event(db, sheet.key_event.id)
    people = curators.by_ids(db, {decision.person for decision in history})
    standing = {decision.id for decision in rules.standing(history)}
    return [
        Detail(
            row,
            whole[row.key],
            evidence.why(sheet.key_event, whole[row.key]),
            ranks(row.key),
            tuple(
                Event(decision, people[decision.person], decision.id in standing)
                for decision in history
                if decision.pair.target == row.key and decision.act is not Act.UNDO
            ),
            elsewhere.get(row.key, ()),
        )
        for row in rows
    ]


def _order(key: TargetKey, suggestion: Suggestion | None) -> tuple[bool, float, int, str]:
    return (suggestion is None, -suggestion.score if suggestion else 0.0, list(Source).index(key.source), key.accession)


def _offered(target: TargetRow, mapping: Mapping, visitor: Person | None) -> Iterable[Act]:
    """What the rules allow; a withdrawn target is never proposed anew."""
    return (act for act in rules.allowed(mapping, visitor) if not (target.withdrawn and act is Act.PROPOSE))


def _undoable(pair: Pair, history: Sequence[Decision], visitor: Person | None) -> bool:
    standing = rules.standing(decision for decision in history if decision.pair == pair)
    return bool(standing and visitor and standing[-1].person == visitor.id)
