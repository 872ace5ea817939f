"""How much people did, day by day. Decisions are append-only, so each is looked at once and its count is kept."""

import sqlite3
from collections import Counter
from dataclasses import dataclass, field
from datetime import date

# Whoever writes holds the lock until it is committed, so nothing ever comes below an id that was seen. Undos are not
# counted, what they undid is.
_SINCE = """
SELECT day, person, count(*) AS acts, max(id) AS newest FROM (
  SELECT id, substr(at, 1, 10) AS day, person FROM decision WHERE id > :newest AND act <> 'undo'
  UNION ALL
  SELECT id, substr(at, 1, 10) AS day, person FROM no_target WHERE id > :newest AND undoes IS NULL)
GROUP BY day, person
"""


@dataclass(slots=True)
class Activity:
    """The acts of each day; of each person, by id, how many, and the day of the first. One a worker, which alone reads
    through it."""

    days: Counter[date] = field(default_factory=Counter)
    acts: Counter[int] = field(default_factory=Counter)
    first: dict[int, date] = field(default_factory=dict)
    newest: int = 0

    def follow(self, db: sqlite3.Connection) -> "Activity":
        """Count what has been decided since the last time. Returns itself."""
        for row in db.execute(_SINCE, {"newest": self.newest}).fetchall():
            day = date.fromisoformat(row["day"])
            self.days[day] += row["acts"]
            self.acts[row["person"]] += row["acts"]
            self.first[row["person"]] = min(day, self.first.get(row["person"], day))
            self.newest = max(self.newest, row["newest"])
        return self
