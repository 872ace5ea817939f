"""A busy database: many decisions on many pairs by a handful of people, made by the store and the rules themselves."""

import random
import sqlite3
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from uuid import uuid4

from core import instruments, review
from core.model import Act, Assessment, Decision, KeyEvent, Pair, Relation, Source, TargetKey
from core.sources import spec
from core.store import connection, curators, decisions, key_events, targets
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
OF_REVIEWER = frozenset({Act.APPROVE, Act.DECLINE, Act.RETIRE})


def decide(database: Path, number: int, seed: int = 1, warm: Warm | None = None) -> int:
    """Add about `number` decisions to the database. Returns how many there are then. The same seed gives the same.

    `warm`: what is decided on is what a run suggests, the best first; without one, any pairs.
    """
    chance = random.Random(seed)
    with connection.writer(database) as db:
        people = [account.person.id for account in curators.accounts(db) if account.person.role]
        events, made = {event.id: event for event in key_events.catalogue(db)}, 0
        pairs = _suggested(warm, list(events), number) if warm else _pairs(db, chance)
        while made < number and (some := list(islice(pairs, A_TRANSACTION))):
            with connection.transaction(db):
                for pair in some:
                    made += _live(db, events[pair.key_event], pair, people, BEGIN + made * timedelta(minutes=7), chance)
        with connection.transaction(db):
            for event in events:
                review.refresh(db, event)
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
    db: sqlite3.Connection, key_event: KeyEvent, pair: Pair, people: list[int], at: datetime, chance: random.Random
) -> int:
    (acts,) = chance.choices([acts for _, acts in LIVES], [weight for weight, _ in LIVES])
    curator, reviewer = chance.sample(people, 2)
    history: list[Decision] = []
    for version, act in enumerate(acts):
        new = decisions.New(
            pair,
            reviewer if act in OF_REVIEWER else curator,
            act,
            version,
            str(uuid4()),
            at + version * timedelta(minutes=1),
            relation=chance.choice(list(Relation)) if act is Act.PROPOSE else None,
            assessment=_assessment(key_event, pair, chance) if act is Act.ASSESS else None,
            note="for the bench" if act in OF_REVIEWER else "",
        )
        history.append(decisions.add(db, new))
        review.keep(db, history)
    return len(acts)


def _assessment(key_event: KeyEvent, pair: Pair, chance: random.Random) -> Assessment:
    instrument = instruments.current(spec(pair.target.source).instrument)
    answers = {question.word: chance.choice(question.answers).word for question in instrument.questions}
    return instruments.assess(instrument, answers, key_event.level)
