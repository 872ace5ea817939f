"""Deciding, from the page (partials) and without JavaScript (forms that answer 303): the same journey, two skins."""

import json
import sqlite3
from dataclasses import dataclass
from typing import Protocol

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from core import citations, details, review, undoing
from core.appending import Draft, Outcome
from core.details import Said
from core.errors import Conflict, DomainError, Forbidden, Invalid, NotFound
from core.model import Act, Decision, NoTarget, Pair, Person, Relation, Source, State, Suggested
from core.review import MOST_WORDS
from core.triage import Table
from web import errors, forms, render
from web.context import Site, signed_in, site
from web.forms import MOST_KEY, Form
from web.pages import view as views
from web.pages.key_event import words
from web.pages.view import View

ANSWER = "answer."
UNDONE = "Undone:"
DONE = {
    Act.PROPOSE: "Proposed",
    Act.ASSESS: "Assessed",
    Act.ANNOTATE: "Noted on",
    Act.REJECT: "Rejected",
    Act.UNSURE: "Left unsure",
    Act.APPROVE: "Approved",
    Act.DECLINE: "Declined",
    Act.ASK_BACK: "Asked back on",
    Act.REVISE: "Revised",
    Act.AFFIRM: "Affirmed",
    Act.RETIRE: "Retired",
    Act.UNDO: UNDONE,
}
KINDS: dict[type[DomainError], str] = {Conflict: "conflict", Invalid: "refused", Forbidden: "refused"}


class AnyView(Protocol):
    """What a page with a table knows of itself: the Key Event's, the review queue's."""

    still: str  # what is said of rows that want a press

    def sheet(self, db: sqlite3.Connection, site: Site, asking: Person | None, also: Pair | None = None) -> Table:
        """The table as this view has it, with the row of `also`."""

    def pair(self, sent: Form) -> Pair:
        """The pair that a form of the page is about."""

    def here(self, pair: Pair) -> str:
        """The address of the page with this pair's row as the current one."""


@dataclass(frozen=True, slots=True)
class Message:
    """What a row says about a press that was not saved. `kind`: conflict or refused."""

    kind: str
    text: str


async def decide(request: Request) -> Response:
    """Decide on a pair and come back to the page."""
    return await decided(request, _view(request))


async def undo(request: Request) -> Response:
    """Undo one's newest act on the Key Event and come back to the page."""
    view, form = _view(request), await forms.form(request)
    act = await _undo(request, view, form)
    return RedirectResponse(view.here(act.pair) if isinstance(act, Decision) else view.path(), status_code=303)


async def no_target(request: Request) -> Response:
    """Say that nothing fits and come back to the page."""
    view, form = _view(request), await forms.form(request)
    await _no_target(request, view, form)
    return RedirectResponse(view.path(), status_code=303)


async def decide_in_place(request: Request) -> Response:
    """Decide on a pair: the row as it now is, and what else changed. A refusal is the row with a message in it."""
    return await decided_in_place(request, _view(request))


async def decided(request: Request, view: AnyView) -> Response:
    """What a form without JavaScript asks for, on any page with a table; back to the row that it was on.

    Where only a reason is missing, the row opens with the field for it.
    """
    form = await forms.form(request)
    pair = view.pair(form)
    try:
        await _decide(request, form, pair)
    except Invalid as refusal:
        if refusal.field != "note" or form.text("note", max=MOST_WORDS, default=""):
            raise
    return RedirectResponse(view.here(pair), status_code=303)


async def decided_in_place(request: Request, view: AnyView) -> Response:
    """What a press asks for, on any page with a table: the row as it now is."""
    form = await forms.form(request)
    pair = view.pair(form)
    try:
        outcome = await _decide(request, form, pair)
    except tuple(KINDS) as error:
        return await row_answer(request, view, pair, status=errors.status(error), refusal=error)
    return await row_answer(request, view, pair, done=_done(outcome))


async def undo_in_place(request: Request) -> Response:
    """Undo one's newest act on the Key Event: the row that it was on, or the line that says what fits."""
    view, form = _view(request), await forms.form(request)
    try:
        act = await _undo(request, view, form)
    except tuple(KINDS) as error:
        return render.partial(request, "key_event/_status.html", errors.status(error), status=str(error))
    if isinstance(act, NoTarget):
        return await _rest(request, view, "Undone: no target fits.")
    answer = await row_answer(request, view, act.pair, done=UNDONE, out_of_band=True)
    answer.headers["HX-Trigger"] = undone(str(act.pair.target))
    return answer


def _done(outcome: Outcome) -> str:
    """What the status line says; in a team of one an assessment approves, too."""
    act = outcome.decision.act
    return "Approved" if act is Act.ASSESS and outcome.mapping.state is State.APPROVED else DONE[act]


def undone(name: str) -> str:
    """The event that tells a page which row an undo was on, by the name that scripts know it by."""
    return json.dumps({"keyway:undone": {"pair": name}})


async def no_target_in_place(request: Request) -> Response:
    """Say that nothing fits: the line that says so."""
    view, form = _view(request), await forms.form(request)
    try:
        act = await _no_target(request, view, form)
    except tuple(KINDS) as error:
        return render.partial(request, "key_event/_refusal.html", errors.status(error), text=str(error))
    where = act.source or "any source"
    return await _rest(request, view, f"No target fits in {where}. Z undoes.")


def _view(request: Request) -> View:
    return views.read(request.path_params["id"], forms.query(request))


async def _decide(request: Request, form: Form, pair: Pair) -> Outcome:
    here, person = site(request), signed_in(request)
    draft = _draft(form, pair, here)
    return await here.database.write(review.decide, draft, person.id, here.clock(), single=here.settings.single)


def _draft(form: Form, pair: Pair, site: Site) -> Draft:
    """The decision that a form asks for. A relation alone proposes it, `revise` revises; accepting means *related*."""
    revised = form.choice_or_none("revise", Relation)
    relation = revised or form.choice_or_none("relation", Relation)
    retire = "retire" in form
    act = (
        Act.REVISE if revised or retire else Act.PROPOSE if relation and "act" not in form else form.choice("act", Act)
    )
    run, found = site.warm.run, site.warm.of(*pair)
    return Draft(
        pair=pair,
        act=act,
        base_version=form.integer("base_version"),
        key=form.text("key", max=MOST_KEY),
        relation=relation or (Relation.RELATED if act is Act.PROPOSE else None),
        answers={
            name.removeprefix(ANSWER): form.text(name, max=forms.MOST_TEXT, default="")
            for name in form.fields
            if name.startswith(ANSWER)
        },
        note=form.text("note", max=MOST_WORDS, default=""),
        evidence=citations.parse(
            form.text("papers", max=MOST_WORDS, default=""), form.text("quote", max=MOST_WORDS, default="")
        ),
        suggested=Suggested(found.score, found.rank, run.name) if run and found else None,
        retire=retire,
    )


async def _undo(request: Request, view: View, form: Form) -> Decision | NoTarget:
    key, person = form.text("key", max=MOST_KEY), signed_in(request)
    here = site(request)
    return await here.database.write(
        undoing.undo, view.key_event, person.id, key, here.clock(), single=here.settings.single
    )


async def _no_target(request: Request, view: View, form: Form) -> NoTarget:
    source = form.choice_or_none("source", Source)
    key, note = form.text("key", max=MOST_KEY), form.text("note", max=MOST_WORDS, default="")
    person, now = signed_in(request), site(request).clock()
    return await site(request).database.write(review.no_target, view.key_event, source, person.id, key, note, now)


def _read(
    db: sqlite3.Connection, site: Site, view: AnyView, pair: Pair | None, person: Person
) -> tuple[Table, Said | None]:
    table = view.sheet(db, site, person, pair)
    row = table.row(pair) if pair else None
    return table, details.said(db, row) if row else None


async def row_answer(
    request: Request, view: AnyView, pair: Pair, *, status: int = 200,
    done: str = "", refusal: DomainError | None = None, out_of_band: bool = False,
) -> Response:  # fmt: skip
    """The row as it is after the press, with counters, status line and what its detail says, out of band."""
    person, accession = signed_in(request), pair.target.accession
    table, detail = await site(request).database.read(_read, site(request), view, pair, person)
    if detail is None:
        raise refusal or NotFound(f"There is no KE {pair.key_event} with {pair.target} in the catalogue.")
    said = f"{done} {accession}. {table.open} {view.still}. Z undoes." if done else f"{accession}: {refusal}"
    return render.partial(
        request,
        "key_event/_answer.html",
        status,
        **words(person, table),
        view=view,
        row=detail.row,
        detail=detail,
        message=Message(KINDS[type(refusal)], str(refusal)) if refusal else None,
        status=said,
        out_of_band=out_of_band,
    )


async def _rest(request: Request, view: View, said: str) -> Response:
    """What changes beside the rows: counters, the line on what fits, the status line."""
    person = signed_in(request)
    table, _ = await site(request).database.read(_read, site(request), view, None, person)
    return render.partial(request, "key_event/_rest.html", **words(person, table), view=view, status=said)
