"""Who may do what: the admins' page, and the forms that it sends. Each answers 303, but the one that shows a code."""

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum
from types import MappingProxyType

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from core import people
from core.errors import Invalid
from core.model import Person, Role
from core.store import codes, curators
from core.store.codes import Code
from core.store.curators import Account
from web import errors
from web.context import signed_in, site
from web.forms import SHOWN, Form, form
from web.render import page

NO_ROLE = "none"
NOTHING: Mapping[str, str] = MappingProxyType({})
CREATED = 201
USUAL_USES = 30
USUAL_LIFE = timedelta(days=14)


class Access(Enum):
    """Whether somebody may sign in."""

    ENABLED = "enabled"
    DISABLED = "disabled"


@dataclass(frozen=True, slots=True)
class Everybody:
    """What the page lists: who waits for a role, everybody with one or without, and the access codes."""

    asking: tuple[Account, ...]
    others: tuple[Account, ...]
    codes: tuple[Code, ...]


def everybody(db: sqlite3.Connection) -> Everybody:
    """All people, and all codes, newest first."""
    accounts = curators.accounts(db)
    return Everybody(
        asking=tuple(each for each in accounts if each.person.asked_for_role_at),
        others=tuple(each for each in accounts if not each.person.asked_for_role_at),
        codes=tuple(codes.every(db)),
    )


async def admin(request: Request) -> Response:
    """`GET /admin`."""
    return await _page(request, 200)


async def role(request: Request) -> Response:
    """`POST /admin/people/{id}/role`: give a role, or take it."""
    id, sent = request.path_params["id"], await form(request)
    await site(request).database.write(people.give_role, id, read_role(sent), signed_in(request).id)
    return _back(id)


async def access(request: Request) -> Response:
    """`POST /admin/people/{id}/access`: let somebody in, or keep them out."""
    id, sent = request.path_params["id"], await form(request)
    enabled = sent.choice("access", Access) is Access.ENABLED
    await site(request).database.write(people.set_enabled, id, enabled, signed_in(request).id)
    return _back(id)


async def end_sessions(request: Request) -> Response:
    """`POST /admin/people/{id}/signout`: sign somebody out on all their devices."""
    id = request.path_params["id"]
    await site(request).database.write(people.sign_out, id, signed_in(request).id)
    return _back(id)


async def make_code(request: Request) -> Response:
    """`POST /admin/codes`: the only answer that ever has the code in it, and so no redirect.

    What cannot be is told beside its field, with everything that was typed still there.
    """
    sent, here = await form(request), site(request)
    try:
        code, text = await here.database.write(
            people.make_code,
            sent.text("label", max=people.LONGEST_LABEL),
            sent.end_of("expires"),
            sent.integer("uses", most=people.MOST_USES),
            signed_in(request).id,
            here.clock(),
        )
    except Invalid as refusal:
        typed = {name: sent.all(name)[0] for name in ("label", "expires", "uses") if sent.all(name)}
        return await _page(request, errors.status(refusal), typed=typed, refusal=refusal)
    return await _page(request, CREATED, made=code, text=text)


async def revoke_code(request: Request) -> Response:
    """`POST /admin/codes/{id}/revocation`: let nobody in by it any more."""
    here, id = site(request), request.path_params["id"]
    await here.database.write(people.revoke_code, id, signed_in(request).id, here.clock())
    return RedirectResponse("/admin#codes", 303)


def read_role(sent: Form) -> Role | None:
    """The role that a form names. Raises Invalid."""
    word = sent.text("role", max=SHOWN)
    known: dict[str, Role | None] = {each.word: each for each in Role} | {NO_ROLE: None}
    if word not in known:
        raise Invalid(f"role is {word!r}, expected one of: {', '.join(known)}.", "role")
    return known[word]


async def _page(
    request: Request, status: int, *, made: Code | None = None, text: str = "",
    typed: Mapping[str, str] = NOTHING, refusal: Invalid | None = None,
) -> Response:  # fmt: skip
    here, asking = site(request), signed_in(request)
    now = here.clock()
    return page(
        request,
        "admin/page.html",
        status,
        found=await here.database.read(everybody),
        me=asking,
        roles=[(None, NO_ROLE), *((each, each.word) for each in Role)],
        word=_word,
        now=now,
        made=made,
        text=text,
        request_role=f"{here.settings.base_url}/role",
        written={"label": "", "uses": USUAL_USES, "expires": (now + USUAL_LIFE).date().isoformat()} | {**typed},
        refusal=refusal,
        most_uses=people.MOST_USES,
    )


def _word(person: Person) -> str:
    return person.role.word if person.role else NO_ROLE


def _back(id: int) -> Response:
    return RedirectResponse(f"/admin#person-{id}", 303)
