"""Decisions for tests, made by the journey that makes them in earnest."""

import sqlite3
from datetime import timedelta
from pathlib import Path

from core import review
from core.appending import Draft, Outcome
from core.model import Act, Evidence, Pair, Relation, Source, Suggested, TargetKey
from core.store import connection, decisions
from tests import people
from tests.catalogues import NOW

ANSWERS = {"relationship": "causative", "basis": "known", "specificity": "specific", "coverage": "complete"}
GO_ANSWERS = {"relationship": "describes", "connection": "high", "specificity": "high", "evidence": "high"}
KE = 1115
OXIDATIVE = Pair(KE, TargetKey(Source.WIKIPATHWAYS, "WP408"))
APOPTOSIS = Pair(KE, TargetKey(Source.WIKIPATHWAYS, "WP254"))
ROS = Pair(KE, TargetKey(Source.GO, "GO:0072593"))

NO_EVIDENCE = Evidence()


def decide(
    db: sqlite3.Connection, pair: Pair, act: Act, login: str, *, relation: Relation | None = None,
    note: str = "", evidence: Evidence = NO_EVIDENCE, suggested: Suggested | None = None,
) -> Outcome:  # fmt: skip
    """One act of somebody on a pair, a minute after the newest on it."""
    version = len(decisions.of_pair(db, pair))
    answers = (GO_ANSWERS if pair.target.source is Source.GO else ANSWERS) if act is Act.ASSESS else {}
    draft = Draft(
        pair,
        act,
        version,
        f"{pair}/{version}",
        relation or (Relation.RELATED if act is Act.PROPOSE else None),
        answers,
        note or ("because" if act in (Act.DECLINE, Act.ASK_BACK, Act.RETIRE) else ""),
        evidence,
        suggested,
    )
    return review.decide(db, draft, people.person(db, login).id, NOW + timedelta(minutes=version + 1))


def approve(db: sqlite3.Connection, pair: Pair, relation: Relation = Relation.RELATED) -> Outcome:
    """Propose, assess and approve a pair, as two people do."""
    decide(db, pair, Act.PROPOSE, "curator", relation=relation)
    decide(db, pair, Act.ASSESS, "curator")
    return decide(db, pair, Act.APPROVE, "reviewer")


def in_database(path: Path, *acts: tuple[Pair, Act, str]) -> list[Outcome]:
    """Acts of people on pairs, in one transaction."""
    with connection.writer(path) as db, connection.transaction(db):
        return [decide(db, pair, act, login) for pair, act, login in acts]
