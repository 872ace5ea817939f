"""Signing in, signing out, and asking for a role."""

import hmac
import sqlite3
from collections.abc import Collection
from datetime import datetime
from hashlib import sha256

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from core import people
from core.errors import Invalid
from core.model import Person
from core.store import curators, sessions
from core.store.curators import Identity
from web.context import signed_in, site, visitor
from web.forms import SHOWN, form
from web.htmx import same_site_path
from web.render import page
from web.sessions import give, take, token

SEE_OTHER = 303


async def signin(request: Request) -> Response:
    """Explain the sign-in; who is signed in already goes on at once."""
    next = same_site_path(request.query_params.get("next"))
    if visitor(request) is not None:
        return RedirectResponse(next, SEE_OTHER)
    return page(request, "signin/page.html", next=next, message="")


async def to_github(request: Request) -> Response:
    """Go to GitHub, and remember in this browser's own cookie where to come back to."""
    answer = await site(request).github.ask(request)
    request.session["next"] = same_site_path(request.query_params.get("next"))
    return answer


async def from_github(request: Request) -> Response:
    """Come back from GitHub: a new session, whatever the browser brought. Whatever fails, nothing is half-made."""
    here = site(request)
    next = request.state.back_to = same_site_path(request.session.get("next"))
    try:
        identity = await here.github.identity(request)
    finally:
        request.session.clear()
    person, fresh = await here.database.write(
        _begin, identity, here.settings.admin_users, token(request, here.settings), here.clock()
    )
    answer = RedirectResponse(next if person.role else "/role", SEE_OTHER)
    give(answer, here.settings, fresh)
    return answer


def _begin(
    db: sqlite3.Connection, identity: Identity, admins: Collection[str], replaced: str | None, now: datetime
) -> tuple[Person, str]:
    person = curators.sign_in(db, identity, admins, now)
    if replaced is not None:
        sessions.end(db, replaced)
    return person, sessions.begin(db, person.id, now)


async def signout(request: Request) -> Response:
    """End this session."""
    here = site(request)
    current = token(request, here.settings)
    if current is not None:
        await here.database.write(sessions.end, current)
    return _signed_out(request)


async def signout_everywhere(request: Request) -> Response:
    """End every session of this person, on all their devices."""
    await site(request).database.write(sessions.end_all, signed_in(request).id)
    return _signed_out(request)


def _signed_out(request: Request) -> Response:
    answer = RedirectResponse("/", SEE_OTHER)
    take(answer, site(request).settings)
    return answer


async def role(request: Request) -> Response:
    """What a stranger sees: that deciding takes a role, and how to ask for one."""
    return page(request, "role/page.html", refusal="")


async def enter(request: Request) -> Response:
    """Become curator by an access code. A wrong one has been written down before it is refused."""
    here, sent = site(request), await form(request)
    address = request.client.host if request.client else ""
    unreadable = hmac.digest(here.settings.secret_key.encode(), address.encode(), sha256).hex()
    answer = await here.database.write(
        people.enter, sent.text("code", max=SHOWN), signed_in(request).id, unreadable, here.clock()
    )
    if isinstance(answer, Invalid):
        return page(request, "role/page.html", 422, refusal=str(answer))
    return RedirectResponse("/role", SEE_OTHER)


async def ask_for_role(request: Request) -> Response:
    """Put a stranger among those whom the admins see waiting."""
    here = site(request)
    await here.database.write(curators.ask_for_role, signed_in(request).id, here.clock())
    return RedirectResponse("/role", SEE_OTHER)
