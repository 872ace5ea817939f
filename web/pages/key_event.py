"""A Key Event's page and its parts: the triage table, the details of its rows, the search for another target."""

import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from core.details import Detail
from core.details import details as of_rows
from core.instruments import current
from core.model import Pair, Person, Source, TargetKey
from core.reckoning import reckon
from core.sources import spec
from core.store import hits, queue, targets
from core.triage import Row, Sheet, Table
from web import forms, render
from web.context import Site, site, visitor
from web.kept import until_the_next_commit
from web.pages import view as views
from web.pages.keys import KEYS, keymap
from web.pages.offers import offers
from web.pages.said import DID, assessed_before
from web.pages.search import means
from web.pages.view import View

HITS = 12


@dataclass(frozen=True, slots=True)
class Loaded:
    """What one read of the database gives the page: `details` are those of the current row alone."""

    sheet: Sheet
    details: list[Detail]
    place: queue.Place


@until_the_next_commit
async def show(request: Request) -> Response:
    """The whole page."""
    return render.page(request, "key_event/page.html", **await _context(request))


async def table(request: Request) -> Response:
    """The table alone."""
    return render.partial(request, "key_event/_table.html", **await _context(request))


@until_the_next_commit
async def details(request: Request) -> Response:
    """The details of every row but the current one, each to be put into its place; fetched once, after the page."""
    view, asking = views.read(request.path_params["id"], forms.query(request)), visitor(request)
    sheet, details = await site(request).database.read(read_details, site(request), view, asking)
    return render.partial(request, "key_event/_details.html", view=view, **words(asking, sheet), details=details)


async def search(request: Request) -> Response:
    """Targets that somebody looks for, to be put into the table: those so called first, then those that mean it."""
    view = views.read(request.path_params["id"], forms.query(request))
    return render.partial(request, "key_event/_hits.html", view=view, **await _hits(request, view))


def read_details(db: sqlite3.Connection, site: Site, view: View, asking: Person | None) -> tuple[Sheet, list[Detail]]:
    """The table and the details of all its rows."""
    sheet = view.sheet(db, site, asking)
    shown = [row for row in sheet.rows if view.shows(row)]
    return sheet, read_rows(db, site, shown, shown)


def read_rows(
    db: sqlite3.Connection, site: Site, rows: Sequence[Row | None], shown: Sequence[Row], *, ranked: bool = True
) -> list[Detail]:
    """The details of these rows, with their relatives among those that are shown; None, a row that is not there, has
    none. `ranked` as `core.details` has it."""
    return of_rows(db, [row for row in rows if row], shown, site.warm, ranked=ranked)


def words(asking: Person | None, table: Table) -> dict[str, object]:
    """What the templates of rows and details need beside them."""
    return {
        "sheet": table,
        "keys": keymap(asking),
        "instrument": lambda source: current(spec(source).instrument),
        "instruments": [current(name) for name in dict.fromkeys(spec(source).instrument for source in Source)],
        "reckon": reckon,
        "assessed_before": assessed_before,
        "did": DID,
        "steps": stepping(table.rows),
        "offers": offers,
        "once": cache,
    }


def stepping(rows: Sequence[Row]) -> Callable[[Row], int]:
    """How many of five steps the score of one of these rows fills, 0 where the run does not know the target.

    Between the lowest and the highest score of them, so that the steps tell the rows apart.
    """
    scores = [each.suggestion.score for each in rows if each.suggestion]
    low, high = min(scores, default=0.0), max(scores, default=0.0)

    def steps(row: Row) -> int:
        if row.suggestion is None:
            return 0
        return 5 if high == low else 1 + round(4 * (row.suggestion.score - low) / (high - low))

    return steps


async def _hits(request: Request, view: View) -> dict[str, object]:
    text = forms.query(request).text("q", max=forms.MOST_TEXT, default="")
    if not text:
        return {"text": "", "found": [], "meant": []}
    found = await site(request).database.read(hits.targets, text, None, HITS)
    near = await run_in_threadpool(site(request).warm.search, text, HITS) if means(text) else []
    known = {hit.key for hit in found}
    meant = [each.target for each in near if each.target not in known]
    rows = await site(request).database.read(targets.by_pairs, [Pair(view.key_event, key) for key in meant])
    return {"text": text, "found": found, "meant": rows.values()}


async def _context(request: Request) -> dict[str, object]:
    view, asking = views.read(request.path_params["id"], forms.query(request)), visitor(request)
    loaded = await site(request).database.read(_load, site(request), view, asking)
    shown = [row for row in loaded.sheet.rows if view.shows(row)]
    here = _current(view, shown)
    return {
        **words(asking, loaded.sheet),
        **await _hits(request, view),
        "key_event": loaded.sheet.key_event,
        "view": view,
        "rows": shown,
        "here": Pair(view.key_event, here) if here else None,
        "place": loaded.place,
        "details": {detail.row.pair: detail for detail in loaded.details},
        "key_list": KEYS,
        "problems": site(request).warm.problems,
        "sources": [spec(source) for source in Source],
    }


def _load(db: sqlite3.Connection, site: Site, view: View, asking: Person | None) -> Loaded:
    sheet = view.sheet(db, site, asking)
    shown = [row for row in sheet.rows if view.shows(row)]
    here = _current(view, shown)
    row = sheet.row(Pair(view.key_event, here)) if here else None
    details = read_rows(db, site, [row], shown)
    return Loaded(sheet, details, queue.place(db, view.queue, view.key_event))


def _current(view: View, shown: list[Row]) -> TargetKey | None:
    """The row that is current when the page opens: the one asked for, else the first open one, else the first."""
    keys = [row.key for row in shown]
    if view.at in keys:
        return view.at
    return next((row.key for row in shown if row.mapping.state == "open"), keys[0] if keys else None)
