"""Approving many at once: chosen in the review queue, previewed, answered a pair, undone as one."""

import re
from dataclasses import dataclass
from uuid import uuid4

from starlette.requests import Request
from starlette.responses import Response

from core import review, triage
from core.appending import Draft, Outcome
from core.errors import DomainError, Invalid
from core.model import Act, Pair
from web import forms, render
from web.context import signed_in, site
from web.forms import MOST_KEY, Form
from web.htmx import LONGEST_PATH, same_site_path
from web.pages import view as views

MOST_CHOSEN = 200
ROOM = 5  # for the fields beside the chosen pairs
VERSION = re.compile(r"[0-9]{1,9}")


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of one pair of a bulk: approved, or why not."""

    pair: Pair
    refusal: str


async def preview(request: Request) -> Response:
    """`GET /review/approvals?pair=…`: what approving the chosen pairs would do, before it is done."""
    person, chosen = signed_in(request), _chosen(forms.query(request, MOST_CHOSEN + ROOM))
    rows = await site(request).database.read(
        triage.pairs, chosen, site(request).warm.listed, views.eyes(site(request), person)
    )
    able = [row for row in rows if Act.APPROVE in row.acts]
    others = [row for row in rows if row not in able]
    back = _back(forms.query(request, MOST_CHOSEN + ROOM))
    return render.page(request, "review/preview.html", able=able, others=others, key=uuid4(), back=back)


async def approve(request: Request) -> Response:
    """`POST /review/approvals`: approve the chosen pairs as one bulk, with an answer a pair."""
    here, person = site(request), signed_in(request)
    sent = await forms.form(request, fields=2 * MOST_CHOSEN + ROOM)
    chosen, versions, key = _chosen(sent), sent.all("base_version"), sent.text("key", max=MOST_KEY)
    if len(versions) != len(chosen) or not all(map(VERSION.fullmatch, versions)):
        raise Invalid(
            "base_version: one number is needed for each pair; choose them again in the review queue.", "base_version"
        )
    drafts = [
        Draft(pair, Act.APPROVE, int(version), f"{key}/{name(pair)}", bulk=key)
        for pair, version in zip(chosen, versions, strict=True)
    ]
    single = here.settings.single
    outcomes = await here.database.write(review.approve_all, drafts, person.id, here.clock(), single=single)
    made = [outcome.decision.id for outcome in outcomes if isinstance(outcome, Outcome)]
    return render.page(
        request,
        "review/answers.html",
        answers=[_answer(pair, outcome) for pair, outcome in zip(chosen, outcomes, strict=True)],
        approved=len(made),
        undo_key=triage.undo_key(max(made, default=0)),
        back=_back(sent),
    )


def name(pair: Pair) -> str:
    """A pair as a field and as scripts know it: `149/wikipathways:WP408`."""
    return f"{pair.key_event}/{pair.target}"


def pair(text: str, field: str) -> Pair:
    """The pair that a field names. Raises Invalid where it is none."""
    number, _, target = text.partition("/")
    if not (number.isascii() and number.isdigit() and len(number) < 10):
        raise Invalid(f"{field} is {text!r}, expected a Key Event and a target, like 149/…", field)
    return Pair(int(number), views.target(target, field))


def _back(sent: Form) -> str:
    """The queue as it was filtered when the pairs were chosen."""
    return same_site_path(sent.text("back", max=LONGEST_PATH, default=""), "/review")


def _answer(pair: Pair, outcome: Outcome | DomainError) -> Answer:
    return Answer(pair, str(outcome) if isinstance(outcome, DomainError) else "")


def _chosen(sent: Form) -> list[Pair]:
    """The pairs that somebody chose, each once. Raises Invalid for none, too many, or what is no pair."""
    chosen = list(dict.fromkeys(pair(text, "pair") for text in sent.all("pair")))
    if not 0 < len(chosen) <= MOST_CHOSEN:
        raise Invalid(
            f"{len(chosen)} pairs are chosen, expected 1 to {MOST_CHOSEN}: tick them in the review queue.", "pair"
        )
    return chosen
