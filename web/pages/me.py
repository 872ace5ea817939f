"""A person's own page: what they decided, newest first, and how they like to work."""

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from core import people
from core.errors import DomainError, Invalid
from core.model import Act, Person, State
from core.store import claims, curators, journal
from core.store.journal import Entry
from web import errors
from web.context import signed_in, site
from web.forms import SHOWN, form, query
from web.render import page

SIZE = 100
MOST_REPLIES = 20
LONGEST_ORCID = 80


@dataclass(frozen=True, slots=True)
class Switch:
    """One setting that is on or off, with its default."""

    name: str
    label: str
    help: str
    default: bool


SWITCHES = (
    Switch("keys", "Keys", "Judge with A, X, U and the other keys on a Key Event's page.", True),
    Switch("scores", "Scores and others' verdicts", "Show what the machine and other people think.", True),
    Switch("dense", "Dense rows", "More rows on the screen, each a little lower.", False),
)

WORDS: dict[Act, tuple[State, str]] = {
    Act.PROPOSE: (State.PROPOSED, "proposed"),
    Act.ASSESS: (State.PROPOSED, "assessed"),
    Act.ANNOTATE: (State.OPEN, "annotated"),
    Act.REJECT: (State.REJECTED, "rejected"),
    Act.UNSURE: (State.UNSURE, "unsure"),
    Act.APPROVE: (State.APPROVED, "approved"),
    Act.DECLINE: (State.DECLINED, "declined"),
    Act.ASK_BACK: (State.UNSURE, "asked back"),
    Act.REVISE: (State.REVISION, "revised"),
    Act.AFFIRM: (State.APPROVED, "affirmed"),
    Act.RETIRE: (State.RETIRED, "retired"),
    Act.IMPORT: (State.PROPOSED, "imported"),
}
NOTHING_FITS = (State.REJECTED, "nothing fits")


@dataclass(frozen=True, slots=True)
class Line:
    """One act as it reads: the mark of the state that it asked for, and its word."""

    entry: Entry
    state: State
    word: str


@dataclass(frozen=True, slots=True)
class Sitting:
    """What somebody did to one Key Event without turning to another."""

    key_event: int
    title: str
    lines: tuple[Line, ...]


def is_on(person: Person, switch: Switch) -> bool:
    """How a person has set a switch, or its default."""
    return bool(person.settings.get(switch.name, switch.default))


def days(entries: Iterable[Entry]) -> list[tuple[date, list[Sitting]]]:
    """The entries by day, and within a day by the Key Event that was worked on, in their order."""
    return [
        (day, [_sitting(list(group)) for _, group in groupby(of_day, key=lambda entry: entry.key_event)])
        for day, of_day in groupby(entries, key=lambda entry: entry.at.date())
    ]


def _sitting(entries: list[Entry]) -> Sitting:
    lines = tuple(Line(entry, *(WORDS[entry.act] if entry.act else NOTHING_FITS)) for entry in entries)
    return Sitting(entries[0].key_event, entries[0].key_event_title, lines)


async def me(request: Request) -> Response:
    """`GET /me`."""
    return await _page(request)


async def _page(request: Request, typed: str = "", refusal: DomainError | None = None) -> Response:
    """The page, where an ORCID was refused with what was `typed` and why."""
    person, asked = signed_in(request), query(request)
    before = asked.integer("before", default=0) or None
    entries, counts, replies = await site(request).database.read(_read, person.id, before)
    return page(
        request,
        "me/page.html",
        errors.status(refusal) if refusal else 200,
        days=days(entries[:SIZE]),
        before=before,
        counts=counts,
        replies=replies,
        older=entries[SIZE - 1].id if len(entries) > SIZE else None,
        switches=[(switch, is_on(person, switch)) for switch in SWITCHES],
        saved=asked.text("saved", max=SHOWN, default=""),
        typed=typed,
        refusal=refusal,
    )


def _read(
    db: sqlite3.Connection, person: int, before: int | None
) -> tuple[list[Entry], dict[State, int], list[claims.Reply]]:
    return journal.of(db, person, before, SIZE + 1), claims.counts(db, person), claims.replies(db, person, MOST_REPLIES)


def keep(db: sqlite3.Connection, person: int, changes: dict[str, bool]) -> None:
    """Keep several settings of a person."""
    for name, on in changes.items():
        curators.change_setting(db, person, name, on)


async def link_orcid(request: Request) -> Response:
    """`POST /me/orcid`: link one's ORCID, or unlink it by an empty field."""
    person, sent = signed_in(request), await form(request)
    typed = sent.text("orcid", max=LONGEST_ORCID, default="")
    try:
        await site(request).database.write(people.link_orcid, person.id, typed)
    except Invalid as refusal:
        return await _page(request, typed, refusal)
    return RedirectResponse("/me?saved=orcid", status_code=303)


async def settings(request: Request) -> Response:
    """`POST /me/settings`: every switch of the form; one that is not sent is off."""
    person, sent = signed_in(request), await form(request)
    changes = {switch.name: switch.name in sent for switch in SWITCHES}
    await site(request).database.write(keep, person.id, changes)
    return RedirectResponse("/me?saved=1", status_code=303)
