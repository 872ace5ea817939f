"""A person's claims: how many stand how, and what reviewers said to those that came back."""

import sqlite3
from dataclasses import dataclass
from datetime import datetime

from core.model import Act, Pair, Source, State, TargetKey
from core.store import clock


@dataclass(frozen=True, slots=True)
class Reply:
    """A claim that a reviewer declined or asked back, with the reviewer's words."""

    pair: Pair
    uuid: str
    key_event_title: str
    target_title: str
    act: Act
    note: str
    reviewer: str
    at: datetime


def counts(db: sqlite3.Connection, person: int) -> dict[State, int]:
    """How many of a person's claims stand in each state; states without any are left out."""
    rows = db.execute(
        "SELECT state, count(*) AS n FROM mapping WHERE author = :person AND state <> 'open' GROUP BY state",
        {"person": person},
    )
    return {State(row["state"]): row["n"] for row in rows}


def replies(db: sqlite3.Connection, person: int, limit: int) -> list[Reply]:
    """A person's claims that wait for their answer, asked-back ones first, then declined ones; newest first."""
    rows = db.execute(
        """
        SELECT mapping.key_event, mapping.source, mapping.accession, mapping.uuid, key_event.title AS key_event_title,
          target.title AS target_title, decision.act, decision.note, decision.at, reviewer.login
        FROM mapping
        JOIN key_event ON key_event.id = mapping.key_event
        JOIN target ON target.id = mapping.target
        JOIN decision ON decision.id = (
          SELECT max(said.id) FROM decision AS said
          WHERE said.pair = mapping.pair AND said.act = iif(mapping.asked_back, 'ask-back', 'decline'))
        JOIN person AS reviewer ON reviewer.id = decision.person
        WHERE mapping.author = :person AND (mapping.asked_back = 1 OR mapping.state = 'declined')
        ORDER BY mapping.asked_back DESC, decision.id DESC LIMIT :limit
        """,
        {"person": person, "limit": limit},
    )
    return [_reply(row) for row in rows]


def _reply(row: sqlite3.Row) -> Reply:
    return Reply(
        pair=Pair(row["key_event"], TargetKey(Source(row["source"]), row["accession"])),
        uuid=row["uuid"],
        key_event_title=row["key_event_title"],
        target_title=row["target_title"],
        act=Act(row["act"]),
        note=row["note"],
        reviewer=row["login"],
        at=clock.moment(row["at"]),
    )
