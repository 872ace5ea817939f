"""Who did what: everybody who has decided something here or is credited for a mapping in force."""

import sqlite3
from dataclasses import dataclass
from datetime import date

from core.model import Contributor
from core.store import coverage
from core.store.activity import Activity
from core.store.rows import contributors


@dataclass(frozen=True, slots=True)
class Contribution:
    """What somebody has given: mappings in force that they proposed and approved, and all their acts since the first.

    `since` is None for whom only a file names that was imported.
    """

    contributor: Contributor
    proposed: int
    approved: int
    acts: int
    since: date | None


def all(db: sqlite3.Connection, activity: Activity) -> list[Contribution]:
    """Everybody's, those who began first first. `activity` has counted every act."""
    credits = {credit.contributor: credit for credit in coverage.credits(db)}
    people = {who: id for id, who in contributors(db).items() if id in activity.acts}
    found = [
        Contribution(
            who,
            credits[who].proposed if who in credits else 0,
            credits[who].approved if who in credits else 0,
            activity.acts[people[who]] if who in people else 0,
            activity.first[people[who]] if who in people else None,
        )
        for who in {**people, **credits}
    ]
    return sorted(found, key=lambda each: (each.since or date.max, each.contributor.label.lower()))
