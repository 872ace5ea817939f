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
    """A part of a list: its items, how many the whole list has, and a mark behind the last item to go on from."""

    items: Sequence[object]
    total: int
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


Read = Callable[[sqlite3.Connection, Place], Part]


def place(form: Form) -> Place:
    """The part that the fields of an address ask for. Raises Invalid naming the one that is wrong."""
    return Place(
        page=form.integer("page", default=1, least=1, most=MOST_PAGES),
        per_page=form.integer("per_page", default=PER_PAGE, least=1, most=MOST_PER_PAGE),
        after=form.text("after", max=80, default=""),
    )


async def answer(request: Request, form: Form, read: Read) -> Response:
    """The list that `read` gives in the envelope, all from one state of the data; 304 for who has it already."""
    here, wanted = site(request), place(form)
    state = await here.database.read(published.revision)
    known = not_modified(request, _tag(request, state), _headers(state))
    if known is not None:
        return known
    state, part = await here.database.read(_read, read, wanted)
    headers = _headers(state) | {"ETag": entity_tag(_tag(request, state))}
    return JSONResponse({"data": part.items, "pagination": _pagination(request, form, wanted, part)}, headers=headers)


async def single(request: Request, read: Callable[[sqlite3.Connection], object]) -> Response:
    """One thing as `data`, with the same headers."""
    here = site(request)
    state = await here.database.read(published.revision)
    known = not_modified(request, _tag(request, state), _headers(state))
    return known or JSONResponse({"data": await here.database.read(read)}, headers=_headers(state))


def _read(db: sqlite3.Connection, read: Read, place: Place) -> tuple[Revision, Part]:
    return published.revision(db), read(db, place)


def _headers(state: Revision) -> dict[str, str]:
    return OPEN | {"X-Export-Revision": str(state)}


def _tag(request: Request, state: Revision) -> str:
    """`decided` is in it: the feed of releases, say, is not bound to mappings alone."""
    words = (publish.FORMS, request.url.path, request.url.query, state)
    return sha256(repr(words).encode()).hexdigest()[:24]


def _pagination(request: Request, form: Form, place: Place, part: Part) -> dict[str, object]:
    pages = -(-part.total // place.per_page)
    more = place.page < pages and len(part.items) == place.per_page
    return {
        "page": place.page,
        "per_page": place.per_page,
        "total": part.total,
        "total_pages": pages,
        "next": _address(request, form, place, place.page + 1, part.mark) if more else None,
        "prev": _address(request, form, place, place.page - 1) if place.page > 1 else None,
    }


def _address(request: Request, form: Form, place: Place, page: int, after: str = "") -> str:
    """The absolute address of another page. A mark keeps the order stable while people decide between two pages."""
    kept = [(name, value) for name, values in form.fields.items() for value in values if name not in PAGING]
    told = [*kept, ("page", page), ("per_page", place.per_page), *([("after", after)] if after else [])]
    return f"{site(request).settings.base_url}{request.url.path}?{urlencode(told)}"
