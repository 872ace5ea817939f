"""A Key Event's page and its parts: the triage table, the details of its rows, the search for another target."""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from core import triage
from core.instruments import arithmetic, current
from core.model import KeyEvent, Mapping, Person, Source, TargetKey
from core.sources import spec
from core.store import queue, targets
from core.triage import Detail, Row, Sheet
from web import forms, render
from web.context import Site, site, visitor
from web.pages import view as views
from web.pages.keys import KEYS, keymap
from web.pages.view import View

HITS = 12


@dataclass(frozen=True, slots=True)
class Loaded:
    """What one read of the database gives the page: `details` are those of the current row alone."""

    sheet: Sheet
    details: list[Detail]
    place: queue.Place


async def show(request: Request) -> Response:
    """The whole page."""
    return render.page(request, "key_event/page.html", **await _context(request))


async def table(request: Request) -> Response:
    """The table alone."""
    return render.partial(request, "key_event/_table.html", **await _context(request))


async def details(request: Request) -> Response:
    """The details of every row but the current one, each to be put into its place; fetched once, after the page."""
    view, asking = views.read(request.path_params["id"], forms.query(request)), visitor(request)
    found = await site(request).database.read(read_details, site(request), view, asking)
    return render.partial(request, "key_event/_details.html", view=view, **words(asking, found[0]), details=found[1])


async def search(request: Request) -> Response:
    """Targets that somebody looks for, to be put into the table: those so called first, then those that mean it."""
    view = views.read(request.path_params["id"], forms.query(request))
    return render.partial(request, "key_event/_hits.html", view=view, **await _hits(request, view))


def read_sheet(db: sqlite3.Connection, site: Site, view: View, asking: Person | None) -> Sheet:
    """The table of a Key Event as this view has it: suggestions, decisions, and what was put in by hand."""
    suggested = site.warm.first(view.key_event, view.rows, views.LEAST)
    also = [*view.put, *([view.at] if view.at else [])]
    return triage.sheet(db, view.key_event, suggested, lambda key: site.warm.of(view.key_event, key), asking, also)


def read_details(db: sqlite3.Connection, site: Site, view: View, asking: Person | None) -> tuple[Sheet, list[Detail]]:
    """The table and the details of all its rows."""
    sheet = read_sheet(db, site, view, asking)
    return sheet, read_rows(db, site, sheet, [row.key for row in sheet.rows if view.shows(row)])


def read_rows(db: sqlite3.Connection, site: Site, sheet: Sheet, keys: Sequence[TargetKey]) -> list[Detail]:
    """The details of these rows."""
    return triage.details(db, sheet, keys, partial(site.warm.part_ranks, sheet.key_event.id))


def words(asking: Person | None, sheet: Sheet) -> dict[str, object]:
    """What the templates of rows and details need beside them."""
    return {
        "sheet": sheet,
        "key_event": sheet.key_event,
        "keys": keymap(asking),
        "instrument": lambda source: current(spec(source).instrument),
        "terms": lambda mapping: _terms(mapping, sheet.key_event),
        "steps": lambda row: steps(row, sheet),
        "form_key": lambda mapping: f"{sheet.key_event.id}/{mapping.pair.target}/{mapping.version}",
    }


def steps(row: Row, sheet: Sheet) -> int:
    """How many of five steps a row's score fills, 0 where the run does not know the target.

    Between the lowest and the highest score of the table, so that the steps tell the rows of one Key Event apart.
    """
    scores = [each.suggestion.score for each in sheet.rows if each.suggestion]
    if row.suggestion is None:
        return 0
    low, high = min(scores), max(scores)
    return 5 if high == low else 1 + round(4 * (row.suggestion.score - low) / (high - low))


async def _hits(request: Request, view: View) -> dict[str, object]:
    text = forms.query(request).text("q", max=views.MOST_TEXT, default="")
    if not text:
        return {"text": "", "found": [], "meant": []}
    found = await site(request).database.read(targets.search, text, None, HITS)
    near = await run_in_threadpool(site(request).warm.search, text, HITS)
    known = {hit.key for hit in found}
    meant = [each.target for each in near if each.target not in known]
    rows = await site(request).database.read(targets.by_keys, meant, view.key_event)
    return {"text": text, "found": found, "meant": rows.values()}


async def _context(request: Request) -> dict[str, object]:
    view, asking = views.read(request.path_params["id"], forms.query(request)), visitor(request)
    loaded = await site(request).database.read(_load, site(request), view, asking)
    shown = [row for row in loaded.sheet.rows if view.shows(row)]
    here = _current(view, shown)
    return {
        **words(asking, loaded.sheet),
        **await _hits(request, view),
        "view": view,
        "rows": shown,
        "here": here,
        "place": loaded.place,
        "details": {detail.row.key: detail for detail in loaded.details},
        "key_list": KEYS,
        "problems": site(request).warm.problems,
        "sources": [spec(source) for source in Source],
    }


def _load(db: sqlite3.Connection, site: Site, view: View, asking: Person | None) -> Loaded:
    sheet = read_sheet(db, site, view, asking)
    here = _current(view, [row for row in sheet.rows if view.shows(row)])
    return Loaded(
        sheet, read_rows(db, site, sheet, [here] if here else []), queue.place(db, view.queue, view.key_event)
    )


def _current(view: View, shown: list[Row]) -> TargetKey | None:
    """The row that is current when the page opens: the one asked for, else the first open one, else the first."""
    keys = [row.key for row in shown]
    if view.at in keys:
        return view.at
    return next((row.key for row in shown if row.mapping.state == "open"), keys[0] if keys else None)


def _terms(mapping: Mapping, key_event: KeyEvent) -> list[object]:
    claim = mapping.claim or mapping.approved
    if claim is None or claim.assessment is None:
        return []
    return list(arithmetic(current(claim.assessment.instrument), claim.assessment.answers, key_event.level))
