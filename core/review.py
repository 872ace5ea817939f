"""The journey of a decision: check it under the write lock, append it, and keep what follows from it.

Every function is one transaction's work: the caller begins and commits (`core.store.connection.transaction`).
"""

import sqlite3
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from core import answered, instruments, recheck, rules
from core.appending import Draft, Outcome, append, refresh
from core.errors import Conflict, DomainError, Invalid
from core.model import Act, Assessment, Decision, KeyEvent, Mapping, NoTarget, Person, Role, Source
from core.sources import spec
from core.store import curators, decisions, key_events, no_targets, targets
from core.undoing import take_back

MOST_WORDS = 4000


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
    person = rules.acting(_at_most(curators.get(db, person_id), at_most), single)
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
        return take_back(db, history, person, key_event, draft.key, now)
    eyes = rules.Eyes(person, single)
    rules.require(before, draft.act, eyes, draft.note)
    recheck.require_current(db, draft.act, key_event, target)
    assessment = _assessment(draft, key_event)
    _require_fields(draft)
    if single and draft.act is Act.ASSESS and eyes.own(before):
        draft = replace(draft, bulk=draft.key)
    outcome = append(db, draft, person, history, now, assessment=assessment)
    if single and draft.act is Act.ASSESS and eyes.own(before):
        approval = Draft(draft.pair, Act.APPROVE, outcome.mapping.version, f"{draft.key}/approved", bulk=draft.bulk)
        mapping = append(db, approval, person, [*history, outcome.decision], now).mapping
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
    answered.require_nothing_held(source, rules.fold_all(standing).values(), person)
    if set([source] if source else Source) <= answered.nothing_fits(
        no_targets.of_key_event(db, key_event_id), standing
    ):
        raise Invalid("It is said already that nothing fits here; z takes back what you said.", field="source")
    act = no_targets.add(db, key_event_id, source, person_id, now, key, note.strip())
    refresh(db, key_event_id)
    return act


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
