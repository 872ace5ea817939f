"""How much of the catalogue is mapped: by AOP, by level, by tier, over time, by contributor. A few queries in all."""

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from core.export.published import Credit
from core.model import Aop, Contributor, Level, Source, Tier
from core.store.rows import contributors

_MAPPED = "SELECT DISTINCT key_event, source FROM published WHERE ended_at IS NULL"


@dataclass(frozen=True, slots=True)
class AopCoverage:
    """One AOP: its Key Events, those with a mapping in force, and those with one in each source."""

    aop: Aop
    key_events: int
    mapped: int
    by_source: Mapping[Source, int]


@dataclass(frozen=True, slots=True)
class LevelCoverage:
    """The Key Events of one level (None: of no level), and how many have a mapping in force."""

    level: Level | None
    key_events: int
    mapped: int


def aops(db: sqlite3.Connection, skip: int = 0, limit: int = -1) -> list[AopCoverage]:
    """The AOPs that have a Key Event, by number."""
    rows = db.execute(
        f"""
        WITH mapped AS MATERIALIZED ({_MAPPED}),
        member AS (SELECT aop_member.aop, aop_member.key_event FROM aop_member
          JOIN key_event ON key_event.id = aop_member.key_event AND key_event.withdrawn = 0)
        SELECT aop.id, aop.title, aop.oecd_status,
          (SELECT count(*) FROM member WHERE member.aop = aop.id) AS key_events,
          (SELECT count(DISTINCT mapped.key_event) FROM member JOIN mapped USING (key_event)
             WHERE member.aop = aop.id) AS mapped,
          (SELECT json_group_object(source, events) FROM (
             SELECT mapped.source, count(*) AS events FROM member JOIN mapped USING (key_event)
             WHERE member.aop = aop.id GROUP BY mapped.source)) AS by_source
        FROM aop WHERE aop.id IN (SELECT aop FROM member) ORDER BY aop.id LIMIT :limit OFFSET :skip
        """,
        {"limit": limit, "skip": skip},
    )
    return [
        AopCoverage(
            Aop(row["id"], row["title"], row["oecd_status"]),
            row["key_events"],
            row["mapped"],
            dict.fromkeys(Source, 0) | {Source(source): n for source, n in json.loads(row["by_source"]).items()},
        )
        for row in rows
    ]


def count_aops(db: sqlite3.Connection) -> int:
    """How many AOPs have a Key Event."""
    row = db.execute(
        "SELECT count(DISTINCT aop_member.aop) FROM aop_member"
        " JOIN key_event ON key_event.id = aop_member.key_event WHERE key_event.withdrawn = 0"
    ).fetchone()
    return int(row[0])


def levels(db: sqlite3.Connection) -> list[LevelCoverage]:
    """Every level that a Key Event has, from molecule to population, then those without one."""
    rows = db.execute(
        f"""
        SELECT key_event.level, count(*), count(mapped.key_event) FROM key_event
        LEFT JOIN (SELECT DISTINCT key_event FROM ({_MAPPED})) AS mapped ON mapped.key_event = key_event.id
        WHERE key_event.withdrawn = 0 GROUP BY key_event.level
        """
    )
    found = {level: LevelCoverage(Level(level) if level else None, n, mapped) for level, n, mapped in rows}
    return [found[level] for level in (*Level, None) if level in found]


def tiers(db: sqlite3.Connection) -> dict[Source, dict[Tier | None, int]]:
    """How many mappings in force each source has in each tier; None: without an assessment."""
    found: dict[Source, dict[Tier | None, int]] = {source: dict.fromkeys((*Tier, None), 0) for source in Source}
    rows = db.execute("SELECT source, tier, count(*) FROM published WHERE ended_at IS NULL GROUP BY source, tier")
    for source, tier, mappings in rows:
        found[Source(source)][Tier(tier) if tier else None] = mappings
    return found


def growth(db: sqlite3.Connection) -> list[tuple[date, int]]:
    """The first day of every month in which mappings in force were approved, and how many there were at its end."""
    rows = db.execute(
        "SELECT substr(approved_at, 1, 7) AS month, count(*) FROM published WHERE ended_at IS NULL"
        " GROUP BY month ORDER BY month"
    )
    found, total = [], 0
    for month, mappings in rows:
        total += mappings
        found.append((date.fromisoformat(f"{month}-01"), total))
    return found


def credits(db: sqlite3.Connection) -> list[Credit]:
    """Everybody who proposed or approved a mapping in force, who did most first; who a file names among them."""
    people = contributors(db)
    counts: dict[Contributor, list[int]] = {}
    for place, role in enumerate(("author", "approver")):
        rows = db.execute(
            f"SELECT {role}, {role}_named, count(*) FROM published WHERE ended_at IS NULL GROUP BY {role}, {role}_named"
        )
        for id, named, mappings in rows:
            who = Contributor(**json.loads(named)) if named else people[id]
            counts.setdefault(who, [0, 0])[place] += mappings
    credited = [Credit(who, proposed, approved) for who, (proposed, approved) in counts.items()]
    return sorted(credited, key=lambda each: (-each.proposed - each.approved, each.contributor.label.lower()))
