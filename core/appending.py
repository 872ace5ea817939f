"""What one decision comes to: it is appended, and what follows from it is kept. All of it under the write lock."""

import sqlite3
from dataclasses import dataclass, field
from datetime import datetime
from uuid import uuid4

from core import answered, recheck, rules
from core.model import Act, Assessment, Decision, Evidence, Mapping, Pair, Person, Relation, Suggested
from core.store import acts, decisions, mappings, no_targets, published


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
class Outcome:
    """What was written, and what the pair is now. `decision` is the first answer where the form was sent before."""

    decision: Decision
    mapping: Mapping


def append(
    db: sqlite3.Connection, draft: Draft, person: Person, history: list[Decision], now: datetime,
    assessment: Assessment | None = None, undoes: int | None = None,
) -> Outcome:  # fmt: skip
    """Append what `draft` asks for after the `history` of its pair, and keep what follows; `person` holds the role that
    they act in. Raises Conflict."""
    decision = Decision(
        id=acts.next_id(db),
        uuid=str(uuid4()),
        pair=draft.pair,
        person=person.id,
        role=person.role,
        act=draft.act,
        version=draft.base_version + 1,
        at=now,
        relation=draft.relation,
        assessment=assessment,
        suggested=draft.suggested,
        note=draft.note.strip(),
        evidence=draft.evidence,
        retire=draft.retire,
        undoes=undoes,
        bulk=draft.bulk,
    )
    decisions.add(db, decision, draft.key)
    mapping = keep(db, [*history, decision])
    refresh(db, draft.pair.key_event)
    return Outcome(decision, mapping)


def keep(db: sqlite3.Connection, history: list[Decision]) -> Mapping:
    """Keep what all decisions of a pair say of it now, for our lists and for readers. Returns it."""
    mapping = recheck.marked(db, rules.fold(history[-1].pair, history))
    mappings.keep(db, mapping)
    published.keep(db, mapping, history[-1])
    return mapping


def refresh(db: sqlite3.Connection, key_event_id: int) -> None:
    """Keep how far a Key Event is, from its decisions."""
    history = decisions.of_key_event(db, key_event_id)
    nothing = answered.nothing_fits(no_targets.of_key_event(db, key_event_id), history)
    mappings.keep_progress(db, key_event_id, answered.progress(rules.fold_all(history).values(), nothing), nothing)


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
    for key_event in {pair.key_event for pair in decided} | no_targets.key_events(db):
        refresh(db, key_event)
    return len(decided)
