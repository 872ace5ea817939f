"""How every list of the API is answered: its data, where one stands in it, and a name for the bytes."""

import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import TypeVar
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from core import publish
from core.store import published
from core.store.published import Revision
from web.context import site
from web.exports import OPEN
from web.forms import Form
from web.streaming import entity_tag, not_modified

T = TypeVar("T")
PER_PAGE = 50
MOST_PER_PAGE = 200
MOST_PAGES = 1_000_000
PAGING = ("page", "per_page", "after")


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a list: its items, how many the whole list has, whether others come behind these, and a mark to go on
    from there."""

    items: Sequence[object]
    total: int
    more: bool
    mark: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """Which part is asked for: so many items from the page's first one, or from behind `after` where that is given."""

    page: int
    per_page: int
    after: str = ""

    @property
    def skip(self) -> int:
        """How many items come before."""
        return 0 if self.after else (self.page - 1) * self.per_page

    @property
    def limit(self) -> int:
        """How many items to read: one more than is shown, which says whether others come behind."""
        return self.per_page + 1

    def part(
        self, found: Sequence[T], total: int, item: Callable[[T], object], mark: Callable[[T], str] | None = None
    ) -> Part:
        """The part of `total` things that starts here, as `item` has them; `found` are the `limit` first of its rest.
        `mark` names a place behind one of them; without it, one goes on by the number of the page."""
        shown = found[: self.per_page]
        more = len(found) > self.per_page
        return Part([item(each) for each in shown], total, more, mark(shown[-1]) if more and mark else "")


Read = Callable[[sqlite3.Connection, Place], Part]
Body = dict[str, object]


def place(form: Form) -> Place:
    """The part that the fields of an address ask for. Raises Invalid naming the one that is wrong."""
    return Place(
        page=form.integer("page", default=1, least=1, most=MOST_PAGES),
        per_page=form.integer("per_page", default=PER_PAGE, least=1, most=MOST_PER_PAGE),
        after=form.text("after", max=80, default=""),
    )


async def answer(request: Request, form: Form, read: Read) -> Response:
    """The list that `read` gives, in the envelope."""
    wanted = place(form)

    def listed(db: sqlite3.Connection) -> Body:
        part = read(db, wanted)
        return {"data": part.items, "pagination": _pagination(request, form, wanted, part)}

    return await _told(request, listed)


async def single(request: Request, read: Callable[[sqlite3.Connection], object]) -> Response:
    """One thing as `data`."""
    return await _told(request, lambda db: {"data": read(db)})


async def _told(request: Request, body: Callable[[sqlite3.Connection], Body]) -> Response:
    """What `body` reads, all from one state of the data and under its name; 304 for who has it already."""
    here = site(request)
    state = await here.database.read(published.revision)
    known = not_modified(request, _tag(request, state), _headers(state))
    if known is not None:
        return known
    state, said = await here.database.read(lambda db: (published.revision(db), body(db)))
    return JSONResponse(said, headers=_headers(state) | {"ETag": entity_tag(_tag(request, state))})


def _headers(state: Revision) -> dict[str, str]:
    return OPEN | {"X-Export-Revision": str(state)}


def _tag(request: Request, state: Revision) -> str:
    """`decided` is in it: the feed of releases, say, is not bound to mappings alone."""
    words = (publish.FORMS, request.url.path, request.url.query, state)
    return sha256(repr(words).encode()).hexdigest()[:24]


def _pagination(request: Request, form: Form, place: Place, part: Part) -> dict[str, object]:
    return {
        "page": place.page,
        "per_page": place.per_page,
        "total": part.total,
        "total_pages": -(-part.total // place.per_page),
        "next": _address(request, form, place, place.page + 1, part.mark) if part.more else None,
        "prev": _address(request, form, place, place.page - 1) if place.page > 1 else None,
    }


def _address(request: Request, form: Form, place: Place, page: int, after: str = "") -> str:
    """The absolute address of another page. A mark keeps the order stable while people decide between two pages."""
    kept = [(name, value) for name, values in form.fields.items() for value in values if name not in PAGING]
    told = [*kept, ("page", page), ("per_page", place.per_page), *([("after", after)] if after else [])]
    return f"{site(request).settings.base_url}{request.url.path}?{urlencode(told)}"
