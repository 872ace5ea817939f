"""The queue: which Key Events there are to judge, filtered by the address."""

import sqlite3
from dataclasses import dataclass, replace

from starlette.requests import Request
from starlette.responses import Response

from core.model import Aop, Level, Progress
from core.store import queue as store
from core.store import waiting
from core.store.queue import Filter
from web.context import site
from web.forms import Form, query
from web.kept import until_the_next_commit
from web.paging import address, pager
from web.render import page

PATH = "/queue"
SIZE = 50
LONGEST_TEXT = 200


@dataclass(frozen=True, slots=True)
class Tab:
    """One progress to look at (None: all), with its address and the number of Key Events that wait there."""

    progress: Progress | None
    address: str
    count: int


@dataclass(frozen=True, slots=True)
class Listing:
    """What the page shows, read in one transaction."""

    page: store.Page
    counts: dict[Progress, int]
    levels: list[Level]
    aop: Aop | None
    catalogue: int
    stale: int


def read_filter(form: Form) -> Filter:
    """The filter in the fields of an address. Raises Invalid naming the field that is wrong."""
    return Filter(
        progress=form.choice_or_none("progress", Progress),
        aop=form.numbered("aop", "AOP 17"),
        level=form.choice_or_none("level", Level),
        text=form.text("text", max=LONGEST_TEXT, default=""),
    )


def fields(filter: Filter) -> dict[str, str]:
    """The fields that `read_filter` reads back; empty ones say nothing."""
    return {
        "progress": filter.progress or "",
        "aop": str(filter.aop or ""),
        "level": filter.level or "",
        "text": filter.text,
    }


def listing(db: sqlite3.Connection, filter: Filter, number: int) -> Listing:
    """A page of the queue with what its filters offer."""
    return Listing(
        page=store.page(db, filter, number, SIZE),
        counts=store.counts(db, filter),
        levels=store.levels(db),
        aop=store.aop(db, filter),
        catalogue=sum(store.counts(db).values()),
        stale=waiting.count(db, waiting.Filter(stale=True)),
    )


def tabs(filter: Filter, counts: dict[Progress, int]) -> list[Tab]:
    """All, open, in progress, done: the same filter with another progress."""
    return [
        Tab(progress, address(PATH, fields(replace(filter, progress=progress))), count)
        for progress, count in [(None, sum(counts.values())), *counts.items()]
    ]


@until_the_next_commit
async def queue(request: Request) -> Response:
    """`GET /queue`."""
    asked = query(request)
    filter = read_filter(asked)
    found = await site(request).database.read(listing, filter, asked.integer("page", default=1, least=1))
    return page(
        request,
        "queue/page.html",
        listing=found,
        filter=filter,
        tabs=tabs(filter, found.counts),
        query=address("", fields(filter)),
        pager=pager(PATH, fields(filter), found.page.number, SIZE, found.page.total),
    )
