"""The journey of a page: the rows that people judge, with everything that is known of them, read in one transaction.

Suggestions are computed when the server warms up and handed in; this module joins them with what people decided.
"""

import sqlite3
from collections.abc import Callable, Collection, Iterable, Sequence
from collections.abc import Mapping as MappingOf
from dataclasses import dataclass

from core import answered, recheck, rules
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
    TargetKey,
)
from core.store import curators, decisions, key_events, no_targets, targets, waiting
from core.store.targets import TargetRow

Score = Callable[[int, TargetKey], Suggestion | None]


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the triage table. `place` counts from 1 to `of`; `acts` are what the visitor may do now.

    `by` is who brought the pair into its state, None where nobody has. `undoable` is whether the visitor has a
    standing act here that nobody has built on.
    """

    key_event: KeyEvent
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

    @property
    def pair(self) -> Pair:
        """The row's pair."""
        return self.mapping.pair


@dataclass(frozen=True, slots=True)
class Table:
    """Rows in their order."""

    rows: tuple[Row, ...]

    @property
    def open(self) -> int:
        """How many rows are open: nobody has decided."""
        return sum(row.mapping.state is State.OPEN for row in self.rows)

    def row(self, pair: Pair) -> Row | None:
        """The row of a pair, None where the table does not hold it."""
        return next((row for row in self.rows if row.pair == pair), None)


@dataclass(frozen=True, slots=True)
class Sheet(Table):
    """A Key Event with its table. `nothing` are the sources where nothing fits; `acts` counts all acts on it."""

    key_event: KeyEvent
    memberships: tuple[Membership, ...]
    nothing: frozenset[Source]
    acts: int

    @property
    def undo_key(self) -> str:
        """The idempotency key of the next undo here."""
        return f"{self.key_event.id}/undo/{self.acts}"


def undo_key(newest: int) -> str:
    """The idempotency key of the undo of a person's newest act, on whichever pair."""
    return f"undo/{newest}"


@dataclass(frozen=True, slots=True)
class Waiting(Table):
    """A page of the pairs that wait for a reviewer, oldest first; `total` over all pages.

    `newest` is the id of the visitor's newest act, 0 where there is none.
    """

    total: int
    newest: int = 0

    @property
    def undo_key(self) -> str:
        """The idempotency key of the next undo here."""
        return undo_key(self.newest)

    @property
    def open(self) -> int:
        """How many still wait, on all pages."""
        return self.total


def sheet(
    db: sqlite3.Connection, key_event_id: int, suggested: Sequence[Suggestion], score: Score, eyes: rules.Eyes,
    also: Collection[TargetKey] = (),
) -> Sheet:  # fmt: skip
    """The table of a Key Event: the suggested targets, every target with a decision, and `also`.

    Rows by displayed score, falling; targets that the run does not know come last, by source and accession. Raises
    NotFound for an unknown Key Event; unknown targets in `also` are left out.
    """
    key_event = key_events.get(db, key_event_id)
    history = decisions.of_key_event(db, key_event_id)
    nothing = no_targets.of_key_event(db, key_event_id)
    known = {Pair(key_event_id, suggestion.target): suggestion for suggestion in suggested}
    decided = dict.fromkeys(decision.pair for decision in history)
    for pair in [*decided, *(Pair(key_event_id, key) for key in also)]:
        if pair not in known and (found := score(*pair)):
            known[pair] = found
    wanted = dict.fromkeys([*known, *decided, *(Pair(key_event_id, key) for key in also)])
    ordered = sorted(wanted, key=lambda pair: _order(pair.target, known.get(pair)))
    return Sheet(
        rows=_rows(db, ordered, known, history, {key_event_id: key_event}, eyes),
        key_event=key_event,
        memberships=tuple(key_events.memberships_of(db, key_event_id)),
        nothing=answered.nothing_fits(nothing, history),
        acts=len(history) + len(nothing),
    )


def pairs(db: sqlite3.Connection, wanted: Sequence[Pair], score: Score, eyes: rules.Eyes) -> tuple[Row, ...]:
    """Rows of any pairs, in the order of `wanted`; unknown Key Events and targets are left out."""
    known = {pair: found for pair in wanted if (found := score(*pair))}
    events = key_events.by_ids(db, {pair.key_event for pair in wanted})
    here = [pair for pair in wanted if pair.key_event in events]
    return _rows(db, here, known, decisions.of_pairs(db, here), events, eyes)


def queue(
    db: sqlite3.Connection, filter: waiting.Filter, number: int, size: int, score: Score, eyes: rules.Eyes
) -> Waiting:
    """Page `number` (from 1) of the pairs that wait for a reviewer, oldest first."""
    found, total = waiting.page(db, filter, number, size)
    newest = decisions.newest_id(db, eyes.person.id) if eyes.person else 0
    return Waiting(pairs(db, found, score, eyes), total, newest)


def _rows(
    db: sqlite3.Connection, ordered: Sequence[Pair], known: MappingOf[Pair, Suggestion], history: Sequence[Decision],
    events: MappingOf[int, KeyEvent], eyes: rules.Eyes,
) -> tuple[Row, ...]:  # fmt: skip
    folded = recheck.all_marked(db, rules.fold_all(history))
    found = targets.by_pairs(db, ordered)
    people = curators.by_ids(db, {mapping.person for mapping in folded.values() if mapping.person is not None})
    untouched = rules.allowed(Mapping(ordered[0]), eyes) if ordered else []
    rows = []
    for place, (pair, target) in enumerate(found.items(), start=1):
        mapping = folded.get(pair, Mapping(pair))
        rows.append(
            Row(
                key_event=events[pair.key_event],
                target=target,
                suggestion=known.get(pair),
                mapping=mapping,
                place=place,
                of=len(found),
                by=people.get(mapping.person) if mapping.person is not None else None,
                acts=tuple(_offered(target, rules.allowed(mapping, eyes) if pair in folded else untouched)),
                undoable=eyes.person is not None and mapping.newest == eyes.person.id,
            )
        )
    return tuple(rows)


def _order(key: TargetKey, suggestion: Suggestion | None) -> tuple[bool, float, int, str]:
    return (suggestion is None, -suggestion.score if suggestion else 0.0, list(Source).index(key.source), key.accession)


def _offered(target: TargetRow, allowed: Iterable[Act]) -> Iterable[Act]:
    """What the rules allow; a withdrawn target is never proposed anew, nor affirmed."""
    never = (Act.PROPOSE, Act.AFFIRM) if target.withdrawn else ()
    return (act for act in allowed if act not in never)
