"""How much of each AOP is mapped, and who is credited for mappings."""

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass

from core.export.published import Credit
from core.model import Aop, Contributor, Source
from core.store.rows import contributors

_MAPPED = "SELECT DISTINCT key_event, source FROM published WHERE ended_at IS NULL"


@dataclass(frozen=True, slots=True)
class AopCoverage:
    """One AOP: its Key Events, those with a mapping in force, and those with one in each source."""

    aop: Aop
    key_events: int
    mapped: int
    by_source: Mapping[Source, int]


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


def credits(db: sqlite3.Connection) -> list[Credit]:
    """Everybody who proposed or approved a mapping in force, who did most first; who a file names among them."""
    people = contributors(db)
    counts: dict[Contributor, list[int]] = {}
    for place, role in enumerate(("author", "approver")):
        rows = db.execute(
            f"SELECT {role}, {role}_named, count(*) FROM published INDEXED BY published_facts"
            f" WHERE ended_at IS NULL GROUP BY {role}, {role}_named"
        )
        for id, named, mappings in rows:
            who = Contributor(**json.loads(named)) if named else people[id]
            counts.setdefault(who, [0, 0])[place] += mappings
    credited = [Credit(who, proposed, approved) for who, (proposed, approved) in counts.items()]
    return sorted(credited, key=lambda each: (-each.proposed - each.approved, each.contributor.label.lower()))
