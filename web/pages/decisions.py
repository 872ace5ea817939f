"""Deciding, from the page (partials) and without JavaScript (forms that answer 303): the same journey, two skins."""

import json
import sqlite3
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from core import citations, review
from core.errors import Conflict, DomainError, Forbidden, Invalid, NotFound
from core.model import Act, Decision, NoTarget, Pair, Person, Relation, Source, Suggested, TargetKey
from core.review import MOST_WORDS, Draft
from core.triage import Detail, Sheet
from web import errors, forms, render
from web.context import Site, signed_in, site
from web.forms import Form
from web.pages import view as views
from web.pages.key_event import read_rows, read_sheet, words
from web.pages.view import View

MOST_KEY = 200
ANSWER = "answer."
DONE = {
    Act.PROPOSE: "Proposed",
    Act.ASSESS: "Assessed",
    Act.ANNOTATE: "Noted on",
    Act.REJECT: "Rejected",
    Act.UNSURE: "Parked",
    Act.APPROVE: "Approved",
    Act.DECLINE: "Declined",
    Act.ASK_BACK: "Asked back on",
    Act.REVISE: "Revised",
    Act.AFFIRM: "Affirmed",
    Act.RETIRE: "Retired",
    Act.UNDO: "Undone:",
}
KINDS: dict[type[DomainError], str] = {Conflict: "conflict", Invalid: "refused", Forbidden: "refused"}


@dataclass(frozen=True, slots=True)
class Message:
    """What a row says about a press that was not saved. `kind`: conflict or refused."""

    kind: str
    text: str


async def decide(request: Request) -> Response:
    """Decide on a pair and come back to the page."""
    view, form = await _sent(request)
    draft = _draft(form, view, site(request))
    await site(request).database.write(review.decide, draft, signed_in(request).id, site(request).clock())
    return _back(view, draft.pair.target)


async def undo(request: Request) -> Response:
    """Undo one's newest act on the Key Event and come back to the page."""
    view, form = await _sent(request)
    act = await _undo(request, view, form)
    return _back(view, act.pair.target if isinstance(act, Decision) else None)


async def no_target(request: Request) -> Response:
    """Say that nothing fits and come back to the page."""
    view, form = await _sent(request)
    await _no_target(request, view, form)
    return _back(view, None)


async def decide_in_place(request: Request) -> Response:
    """Decide on a pair: the row as it now is, and what else changed. A refusal is the row with a message in it."""
    view, form = await _sent(request)
    key, person = views.target(form.text("target", max=views.MOST_TEXT), "target"), signed_in(request)
    try:
        draft = _draft(form, view, site(request))
        outcome = await site(request).database.write(review.decide, draft, person.id, site(request).clock())
    except tuple(KINDS) as error:
        return await _row(request, view, key, status=errors.status(error), refusal=error)
    return await _row(request, view, key, done=outcome.decision.act)


async def undo_in_place(request: Request) -> Response:
    """Undo one's newest act on the Key Event: the row that it was on, or the line that says what fits."""
    view, form = await _sent(request)
    try:
        act = await _undo(request, view, form)
    except tuple(KINDS) as error:
        return render.partial(request, "key_event/_status.html", errors.status(error), status=str(error))
    if isinstance(act, NoTarget):
        return await _rest(request, view, "Undone: no target fits.")
    answer = await _row(request, view, act.pair.target, done=Act.UNDO, out_of_band=True)
    answer.headers["HX-Trigger"] = json.dumps({"keyway:undone": {"pair": str(act.pair.target)}})
    return answer


async def no_target_in_place(request: Request) -> Response:
    """Say that nothing fits: the line that says so."""
    view, form = await _sent(request)
    try:
        act = await _no_target(request, view, form)
    except tuple(KINDS) as error:
        return render.partial(request, "key_event/_refusal.html", errors.status(error), text=str(error))
    where = act.source or "any source"
    return await _rest(request, view, f"No target fits in {where}. Z undoes.")


async def _sent(request: Request) -> tuple[View, Form]:
    return views.read(request.path_params["id"], forms.query(request)), await forms.form(request)


def _draft(form: Form, view: View, site: Site) -> Draft:
    """The decision that a form asks for. A relation alone proposes it; accepting without one means *related*."""
    relation = form.choice_or_none("relation", Relation)
    act = form.choice("act", Act) if "act" in form or relation is None else Act.PROPOSE
    if act is Act.PROPOSE and relation is None:
        relation = Relation.RELATED
    target = views.target(form.text("target", max=views.MOST_TEXT), "target")
    run, found = site.warm.run, site.warm.of(view.key_event, target)
    return Draft(
        pair=Pair(view.key_event, target),
        act=act,
        base_version=form.integer("base_version"),
        key=form.text("key", max=MOST_KEY),
        relation=relation,
        answers={
            name.removeprefix(ANSWER): form.text(name, max=views.MOST_TEXT, default="")
            for name in form.fields
            if name.startswith(ANSWER)
        },
        note=form.text("note", max=MOST_WORDS, default=""),
        evidence=citations.parse(
            form.text("papers", max=MOST_WORDS, default=""), form.text("quote", max=MOST_WORDS, default="")
        ),
        suggested=Suggested(found.score, found.rank, run.name) if run and found else None,
    )


async def _undo(request: Request, view: View, form: Form) -> Decision | NoTarget:
    key, person = form.text("key", max=MOST_KEY), signed_in(request)
    return await site(request).database.write(review.undo, view.key_event, person.id, key, site(request).clock())


async def _no_target(request: Request, view: View, form: Form) -> NoTarget:
    source = form.choice_or_none("source", Source)
    key, note = form.text("key", max=MOST_KEY), form.text("note", max=MOST_WORDS, default="")
    person, now = signed_in(request), site(request).clock()
    return await site(request).database.write(review.no_target, view.key_event, source, person.id, key, note, now)


def _back(view: View, target: TargetKey | None) -> Response:
    put = view.put if target is None or target in view.put else (*view.put, target)
    return RedirectResponse(view.with_(at=target, put=put if target else view.put).path(), status_code=303)


def _read(
    db: sqlite3.Connection, site: Site, view: View, key: TargetKey | None, person: Person
) -> tuple[Sheet, list[Detail]]:
    sheet = read_sheet(db, site, view.with_(at=key) if key else view, person)
    return sheet, read_rows(db, site, sheet, [key] if key else [])


async def _row(
    request: Request, view: View, key: TargetKey, *, status: int = 200,
    done: Act | None = None, refusal: DomainError | None = None, out_of_band: bool = False,
) -> Response:  # fmt: skip
    """The row as it is after the press, with counters, status line and what its detail says, out of band."""
    person = signed_in(request)
    sheet, details = await site(request).database.read(_read, site(request), view, key, person)
    row = sheet.row(key)
    if row is None:
        raise refusal or NotFound(f"There is no {key} in the catalogue.")
    said = f"{DONE[done]} {key.accession}. {sheet.open} open. Z undoes." if done else f"{key.accession}: {refusal}"
    return render.partial(
        request,
        "key_event/_answer.html",
        status,
        **words(person, sheet),
        view=view,
        row=row,
        detail=details[0],
        message=Message(KINDS[type(refusal)], str(refusal)) if refusal else None,
        status=said,
        out_of_band=out_of_band,
    )


async def _rest(request: Request, view: View, said: str) -> Response:
    """What changes beside the rows: counters, the line on what fits, the status line."""
    person = signed_in(request)
    sheet, _ = await site(request).database.read(_read, site(request), view, None, person)
    return render.partial(request, "key_event/_rest.html", **words(person, sheet), view=view, status=said)
