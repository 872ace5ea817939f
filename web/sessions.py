"""The cookie of a session, and the one query that says who is asking."""

from starlette.requests import HTTPConnection
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from core.settings import Settings
from core.store import sessions, tokens
from web.context import Site
from web.security import API, STATIC

LONGEST_TOKEN = 200


def cookie_name(settings: Settings) -> str:
    """`__Host-` binds the cookie to this very host over https; loopback http cannot have that."""
    return "__Host-keyway" if settings.secure else "keyway"


def token(request: HTTPConnection, settings: Settings) -> str | None:
    """The token that the browser sent, if it sent one that could be ours."""
    sent = request.cookies.get(cookie_name(settings), "")
    return sent if 0 < len(sent) <= LONGEST_TOKEN else None


def give(response: Response, settings: Settings, token: str) -> None:
    """Put a session's token into the browser."""
    response.set_cookie(
        cookie_name(settings),
        token,
        max_age=int(sessions.LIFETIME.total_seconds()),
        path="/",
        secure=settings.secure,
        httponly=True,
        samesite="lax",
    )


def take(response: Response, settings: Settings) -> None:
    """Take the token out of the browser."""
    response.delete_cookie(cookie_name(settings), path="/", secure=settings.secure, httponly=True, samesite="lax")


def bearer(request: HTTPConnection) -> str | None:
    """The token that a program sent, if it sent one that could be ours."""
    scheme, _, sent = request.headers.get("authorization", "").partition(" ")
    return sent.strip() if scheme.lower() == "bearer" and 0 < len(sent) <= LONGEST_TOKEN else None


class Visitors:
    """Finds out who is asking, anew at every request: a role that was taken or a session that ended counts at once.

    Programs show a token, and their addresses know no cookies: no page can make a browser use them.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and not scope["path"].startswith(STATIC):
            site: Site = scope["app"].state.site
            programs = scope["path"].startswith(API)
            request = HTTPConnection(scope)
            sent = bearer(request) if programs else token(request, site.settings)
            if sent is not None:
                who = tokens.visitor if programs else sessions.visitor
                scope.setdefault("state", {})["visitor"] = await site.database.read(who, sent, site.clock())
        await self.app(scope, receive, send)
