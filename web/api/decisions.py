"""Deciding by program: how a pair is now, and `POST /api/v1/decisions` with a personal token. The page's journey in
another skin."""

import json
import sqlite3
from functools import partial

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from core import citations, programs, record
from core.appending import Draft, Outcome
from core.errors import Invalid, TooLarge
from core.export.fields import moment
from core.model import Evidence, Mapping, Pair, Relation, Suggested
from core.review import MOST_WORDS
from web.api import envelope
from web.context import Site, site
from web.door import LARGEST_BODY
from web.forms import MOST_KEY, MOST_TEXT, Form
from web.pages.view import target
from web.sessions import bearer

FIELDS = frozenset(
    ("key_event", "target", "act", "base_version", "key", "relation", "answers", "note", "papers", "quote", "retire")
)
TEXTS = ("target", "act", "key", "relation", "note", "quote")
CREATED = 201


async def pair(request: Request) -> Response:
    """`GET /api/v1/pairs/{key_event}/{target}`: how a pair is now, for who wants to decide on it."""
    wanted = Pair(request.path_params["key_event"], target(request.path_params["target"], "target"))
    return await envelope.single(request, partial(_now, wanted=wanted))


async def decide(request: Request) -> Response:
    """Append a decision, and answer with it and with what the pair is now."""
    here = site(request)
    draft = _draft(await _body(request), here)
    single = here.settings.review == "single"
    outcome = await here.database.write(programs.decide, bearer(request) or "", draft, here.clock(), single=single)
    return JSONResponse(_said(outcome), CREATED, {"Cache-Control": "no-store"})


async def _body(request: Request) -> dict[str, object]:
    """The JSON object that was sent. Raises TooLarge beyond 64 KiB, Invalid for anything else than an object."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise Invalid("The body must be application/json.", "content-type")
    sent = bytearray()
    async for chunk in request.stream():
        sent += chunk
        if len(sent) > LARGEST_BODY:
            raise TooLarge(f"More than {LARGEST_BODY:,} bytes were sent; at most that many are taken.")
    try:
        found = json.loads(sent)
        json.dumps(found, ensure_ascii=False).encode()  # half a surrogate pair is no text
    except (ValueError, RecursionError):
        raise Invalid("The body is not JSON in UTF-8.") from None
    if not isinstance(found, dict):
        raise Invalid("The body is JSON, but not an object.")
    for name in found:
        if name not in FIELDS:
            raise Invalid(f"{name[:80]} is no field here; there are {', '.join(sorted(FIELDS))}.", name[:80])
    return found


def _draft(sent: dict[str, object], here: Site) -> Draft:
    """The decision that a body asks for. The texts go through the page's own reader."""
    form = Form({name: (_text(sent, name),) for name in TEXTS if name in sent})
    named = target(form.text("target", max=MOST_TEXT), "target")
    pair = Pair(_number(sent, "key_event"), named)
    run, found = here.warm.run, here.warm.of(pair.key_event, named)
    return Draft(
        pair=pair,
        act=form.choice("act", programs.ACTS),
        base_version=_number(sent, "base_version"),
        key=form.text("key", max=MOST_KEY),
        relation=form.choice_or_none("relation", Relation),
        answers=_answers(sent.get("answers", {})),
        note=form.text("note", max=MOST_WORDS, default=""),
        evidence=_evidence(sent.get("papers", []), form.text("quote", max=MOST_WORDS, default="")),
        suggested=Suggested(found.score, found.rank, run.name) if run and found else None,
        retire=_flag(sent, "retire"),
    )


def _text(sent: dict[str, object], name: str) -> str:
    value = sent[name]
    if not isinstance(value, str):
        raise Invalid(f"{name} is {json.dumps(value)[:80]}, expected a text.", name)
    return value


def _number(sent: dict[str, object], name: str) -> int:
    value = sent.get(name)
    if isinstance(value, float) and value.is_integer():
        value = int(value)  # JSON has one kind of number
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 10**9:
        raise Invalid(f"{name} is {str(value)[:80]!r}, expected a whole number.", name)
    return value


def _flag(sent: dict[str, object], name: str) -> bool:
    value = sent.get(name, False)
    if not isinstance(value, bool):
        raise Invalid(f"{name} is {str(value)[:80]!r}, expected true or false.", name)
    return value


def _answers(sent: object) -> dict[str, str]:
    if not isinstance(sent, dict) or not all(isinstance(answer, str) for answer in sent.values()):
        raise Invalid("answers must be an object: a text for each question of the instrument.", "answers")
    return {str(question): answer for question, answer in sent.items()}


def _evidence(papers: object, quote: str) -> Evidence:
    if not isinstance(papers, list) or not all(isinstance(paper, str) for paper in papers):
        raise Invalid("papers must be a list of texts: PMIDs or DOIs.", "papers")
    return citations.parse("\n".join(papers)[: MOST_WORDS + 1], quote)


def _now(db: sqlite3.Connection, wanted: Pair) -> dict[str, object]:
    return _of(record.now(db, wanted))


def _said(outcome: Outcome) -> dict[str, object]:
    decision = outcome.decision
    said = {"uuid": decision.uuid, "act": decision.act, "at": moment(decision.at)}
    return {"data": said | _of(outcome.mapping)}


def _of(mapping: Mapping) -> dict[str, object]:
    """A pair, and what is said of it."""
    pair = {"key_event": mapping.pair.key_event, "target": str(mapping.pair.target)}
    return {"pair": pair, "state": mapping.state, "version": mapping.version}
