"""AOPs: the list of them, and one with its chain drawn, its gaps first."""

import sqlite3
from dataclasses import dataclass
from textwrap import wrap

from starlette.requests import Request
from starlette.responses import Response

from core import chain
from core.chain import Drawing
from core.coverage import Event, Tally, gaps_first, rank, tally
from core.errors import Invalid
from core.store import chains
from core.store.chains import SORTS, Filter, Row, Whole
from web.context import site
from web.forms import Form, query
from web.paging import address, pager
from web.render import page

PATH = "/aops"
SIZE = 50
MOST_TEXT = 200
A_LINE, LINES = 27, 2  # characters that fit into the box of an event, and lines


@dataclass(frozen=True, slots=True)
class Listing:
    """A page of the list with what its filters offer."""

    rows: list[Row]
    total: int
    statuses: list[str]


@dataclass(frozen=True, slots=True)
class Shown:
    """An AOP as its page shows it. `linked`: whether AOP-Wiki's arrows are here."""

    whole: Whole
    drawing: Drawing
    tally: Tally
    rows: list[Event]

    @property
    def events(self) -> dict[int, Event]:
        """The Key Events by number."""
        return {event.id: event for event in self.whole.events}

    @property
    def linked(self) -> bool:
        """Whether the catalogue has arrows of this AOP."""
        return bool(self.drawing.lines)

    def leads(self, event: int) -> list[int]:
        """The Key Events that this one leads to."""
        return [arrow.downstream for arrow in self.whole.arrows if arrow.upstream == event]


async def listing(request: Request) -> Response:
    """`GET /aops`."""
    asked = query(request)
    filter, number = _filter(asked), asked.integer("page", default=1, least=1, most=10_000)
    found = await site(request).database.read(_list, filter, number)
    fields = _fields(filter)
    return page(
        request,
        "aops/list.html",
        found=found,
        filter=filter,
        sorts={name: address(PATH, fields | {"sort": name if name != Filter().sort else ""}) for name in SORTS},
        pager=pager(PATH, fields, number, SIZE, found.total),
    )


async def aop(request: Request) -> Response:
    """`GET /aops/{id}`."""
    whole = await site(request).database.read(chains.aop, request.path_params["id"])
    return page(request, "aops/page.html", shown=shown(whole), lines=lines, chain=chain)


def shown(whole: Whole) -> Shown:
    """An AOP, drawn and counted."""
    ranks = {event.id: rank(event.level) for event in whole.events}
    drawing = chain.draw(ranks, [(arrow.upstream, arrow.downstream) for arrow in whole.arrows])
    return Shown(whole, drawing, tally(event.best for event in whole.events), gaps_first(whole.events))


def lines(title: str) -> list[str]:
    """A title as the box of an event takes it: two lines, cut where there are more."""
    found = wrap(title, A_LINE, break_long_words=True) or [""]
    return found if len(found) <= LINES else [*found[: LINES - 1], f"{found[LINES - 1][: A_LINE - 1].rstrip()}…"]


def _list(db: sqlite3.Connection, filter: Filter, number: int) -> Listing:
    return Listing(*chains.page(db, filter, number, SIZE), chains.statuses(db))


def _filter(form: Form) -> Filter:
    sort = form.text("sort", max=MOST_TEXT, default=Filter().sort)
    if sort not in SORTS:
        raise Invalid(f"sort is {sort!r}, expected one of: {', '.join(SORTS)}.", "sort")
    return Filter(
        text=form.text("text", max=MOST_TEXT, default=""),
        status=form.text("status", max=MOST_TEXT, default=""),
        sort=sort,
    )


def _fields(filter: Filter) -> dict[str, str]:
    sort = filter.sort if filter.sort != Filter().sort else ""
    return {"text": filter.text, "status": filter.status, "sort": sort}
