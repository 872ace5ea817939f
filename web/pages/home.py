"""The first page: what this is, how far the work is, and where to begin."""

import sqlite3
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from core.model import Level, Person, Progress, Role, Source
from core.store import journal, queue, targets
from web.context import site, visitor
from web.render import page


@dataclass(frozen=True, slots=True)
class Bar:
    """How far the Key Events of one level are. `longest` is the total of the longest bar: all share its scale."""

    level: Level | None
    counts: dict[Progress, int]
    longest: int

    @property
    def total(self) -> int:
        """How many Key Events the level has."""
        return sum(self.counts.values())

    def share(self, *parts: Progress) -> float:
        """The length of these parts of the bar together, in percent of the longest bar."""
        return round(100 * sum(self.counts[part] for part in parts) / self.longest, 2)


@dataclass(frozen=True, slots=True)
class Overview:
    """What the page says, read in one transaction. `begin` is the number of a Key Event, None where all are done."""

    bars: tuple[Bar, ...]
    targets: dict[Source, int]
    begin: int | None

    @property
    def counts(self) -> dict[Progress, int]:
        """How many Key Events are open, in progress and done."""
        return {progress: sum(bar.counts[progress] for bar in self.bars) for progress in Progress}


def overview(db: sqlite3.Connection, visitor: Person | None) -> Overview:
    """The state of the work, and where `visitor` goes on."""
    levels = queue.by_level(db)
    longest = max((sum(counts.values()) for counts in levels.values()), default=1)
    bars = tuple(Bar(level, counts, longest) for level, counts in levels.items())
    return Overview(bars, targets.counts(db), _begin(db, visitor))


def _begin(db: sqlite3.Connection, visitor: Person | None) -> int | None:
    """The Key Event of the visitor's newest act while it is in progress, else the first open one, else any in
    progress."""
    if visitor is None or not visitor.may(Role.CURATOR):
        return None
    underway = queue.Filter(progress=Progress.IN_PROGRESS)
    for entry in journal.of(db, visitor.id, before=None, limit=1):
        if queue.place(db, underway, entry.key_event).position:
            return entry.key_event
    for filter in (queue.Filter(progress=Progress.OPEN), underway):
        for row in queue.page(db, filter, size=1).rows:
            return row.id
    return None


async def home(request: Request) -> Response:
    """`GET /`."""
    return page(request, "home/page.html", overview=await site(request).database.read(overview, visitor(request)))
