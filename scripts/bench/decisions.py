"""A busy database: many decisions on many pairs by a handful of people, made by the store and the rules themselves."""

import random
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from uuid import uuid4

from core import appending, instruments, rules
from core.model import Act, Assessment, Decision, KeyEvent, Pair, Relation, Role, Source, TargetKey
from core.sources import spec
from core.store import acts, connection, curators, decisions, key_events, mappings, published, targets
from core.warm import Warm

BEGIN = datetime(2025, 1, 6, 9, tzinfo=UTC)
A_TRANSACTION = 500  # pairs
LEAST = 8  # of each source
# How the life of a pair goes, and how often: most proposals are approved, as in the tools that this one learns from.
LIVES: tuple[tuple[int, tuple[Act, ...]], ...] = (
    (55, (Act.PROPOSE, Act.ASSESS, Act.APPROVE)),
    (15, (Act.REJECT,)),
    (12, (Act.PROPOSE, Act.ASSESS)),
    (6, (Act.PROPOSE,)),
    (5, (Act.PROPOSE, Act.ASSESS, Act.DECLINE)),
    (4, (Act.PROPOSE, Act.ASSESS, Act.APPROVE, Act.RETIRE)),
    (3, (Act.UNSURE,)),
)
APPROVED = LIVES[0][1]
OF_REVIEWER = frozenset({Act.APPROVE, Act.DECLINE, Act.RETIRE})


def decide(database: Path, number: int, seed: int = 1, warm: Warm | None = None) -> int:
    """Add about `number` decisions to the database. Returns how many there are then. The same seed gives the same.

    `warm`: what is decided on is what a run suggests, the best first; without one, any pairs.
    """
    chance = random.Random(seed)

    def life() -> tuple[Act, ...]:
        return chance.choices([acts for _, acts in LIVES], [weight for weight, _ in LIVES])[0]

    return sum(_made(database, chance, life, number, warm))


def publish(database: Path, number: int, seed: int = 1) -> int:
    """Add at least `number` mappings in force, each proposed, assessed and approved. Returns how many."""
    return len(_made(database, random.Random(seed), lambda: APPROVED, number * len(APPROVED)))


def _made(
    database: Path, chance: random.Random, life: Callable[[], tuple[Act, ...]], number: int, warm: Warm | None = None
) -> list[int]:
    """The decisions that were made on each pair, `number` together at least."""
    made: list[int] = []
    total, at = 0, BEGIN
    with connection.writer(database) as db:
        people = [account.person.id for account in curators.accounts(db) if account.person.role]
        events = {event.id: event for event in key_events.catalogue(db)}
        pairs = _suggested(warm, list(events), number) if warm else _pairs(db, chance)
        while total < number and (some := list(islice(pairs, A_TRANSACTION))):
            with connection.transaction(db):
                for pair in some:
                    made.append(_live(db, events[pair.key_event], pair, people, at, life(), chance))
                    at += made[-1] * timedelta(minutes=7)
            total = sum(made)
        with connection.transaction(db):
            for event in events:
                appending.refresh(db, event)
    return made


def _suggested(warm: Warm, events: Sequence[int], number: int) -> Iterator[Pair]:
    """The best suggestions of each Key Event, the first of all before the second ones; enough for `number` acts."""
    best = {event: warm.first(event, number // len(events), LEAST) for event in events}
    for turn in range(max(len(found) for found in best.values())):
        yield from (Pair(event, found[turn].target) for event, found in best.items() if turn < len(found))


def _pairs(db: sqlite3.Connection, chance: random.Random) -> Iterator[Pair]:
    """Every pair of the catalogue, in an order that mixes Key Events and sources, none twice."""
    events = key_events.ids(db)
    keys = [TargetKey(source, accession) for source in Source for accession in targets.accessions(db, source)]
    chance.shuffle(keys)
    for turn in range(len(keys)):
        for place, event in enumerate(events):
            yield Pair(event, keys[(turn + 31 * place) % len(keys)])


def _live(
    db: sqlite3.Connection, key_event: KeyEvent, pair: Pair, people: list[int], at: datetime, life: tuple[Act, ...],
    chance: random.Random,
) -> int:  # fmt: skip
    """The acts of a pair's life, one a minute, and what follows from them. Returns how many there are."""
    curator, reviewer = chance.sample(people, 2)
    history: list[Decision] = []
    for number, act in enumerate(life):
        decision = Decision(
            id=acts.next_id(db),
            uuid=str(uuid4()),
            pair=pair,
            person=reviewer if act in OF_REVIEWER else curator,
            role=Role.REVIEWER if act in OF_REVIEWER else Role.CURATOR,
            act=act,
            version=number + 1,
            at=at + number * timedelta(minutes=1),
            relation=chance.choice(list(Relation)) if act is Act.PROPOSE else None,
            assessment=_assessment(key_event, pair, chance) if act is Act.ASSESS else None,
            note="for the bench" if act in OF_REVIEWER else "",
        )
        decisions.add(db, decision, key=str(uuid4()))
        history.append(decision)
        if act in OF_REVIEWER or number + 1 == len(life):
            mapping = rules.fold(pair, history)
            mappings.keep(db, mapping)
            published.keep(db, mapping, history[-1])
    return len(life)


def _assessment(key_event: KeyEvent, pair: Pair, chance: random.Random) -> Assessment:
    instrument = instruments.current(spec(pair.target.source).instrument)
    answers = {question.word: chance.choice(question.answers).word for question in instrument.questions}
    return instruments.assess(instrument, answers, key_event.level)
