"""Mappings in force: those of a source, of all sources, one of them, and those that ended."""

import re
import sqlite3
from collections.abc import Sequence
from functools import partial

from starlette.requests import Request
from starlette.responses import Response

from core import publish
from core.errors import Invalid, NotFound
from core.export import fields
from core.model import Source
from core.store import clock, exports
from core.store.exports import Selection
from web import selection as selections
from web.api import envelope
from web.api.envelope import PAGING, Part, Place
from web.door import Endpoint
from web.exports import send
from web.forms import SHOWN, Form

FORMATS = ("json", "csv")
MARK = "([0-9]{1,9})~([a-z]{1,20}):([A-Za-z0-9:-]{1,40})"  # Key Event, source, accession
ENDED_MARK = "([0-9TZ:.-]{20,27})~([0-9a-f-]{36})"  # when it ended, its uuid


def of(source: Source | None) -> Endpoint:
    """`GET /api/v1/mappings` and its siblings: the mappings of one source, or of all, page by page; CSV whole."""

    async def mappings(request: Request) -> Response:
        asked = selections.sent(request)
        selection = selections.read(asked, source, (*PAGING, "format"))
        envelope.place(asked)
        if _csv(request, asked):
            answer = await send(request, publish.export("mappings.csv"), selection)
        else:
            answer = await envelope.answer(request, asked, partial(_part, selection=selection))
        answer.headers.add_vary_header("Accept")
        return answer

    return mappings


async def mapping(request: Request) -> Response:
    """`GET /api/v1/all-mappings/{uuid}`: one mapping in force."""
    return await envelope.single(request, partial(_one, uuid=str(request.path_params["uuid"])))


async def retired(request: Request) -> Response:
    """`GET /api/v1/retired`: mappings that were in force once and are not any more, oldest end first."""
    asked = selections.sent(request)
    selections.require_known(asked, (*PAGING, "updated_since"))
    since = selections.moment(asked, "updated_since")

    def read(db: sqlite3.Connection, place: Place) -> Part:
        after = _ended_mark(place.after) if place.after else None
        found = exports.retired(db, since, after, place.skip, place.limit)
        total = exports.count_retired(db, since)
        return place.part(found, total, fields.retired, lambda last: f"{clock.text(last.ended_at)}~{last.uuid}")

    return await envelope.answer(request, asked, read)


def _csv(request: Request, asked: Form) -> bool:
    """Whether the whole set as CSV is wanted: by `format`, else by `Accept`."""
    wanted = asked.text("format", max=SHOWN, default="")
    if wanted and wanted not in FORMATS:
        raise Invalid(f"format is {wanted!r}, expected one of: {', '.join(FORMATS)}.", "format")
    accepted = request.headers.get("accept", "").partition(",")[0].partition(";")[0].strip()
    return wanted == "csv" or (not wanted and accepted == "text/csv")


def _part(db: sqlite3.Connection, place: Place, selection: Selection) -> Part:
    after = _mark(place.after) if place.after else None
    found = list(exports.rows(db, selection, after, place.skip, place.limit))
    total = exports.count(db, selection)
    return place.part(found, total, fields.item, lambda last: f"{last.key_event}~{last.target}")


def _mark(text: str) -> tuple[int, str, str]:
    """The place in the order that `after` names. Raises Invalid."""
    key_event, source, accession = _behind(MARK, text)
    return int(key_event), source, accession


def _ended_mark(text: str) -> tuple[str, str]:
    """The place among those that ended. Raises Invalid."""
    ended_at, uuid = _behind(ENDED_MARK, text)
    return ended_at, uuid


def _behind(form: str, text: str) -> Sequence[str]:
    found = re.fullmatch(form, text)
    if found is None:
        raise Invalid(f"after is {text!r}, which is no place in this list; begin at its first page.", "after")
    return found.groups()


def _one(db: sqlite3.Connection, uuid: str) -> dict[str, object]:
    found = exports.one(db, uuid)
    if found is None:
        raise NotFound(f"No mapping in force is called {uuid}; /api/v1/retired lists those that ended.")
    return fields.item(found)
