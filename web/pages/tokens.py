"""A person's tokens: the keys that they give to programs, made and revoked here. A new one is shown once."""

from datetime import timedelta

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from core import programs
from core.errors import Invalid
from core.model import Role
from core.programs import LONGEST_LABEL, LONGEST_LIFE, SCOPES
from core.store import tokens
from core.store.tokens import Token
from web.context import signed_in, site
from web.forms import SHOWN, Form, form
from web.render import page

CREATED = 201
USUAL_LIFE = timedelta(days=90)


async def show(request: Request) -> Response:
    """`GET /me/tokens`."""
    return await _page(request, 200)


async def make(request: Request) -> Response:
    """`POST /me/tokens`: the only answer that ever has the token in it, and so no redirect."""
    sent, here = await form(request), site(request)
    made, text = await here.database.write(
        programs.make_token,
        signed_in(request).id,
        sent.text("label", max=LONGEST_LABEL),
        _scope(sent),
        sent.end_of("expires"),
        here.clock(),
    )
    return await _page(request, CREATED, made=made, text=text)


async def revoke(request: Request) -> Response:
    """`POST /me/tokens/{id}/revocation`: let no program in by it any more."""
    here, id = site(request), request.path_params["id"]
    await here.database.write(tokens.revoke, id, signed_in(request).id, here.clock())
    return RedirectResponse("/me/tokens", 303)


async def _page(request: Request, status: int, *, made: Token | None = None, text: str = "") -> Response:
    here, person = site(request), signed_in(request)
    now = here.clock()
    return page(
        request,
        "me/tokens.html",
        status,
        tokens=await here.database.read(tokens.of, person.id),
        scopes=[scope for scope in SCOPES if person.may(scope)],
        made=made,
        text=text,
        now=now,
        home=here.settings.base_url,
        usual=(now + USUAL_LIFE).date(),
        days=((now + timedelta(days=1)).date(), (now + LONGEST_LIFE).date() - timedelta(days=1)),
        longest=LONGEST_LABEL,
    )


def _scope(sent: Form) -> Role:
    """What a form names as scope. Raises Invalid."""
    word = sent.text("scope", max=SHOWN)
    known = {scope.word: scope for scope in SCOPES}
    if word not in known:
        raise Invalid(f"scope is {word!r}, expected one of: {', '.join(known)}.", "scope")
    return known[word]
