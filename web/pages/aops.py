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
from core.model import Level
from core.store import chains
from core.store.chains import SORTS, Filter, Row, Whole
from web.context import site
from web.forms import MOST_TEXT, Form, query
from web.paging import address, pager
from web.render import page

PATH = "/aops"
SIZE = 50
ROOM, LINES = 178, 2  # pixels that the box of an event has for a line, and lines
MOST_LETTERS = 40
NARROW, BROAD = frozenset("fijlrt.,;:'|!()[]/- "), frozenset("mwMW@%")


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

    @property
    def slim(self) -> bool:
        """Whether the drawing leaves room for the table beside it."""
        return self.linked and self.drawing.width < 2 * chain.WIDTH

    @property
    def levels(self) -> dict[Level | None, list[Event]]:
        """The Key Events by level, from molecule to population and by number; those without one last."""
        of_level = {level: [event for event in self.whole.events if event.level is level] for level in (*Level, None)}
        return {level: events for level, events in of_level.items() if events}

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
    tries = (wrap(title, letters, break_long_words=True) or [""] for letters in range(MOST_LETTERS, 0, -1))
    found = next(each for each in tries if all(_pixels(line) <= ROOM for line in each[:LINES]))
    if len(found) <= LINES:
        return found
    rest = " ".join(found[LINES - 1 :])
    while _pixels(f"{rest}…") > ROOM:
        rest = rest[:-1]
    return [*found[: LINES - 1], f"{rest.rstrip()}…"]


def _pixels(text: str) -> float:
    """About how broad a text is at 13 pixels, in a system's usual type: rather too broad than too narrow."""
    return sum(4.5 if each in NARROW else 11.5 if each in BROAD else 9.0 if each.isupper() else 7.7 for each in text)


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
