"""The journey of an undo: an act is taken back by a further one, where nobody has built on it."""

import sqlite3
from dataclasses import dataclass
from datetime import datetime

from core import answered, rules
from core.appending import Draft, Outcome, append, refresh
from core.errors import Conflict, Invalid
from core.model import Act, Decision, KeyEvent, NoTarget, Person, Role
from core.store import curators, decisions, key_events, no_targets, releases


@dataclass(frozen=True, slots=True)
class Undone:
    """What an undo took back, and what it left because somebody has built on it, with the reason."""

    acts: tuple[Decision, ...]
    left: tuple[tuple[Decision, str], ...]


def undo_bulk(db: sqlite3.Connection, person_id: int, key: str, now: datetime, *, single: bool = False) -> Undone:
    """Undo a person's newest standing act on any pair, or the whole bulk that it was made in.

    In a team of one (`single`) a curator undoes in the role that they acted in. Pairs that somebody has built on are
    left out and named. Raises Invalid where there is nothing, Conflict where all are left out.
    """
    person = rules.acting(curators.get(db, person_id), single)
    rules.require_role(person, Role.CURATOR, "to undo")
    earlier = decisions.by_key(db, person_id, f"{key}/0")
    if isinstance(earlier, Decision):
        return Undone(tuple(act for act in decisions.of_pair(db, earlier.pair) if act.id == earlier.undoes), ())
    newest = decisions.newest_bulk(db, person_id)
    if not newest:
        raise Invalid("There is nothing of yours to undo.", field="act")
    acts: list[Decision] = []
    left: list[tuple[Decision, str]] = []
    for number, act in enumerate({each.pair: each for each in newest}.values()):
        history, key_event = decisions.of_pair(db, act.pair), key_events.get(db, act.pair.key_event)
        try:
            take_back(db, history, person, key_event, f"{key}/{number}", now)
            acts.append(act)
        except Conflict as refusal:
            left.append((act, str(refusal)))
    if not acts:
        raise Conflict(left[0][1])
    return Undone(tuple(acts), tuple(left))


def undo(
    db: sqlite3.Connection, key_event_id: int, person_id: int, key: str, now: datetime, *, single: bool = False
) -> Decision | NoTarget:
    """Undo the newest standing act of a person on a Key Event, a no-target included. Returns the act that was undone.

    In a team of one (`single`) a curator undoes in the role that they acted in. Raises Invalid where there is none,
    Conflict where another person's later act stands on it.
    """
    person = rules.acting(curators.get(db, person_id), single)
    key_event = key_events.get(db, key_event_id)
    history = decisions.of_key_event(db, key_event_id)
    nothing = no_targets.of_key_event(db, key_event_id)
    earlier = decisions.by_key(db, person_id, key)
    if earlier is not None:
        return _undone_by(earlier, history, nothing)
    rules.require_role(person, Role.CURATOR, "to undo")
    act = rules.newest([*rules.standing(history), *answered.standing_no_targets(nothing)], person_id)
    if act is None:
        raise Invalid(f"There is nothing of yours to undo on {key_event.label}.", field="act")
    if isinstance(act, NoTarget):
        no_targets.add(db, key_event_id, act.source, person_id, now, key, undoes=act.id)
        refresh(db, key_event_id)
        return act
    of_pair = [decision for decision in history if decision.pair == act.pair]
    take_back(db, of_pair, person, key_event, key, now)
    return act


def _undone_by(earlier: Decision | NoTarget, history: list[Decision], nothing: list[NoTarget]) -> Decision | NoTarget:
    acts: list[Decision | NoTarget] = [*history, *nothing]
    for act in acts:
        if earlier.undoes is not None and act.id == earlier.undoes:
            return act
    raise Invalid("This form was sent before with another answer; load the page again.", field="key")


def take_back(
    db: sqlite3.Connection, history: list[Decision], person: Person, key_event: KeyEvent, key: str, now: datetime
) -> Outcome:
    """Undo the newest standing act of `person` on a pair, and what they did to it in the same bulk."""
    newest = _undoable(db, history, person, key_event)
    together = [act for act in rules.standing(history) if act is newest or (act.bulk and act.bulk == newest.bulk)]
    outcomes = []
    for number, act in enumerate(reversed(together)):
        draft = Draft(act.pair, Act.UNDO, history[-1].version, f"{key}/{number}" if number else key)
        outcomes.append(append(db, draft, person, history, now, undoes=act.id))
        history = [*history, outcomes[-1].decision]
    return Outcome(outcomes[0].decision, outcomes[-1].mapping)


def _undoable(db: sqlite3.Connection, history: list[Decision], person: Person, key_event: KeyEvent) -> Decision:
    """The newest standing act of `person` on a pair, where nobody has built on it and no release holds it."""
    act = rules.newest(rules.standing(history), person.id)
    if not isinstance(act, Decision):
        raise Invalid(f"There is nothing of yours to undo on this pair of {key_event.label}.", field="act")
    rules.undoable(act, history, releases.marks(db))
    return act
