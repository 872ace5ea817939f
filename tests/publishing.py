"""Mappings in force for tests, brought there by the journeys that people take."""

import sqlite3
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from uuid import uuid4

from core import review
from core.appending import Draft
from core.instruments import current
from core.model import Act, Mapping, Pair, Relation, Source, TargetKey, Tier
from core.sources import spec
from core.store import connection, decisions
from tests import people
from tests.catalogues import NOW

WP254 = TargetKey(Source.WIKIPATHWAYS, "WP254")
WP408 = TargetKey(Source.WIKIPATHWAYS, "WP408")
WP1742 = TargetKey(Source.WIKIPATHWAYS, "WP1742")  # no gene is known of it
WP4341 = TargetKey(Source.WIKIPATHWAYS, "WP4341")
GO = TargetKey(Source.GO, "GO:0072593")
REACTOME = TargetKey(Source.REACTOME, "R-HSA-3299685")


def act(
    db: sqlite3.Connection, login: str, pair: Pair, act: Act, *, relation: Relation | None = None,
    answers: dict[str, str] | None = None, note: str = "", now: datetime = NOW, retire: bool = False,
) -> Mapping:  # fmt: skip
    """One act of somebody of the stand-in on a pair, on its present version."""
    history = decisions.of_pair(db, pair)
    base = history[-1].version if history else 0
    draft = Draft(pair, act, base, str(uuid4()), relation, answers or {}, note, retire=retire)
    return review.decide(db, draft, people.person(db, login).id, now).mapping


def answers(source: Source, tier: Tier = Tier.HIGH) -> dict[str, str]:
    """Answers that give this tier whatever the Key Event's level: the first of each question, or the last."""
    place = {Tier.HIGH: 0, Tier.MEDIUM: 1, Tier.LOW: -1}[tier]
    return {question.word: question.answers[place].word for question in current(spec(source).instrument).questions}


def approve(
    db: sqlite3.Connection, key_event: int, target: TargetKey, *, relation: Relation = Relation.RELATED,
    tier: Tier = Tier.HIGH, note: str = "", now: datetime = NOW,
) -> Mapping:  # fmt: skip
    """A mapping in force: the curator proposes and assesses it, the reviewer approves."""
    pair = Pair(key_event, target)
    act(db, "curator", pair, Act.PROPOSE, relation=relation, note=note, now=now)
    act(db, "curator", pair, Act.ASSESS, answers=answers(target.source, tier), now=now)
    return act(db, "reviewer", pair, Act.APPROVE, now=now)


def retire(db: sqlite3.Connection, key_event: int, target: TargetKey, why: str = "superseded") -> Mapping:
    """End a mapping in force."""
    return act(db, "reviewer", Pair(key_event, target), Act.RETIRE, note=why)


def publish(path: Path, *pairs: tuple[int, TargetKey]) -> None:
    """Approve all of these pairs in the database at `path`."""
    with connection.writer(path) as db, connection.transaction(db):
        for key_event, target in pairs:
            approve(db, key_event, target)


def several(path: Path) -> Sequence[tuple[int, TargetKey]]:
    """A small published set: two sources, two tiers, a target without genes, a relation that is not the common one."""
    with connection.writer(path) as db, connection.transaction(db):
        approve(db, 1115, WP408, note="the textbook case")
        approve(db, 1115, GO, relation=Relation.EQUIVALENT, tier=Tier.MEDIUM)
        approve(db, 149, WP254, relation=Relation.BROADER, tier=Tier.LOW)
        approve(db, 149, WP1742)
        act(db, "curator", Pair(149, WP408), Act.REJECT, note="only a marker")
        review.no_target(db, 344, None, people.person(db, "curator").id, str(uuid4()), "", NOW)
    return ((149, WP1742), (149, WP254), (1115, GO), (1115, WP408))
