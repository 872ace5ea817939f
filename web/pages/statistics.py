"""Statistics: how much of the catalogue is covered, how the work goes, and who does it. For everybody."""

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import accumulate

from starlette.requests import Request
from starlette.responses import Response

from core import coverage
from core.coverage import Cover, Tally
from core.model import Aop, Level, Source, State, Tier
from core.periods import periods
from core.sources import SPECS
from core.store import contributions, published, statistics
from core.store.activity import Activity
from core.store.contributions import Contribution
from web import charts
from web.charts import Row
from web.context import site
from web.kept import until_the_next_commit
from web.render import page

Tallies = Mapping[Source | None, Tally]
COVERS: dict[Cover, str] = {cover: "nothing decided" if cover is Cover.GAP else str(cover) for cover in Cover}
NO_LEVEL, ANY_SOURCE, NO_TIER = "No level", "Any source", "without an assessment"
LABELS = {source: spec.label for source, spec in SPECS.items()}
# How long a wait for a reviewer was, in whole days below which it counts.
WAITS = {"within a day": 1, "within a week": 7, "within a month": 31, "within three months": 92}
LONGER = "longer"


@dataclass(frozen=True, slots=True)
class Statistics:
    """All that the page says, read in one transaction."""

    revision: str
    whole: Tallies
    levels: Mapping[Level | None, Tallies]
    aops: Mapping[Aop, Tallies]
    states: Mapping[State, Mapping[Source, int]]
    tiers: Mapping[Source, Mapping[Tier | None, int]]
    approvals: Mapping[date, int]
    days: Mapping[date, int]
    waits: Mapping[str, int]
    waiting_since: datetime | None
    contributions: Sequence[Contribution]

    @property
    def in_force(self) -> int:
        """How many mappings are in force."""
        return sum(self.approvals.values())

    @property
    def acts(self) -> int:
        """How many decisions people have made."""
        return sum(self.days.values())

    @property
    def best_level(self) -> tuple[str, Tally]:
        """The level with the largest part of its Key Events approved, the lowest of equals."""
        level = max(self.levels, key=lambda level: self.levels[level][None].share)
        return level or NO_LEVEL, self.levels[level][None]

    @property
    def halfway(self) -> str:
        """Within which time half of those that waited here were approved."""
        so_far = zip(self.waits, accumulate(self.waits.values()), strict=True)
        return next(word for word, mappings in so_far if 2 * mappings >= sum(self.waits.values()))


@until_the_next_commit
async def show(request: Request) -> Response:
    """`GET /statistics`."""
    here = site(request)
    found = await here.database.read(read, here.activity)
    return page(
        request,
        "statistics/page.html",
        found=found,
        covers=COVERS,
        labels=LABELS,
        sources={None: ANY_SOURCE} | LABELS,
        coverage=_coverage(found.whole),
        levels={source: _levels(found.levels, source) for source in found.whole},
        aops=_aops(found.aops),
        states=_single({str(state): sum(counts.values()) for state, counts in found.states.items()}),
        tiers=_tiers(found.tiers),
        waits=_single(found.waits),
        growth=charts.steps(periods(found.approvals, max(found.days, default=None))),
        work=charts.columns(periods(found.days)),
    )


def read(db: sqlite3.Connection, activity: Activity) -> Statistics:
    """The state of the work. `activity` has counted what was decided before."""
    events = statistics.key_events(db)
    levels: dict[Level | None, list[coverage.Covers]] = {}
    for level, covers in events.values():
        levels.setdefault(level, []).append(covers)
    activity.follow(db)
    return Statistics(
        revision=str(published.revision(db)),
        whole=coverage.by_source([covers for _, covers in events.values()]),
        levels={level: coverage.by_source(levels[level]) for level in (*Level, None) if level in levels},
        aops={aop: coverage.by_source([events[id][1] for id in ids]) for aop, ids in statistics.aops(db).items()},
        states=statistics.states(db),
        tiers=statistics.tiers(db),
        approvals=statistics.approvals(db),
        days=dict(activity.days),
        waits=_by_wait(statistics.waits(db)),
        waiting_since=statistics.waiting_since(db),
        contributions=contributions.all(db, activity),
    )


def _by_wait(days: Mapping[int, int]) -> dict[str, int]:
    found = dict.fromkeys((*WAITS, LONGER), 0)
    for wait, mappings in days.items():
        found[next((word for word, most in WAITS.items() if wait < most), LONGER)] += mappings
    return found


def _coverage(tallies: Tallies) -> list[Row]:
    """A row a source: of all Key Events, those that it has something for."""
    return [
        _covered(SPECS[source].label if source else ANY_SOURCE, tally, tally.total) for source, tally in tallies.items()
    ]


def _levels(levels: Mapping[Level | None, Tallies], source: Source | None) -> list[Row]:
    """A row a level, all on the scale of the one with most Key Events."""
    most = max((tallies[source].total for tallies in levels.values()), default=0)
    return [_covered(level or NO_LEVEL, tallies[source], most) for level, tallies in levels.items()]


def _covered(label: str, tally: Tally, most: int) -> Row:
    counts = {COVERS[cover]: count for cover, count in tally.parts.items()}
    return charts.row(label, f"{tally.approved:,} of {tally.total:,}", counts, most)


def _aops(aops: Mapping[Aop, Tallies]) -> list[Row]:
    """AOPs by how many of their Key Events have an approved mapping."""
    bins = {"all": 0, "more than half": 0, "half or fewer": 0, "none": 0}
    for tallies in aops.values():
        share = tallies[None].share
        bins[
            "none" if not share else "half or fewer" if share <= 0.5 else "more than half" if share < 1 else "all"
        ] += 1
    return _single(bins)


def _tiers(tiers: Mapping[Source, Mapping[Tier | None, int]]) -> list[Row]:
    """A row a source, all on the scale of the one with most mappings in force."""
    most = max(sum(counts.values()) for counts in tiers.values())
    return [
        charts.row(
            SPECS[source].label,
            f"{counts[Tier.HIGH]:,} of {sum(counts.values()):,} high",
            {tier or NO_TIER: count for tier, count in counts.items() if tier or count},
            most,
        )
        for source, counts in tiers.items()
    ]


def _single(counts: Mapping[str, int]) -> list[Row]:
    """A row a word, all on one scale."""
    most = max(counts.values(), default=0)
    return [charts.row(word, f"{count:,}", {word: count}, most) for word, count in counts.items()]
