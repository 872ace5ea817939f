"""The journey of a decision: check it under the write lock, append it, and keep what follows from it.

Every function is one transaction's work: the caller begins and commits (`core.store.connection.transaction`).
"""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from core import instruments, recheck, rules
from core.errors import Conflict, DomainError, Invalid
from core.model import (
    Act,
    Assessment,
    Decision,
    Evidence,
    KeyEvent,
    Mapping,
    NoTarget,
    Pair,
    Person,
    Relation,
    Role,
    Source,
    Suggested,
)
from core.sources import spec
from core.store import curators, decisions, key_events, mappings, published, releases, targets

MOST_WORDS = 4000


@dataclass(frozen=True, slots=True)
class Draft:
    """A decision that a person asks for. `key` names the form it came from: the same form sent twice decides once."""

    pair: Pair
    act: Act
    base_version: int
    key: str
    relation: Relation | None = None
    answers: dict[str, str] = field(default_factory=dict, hash=False)
    note: str = ""
    evidence: Evidence = Evidence()
    suggested: Suggested | None = None
    retire: bool = False
    bulk: str | None = None


@dataclass(frozen=True, slots=True)
class Undone:
    """What an undo took back, and what it left because somebody has built on it, with the reason."""

    acts: tuple[Decision, ...]
    left: tuple[tuple[Decision, str], ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was written, and what the pair is now. `decision` is the first answer where the form was sent before."""

    decision: Decision
    mapping: Mapping


def decide(
    db: sqlite3.Connection, draft: Draft, person_id: int, now: datetime, *,
    single: bool = False, at_most: Role = Role.ADMIN,
) -> Outcome:  # fmt: skip
    """Append the decision that `draft` asks for, and answer with the pair's new state.

    In a team of one (`single`) who completes their own assessment approves with it: two decisions, undone as one.

    The role is read here, under the lock: a role removed a moment ago counts. `at_most` is all of it that is used: the
    scope of a token. Raises NotFound (no such Key Event or
    target), Forbidden, Invalid (the rules, the instrument, a field, or a key used for something else), Conflict (the
    pair has moved on since `base_version`).
    """
    person = _at_most(curators.get(db, person_id), at_most)
    key_event = key_events.get(db, draft.pair.key_event)
    target = targets.get(db, draft.pair.target)
    history = decisions.of_pair(db, draft.pair)
    before = recheck.marked(db, rules.fold(draft.pair, history))
    earlier = decisions.by_key(db, person_id, draft.key)
    if earlier is not None:
        return Outcome(_same(earlier, draft), before)
    if draft.base_version != before.version:
        raise Conflict(_faster(db, history[-1] if history else None, before, person))
    if draft.act is Act.UNDO:
        rules.require_role(person, Role.CURATOR, "to undo")
        return _take_back(db, history, person, key_event, draft.key, now)
    eyes = rules.Eyes(person, single)
    rules.require(before, draft.act, eyes, draft.note)
    recheck.require_current(db, draft.act, key_event, target)
    assessment = _assessment(draft, key_event)
    _require_fields(draft)
    if single and draft.act is Act.ASSESS and eyes.own(before):
        draft = replace(draft, bulk=draft.key)
    outcome = _write(db, draft, person, history, now, assessment=assessment)
    if single and draft.act is Act.ASSESS and eyes.own(before):
        approval = Draft(draft.pair, Act.APPROVE, outcome.mapping.version, f"{draft.key}/approved", bulk=draft.bulk)
        mapping = _write(db, approval, person, [*history, outcome.decision], now).mapping
        return Outcome(outcome.decision, mapping)
    return outcome


def approve_all(
    db: sqlite3.Connection, drafts: Sequence[Draft], person_id: int, now: datetime, *, single: bool = False
) -> list[Outcome | DomainError]:
    """Decide each of `drafts` in one transaction, with an answer a draft, in their order. `undo_bulk` undoes all."""
    answers: list[Outcome | DomainError] = []
    for draft in drafts:
        try:
            answers.append(decide(db, draft, person_id, now, single=single))
        except DomainError as refusal:  # refused before anything of this draft was written
            answers.append(refusal)
    return answers


def undo_bulk(db: sqlite3.Connection, person_id: int, key: str, now: datetime) -> Undone:
    """Undo a person's newest standing act on any pair, or the whole bulk that it was made in.

    Pairs that somebody has built on are left out and named. Raises Invalid where there is nothing, Conflict where all
    are left out.
    """
    person = curators.get(db, person_id)
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
            _take_back(db, history, person, key_event, f"{key}/{number}", now)
            acts.append(act)
        except Conflict as refusal:
            left.append((act, str(refusal)))
    if not acts:
        raise Conflict(left[0][1])
    return Undone(tuple(acts), tuple(left))


def undo(db: sqlite3.Connection, key_event_id: int, person_id: int, key: str, now: datetime) -> Decision | NoTarget:
    """Undo the newest standing act of a person on a Key Event, a no-target included. Returns the act that was undone.

    Raises Invalid where there is none, Conflict where another person's later act stands on it.
    """
    person = curators.get(db, person_id)
    key_event = key_events.get(db, key_event_id)
    history = decisions.of_key_event(db, key_event_id)
    nothing = decisions.no_targets(db, key_event_id)
    earlier = decisions.by_key(db, person_id, key)
    if earlier is not None:
        return _undone_by(earlier, history, nothing)
    rules.require_role(person, Role.CURATOR, "to undo")
    act = rules.newest([*rules.standing(history), *rules.standing_no_targets(nothing)], person_id)
    if act is None:
        raise Invalid(f"There is nothing of yours to undo on {key_event.label}.", field="act")
    if isinstance(act, NoTarget):
        decisions.add_no_target(db, key_event_id, act.source, person_id, now, key, undoes=act.id)
        refresh(db, key_event_id)
        return act
    of_pair = [decision for decision in history if decision.pair == act.pair]
    _take_back(db, of_pair, person, key_event, key, now)
    return act


def no_target(
    db: sqlite3.Connection, key_event_id: int, source: Source | None, person_id: int, key: str, note: str, now: datetime
) -> NoTarget:
    """Say that nothing in `source` (None: in any source) fits a Key Event.

    Raises Forbidden without the role, Invalid where something there is proposed, approved or in revision, or where it
    has been said already.
    """
    person = curators.get(db, person_id)
    key_events.get(db, key_event_id)
    _require_short("note", note)
    earlier = decisions.by_key(db, person_id, key)
    if isinstance(earlier, NoTarget) and earlier.source == source:
        return earlier
    if earlier is not None:
        raise Invalid("This form was sent before with another answer; load the page again.", field="key")
    standing = decisions.of_key_event(db, key_event_id)
    rules.require_nothing_held(source, rules.fold_all(standing).values(), person)
    if set([source] if source else Source) <= rules.nothing_fits(decisions.no_targets(db, key_event_id), standing):
        raise Invalid("It is said already that nothing fits here; z takes back what you said.", field="source")
    act = decisions.add_no_target(db, key_event_id, source, person_id, now, key, note.strip())
    refresh(db, key_event_id)
    return act


def refresh(db: sqlite3.Connection, key_event_id: int) -> None:
    """Keep how far a Key Event is, from its decisions."""
    history = decisions.of_key_event(db, key_event_id)
    nothing = rules.nothing_fits(decisions.no_targets(db, key_event_id), history)
    mappings.keep_progress(db, key_event_id, rules.progress(rules.fold_all(history).values(), nothing), nothing)


def rebuild(db: sqlite3.Connection) -> int:
    """Make everything that follows from the decisions again from the decisions alone. Returns the number of pairs."""
    mappings.forget(db)
    published.forget(db)
    decided = decisions.pairs(db)
    for pair in decided:
        history = decisions.of_pair(db, pair)
        for end in range(1, len(history)):
            published.keep(db, rules.fold(pair, history[:end]), history[end - 1])
        keep(db, history)
    for key_event in {pair.key_event for pair in decided} | decisions.key_events_without_target(db):
        refresh(db, key_event)
    return len(decided)


def _write(
    db: sqlite3.Connection, draft: Draft, person: Person, history: list[Decision], now: datetime,
    assessment: Assessment | None = None, undoes: int | None = None,
) -> Outcome:  # fmt: skip
    decision = decisions.add(
        db,
        decisions.New(
            draft.pair,
            person.id,
            draft.act,
            draft.base_version,
            draft.key,
            now,
            draft.relation,
            assessment,
            draft.suggested,
            draft.note.strip(),
            draft.evidence,
            draft.retire,
            undoes,
            draft.bulk,
        ),  # fmt: skip
    )
    mapping = keep(db, [*history, decision])
    refresh(db, draft.pair.key_event)
    return Outcome(decision, mapping)


def keep(db: sqlite3.Connection, history: list[Decision]) -> Mapping:
    """Keep what all decisions of a pair say of it now, for our lists and for readers. Returns it."""
    mapping = recheck.marked(db, rules.fold(history[-1].pair, history))
    mappings.keep(db, mapping)
    published.keep(db, mapping, history[-1])
    return mapping


def _faster(db: sqlite3.Connection, last: Decision | None, mapping: Mapping, person: Person) -> str:
    """Who has changed the pair since a page was made, and what it is now."""
    who = "Somebody" if last is None else "You" if last.person == person.id else curators.get(db, last.person).login
    was = "were faster in another window" if who == "You" else "was faster"
    return f"{who} {was}: it is {mapping.state} now. Yours was not saved; judge it as it stands."


def _at_most(person: Person, role: Role) -> Person:
    return replace(person, role=min(person.role, role)) if person.role else person


def _same(earlier: Decision | NoTarget, draft: Draft) -> Decision:
    """The first answer to a form sent again; Invalid where the same form now says something else."""
    if (
        isinstance(earlier, NoTarget)
        or (earlier.pair, earlier.act, earlier.relation) != (draft.pair, draft.act, draft.relation)
        or (earlier.assessment.answers if earlier.assessment else {}) != draft.answers
        or (earlier.note, earlier.evidence) != (draft.note.strip(), draft.evidence)
    ):
        raise Invalid("This form was sent before with another answer; the row below is how it stands.", field="key")
    return earlier


def _undone_by(earlier: Decision | NoTarget, history: list[Decision], nothing: list[NoTarget]) -> Decision | NoTarget:
    acts: list[Decision | NoTarget] = [*history, *nothing]
    for act in acts:
        if earlier.undoes is not None and act.id == earlier.undoes:
            return act
    raise Invalid("This form was sent before with another answer; load the page again.", field="key")


def _take_back(
    db: sqlite3.Connection, history: list[Decision], person: Person, key_event: KeyEvent, key: str, now: datetime
) -> Outcome:
    """Undo the newest standing act of `person` on a pair, and what they did to it in the same bulk."""
    newest = _undoable(db, history, person, key_event)
    together = [act for act in rules.standing(history) if act is newest or (act.bulk and act.bulk == newest.bulk)]
    outcomes = []
    for number, act in enumerate(reversed(together)):
        draft = Draft(act.pair, Act.UNDO, history[-1].version, f"{key}/{number}" if number else key)
        outcomes.append(_write(db, draft, person, history, now, undoes=act.id))
        history = [*history, outcomes[-1].decision]
    return Outcome(outcomes[0].decision, outcomes[-1].mapping)


def _undoable(db: sqlite3.Connection, history: list[Decision], person: Person, key_event: KeyEvent) -> Decision:
    """The newest standing act of `person` on a pair, where nobody has built on it and no release holds it."""
    act = rules.newest(rules.standing(history), person.id)
    if not isinstance(act, Decision):
        raise Invalid(f"There is nothing of yours to undo on this pair of {key_event.label}.", field="act")
    rules.undoable(act, history, releases.marks(db))
    return act


def _assessment(draft: Draft, key_event: KeyEvent) -> Assessment | None:
    if not draft.answers and draft.act is not Act.ASSESS:
        return None
    if draft.act not in (Act.ASSESS, Act.PROPOSE, Act.REVISE):
        raise Invalid(f"Answers do not go with “{draft.act}”.", field="act")
    return instruments.assess(
        instruments.current(spec(draft.pair.target.source).instrument), draft.answers, key_event.level
    )


def _require_fields(draft: Draft) -> None:
    _require_short("note", draft.note)
    _require_short("quote", draft.evidence.quote)
    if (draft.act is Act.PROPOSE) != (draft.relation is not None) and draft.act is not Act.REVISE:
        raise Invalid(f"relation: “{draft.relation or ''}” does not go with “{draft.act}”.", field="relation")
    if draft.retire and draft.act is not Act.REVISE:
        raise Invalid(f"retire does not go with “{draft.act}”.", field="retire")
    if draft.retire and not draft.note.strip():
        raise Invalid("To ask for the end of a mapping, say why: the reviewer reads it.", field="note")
    if draft.act is Act.ANNOTATE and not draft.note.strip() and not draft.evidence:
        raise Invalid("Write a note, name a paper or quote a sentence; there is nothing to save.", field="note")


def _require_short(name: str, text: str) -> None:
    if len(text) > MOST_WORDS:
        raise Invalid(f"{name}: {len(text):,} characters, {MOST_WORDS:,} at most.", field=name)
