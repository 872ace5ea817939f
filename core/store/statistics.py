"""What the statistics say, each from one query: how Key Events are covered, mappings by state and tier, waits."""

import sqlite3
from datetime import date, datetime

from core.coverage import Cover, Covers
from core.model import Aop, Level, Source, State, Tier
from core.store import clock

# Indexes are named where SQLite, which has no statistics of its own here, would rather read whole rows.
_MAPPED = "published INDEXED BY published_order WHERE ended_at IS NULL"
_FACTS = "published INDEXED BY published_facts WHERE ended_at IS NULL"
_WAIT = "CAST(max(0, julianday(approved_at) - julianday(proposed_at)) AS INTEGER)"
# The worst first: what is said later of a Key Event and a source counts.
_COVERS = f"""
SELECT key_event_progress.key_event, json_each.value AS source, :nothing AS cover
  FROM key_event_progress JOIN json_each(key_event_progress.no_target)
UNION ALL SELECT DISTINCT key_event, source, :proposed FROM mapping WHERE state = 'proposed'
UNION ALL SELECT DISTINCT key_event, source, :approved FROM {_MAPPED}
"""


def key_events(db: sqlite3.Connection) -> dict[int, tuple[Level | None, Covers]]:
    """The Key Events that are not withdrawn, by number: the level of each, and what every source has for it."""
    cursor = db.cursor()
    cursor.row_factory = None
    rows = cursor.execute("SELECT id, level FROM key_event WHERE withdrawn = 0 ORDER BY id")
    levels = {id: Level(level) if level else None for id, level in rows}
    covers = {id: dict.fromkeys(Source, Cover.GAP) for id in levels}
    names = {str(source): source for source in Source}
    words = {str(cover): cover for cover in Cover}
    said = cursor.execute(_COVERS, {cover.name.lower(): cover for cover in Cover if cover is not Cover.GAP})
    for key_event, source, cover in said:
        if key_event in covers:
            covers[key_event][names[source]] = words[cover]
    return {id: (levels[id], covers[id]) for id in levels}


def aops(db: sqlite3.Connection) -> dict[Aop, tuple[int, ...]]:
    """The AOPs that have a Key Event which is not withdrawn, by number, with the numbers of those."""
    found: dict[Aop, tuple[int, ...]] = {}
    for row in db.execute(
        """
        SELECT aop.id, aop.title, aop.oecd_status, group_concat(key_event.id) AS key_events
        FROM aop JOIN aop_member ON aop_member.aop = aop.id
        JOIN key_event ON key_event.id = aop_member.key_event AND key_event.withdrawn = 0
        GROUP BY aop.id ORDER BY aop.id
        """
    ):
        aop = Aop(row["id"], row["title"], row["oecd_status"])
        found[aop] = tuple(sorted(map(int, row["key_events"].split(","))))
    return found


def states(db: sqlite3.Connection) -> dict[State, dict[Source, int]]:
    """How many pairs of each source stand in each state but open."""
    found: dict[State, dict[Source, int]] = {
        state: dict.fromkeys(Source, 0) for state in State if state is not State.OPEN
    }
    for state, source, pairs in db.execute(
        "SELECT state, source, count(*) FROM mapping WHERE state <> 'open' GROUP BY state, source"
    ):
        found[State(state)][Source(source)] = pairs
    return found


def tiers(db: sqlite3.Connection) -> dict[Source, dict[Tier | None, int]]:
    """How many mappings in force each source has in each tier; None: without one."""
    found: dict[Source, dict[Tier | None, int]] = {source: dict.fromkeys((*Tier, None), 0) for source in Source}
    rows = db.execute(f"SELECT source, tier, count(*) FROM {_FACTS} GROUP BY source, tier")
    for source, tier, mappings in rows:
        found[Source(source)][Tier(tier) if tier else None] = mappings
    return found


def approvals(db: sqlite3.Connection) -> dict[date, int]:
    """How many of the mappings in force were approved on each day."""
    rows = db.execute(f"SELECT substr(approved_at, 1, 10) AS day, count(*) FROM {_FACTS} GROUP BY day ORDER BY day")
    return {date.fromisoformat(day): mappings for day, mappings in rows}


def waits(db: sqlite3.Connection) -> dict[int, int]:
    """In how many whole days mappings in force came from proposal to approval, and how many in each. Those that a file
    brought with an author or approver of its own are left out: they did not wait here."""
    rows = db.execute(
        f"SELECT {_WAIT} AS days, count(*) FROM {_FACTS}"
        " AND author_named IS NULL AND approver_named IS NULL GROUP BY days ORDER BY days"
    )
    return dict(rows.fetchall())


def waiting_since(db: sqlite3.Connection) -> datetime | None:
    """Since when the oldest proposal or revision waits for a reviewer; None where none does."""
    (oldest,) = db.execute(
        "SELECT min(oldest) FROM (SELECT min(at) AS oldest FROM mapping WHERE state = 'proposed'"
        " UNION ALL SELECT min(at) FROM mapping WHERE state = 'revision')"
    ).fetchone()
    return clock.moment(oldest) if oldest else None
