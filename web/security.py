"""What every answer carries, and what a request that writes must prove."""

from collections.abc import Mapping

from starlette.datastructures import Headers as Sent
from starlette.datastructures import MutableHeaders
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from core.settings import Settings

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
STATIC = "/static/"
API = "/api/v1/"  # programs; a token counts there, and no cookie
POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
UNUSED = "accelerometer=(), camera=(), geolocation=(), gyroscope=(), magnetometer=(), microphone=(), payment=(), usb=()"
ONE_YEAR_S = 365 * 24 * 3600
# On what is published, errors too: any web page may read it, with its headers.
SHARED = {"Access-Control-Allow-Origin": "*", "Access-Control-Expose-Headers": "*"}


def headers(settings: Settings) -> dict[str, str]:
    """The headers of every answer: pages, partials, errors and static files."""
    always = {
        "Content-Security-Policy": POLICY,
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Permissions-Policy": UNUSED,
    }
    return always | {"Strict-Transport-Security": f"max-age={ONE_YEAR_S}"} if settings.secure else always


def same_origin(sent: Mapping[str, str], base_url: str) -> bool:
    """Whether a browser says that our own page sent this. `Origin` counts only where `Sec-Fetch-Site` is absent."""
    site = sent.get("sec-fetch-site")
    if site is not None:
        return site == "same-origin"
    return sent.get("origin") == base_url


class OwnName:
    """Lets in who asks for this site by its own name. Whoever asks by another one is told where it is."""

    def __init__(self, app: ASGIApp, base_url: str, host: str) -> None:
        self.app = app
        self.base_url = base_url
        self.host = host

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        known = False

        async def let_in(scope: Scope, receive: Receive, _: Send) -> None:
            nonlocal known
            known = True
            await self.app(scope, receive, send)

        async def say_nothing(_: Message) -> None:
            pass

        await TrustedHostMiddleware(let_in, [self.host], www_redirect=False)(scope, receive, say_nothing)
        if not known:
            await PlainTextResponse(self._told(Sent(scope=scope).get("host", "")), 400)(scope, receive, send)

    def _told(self, asked: str) -> str:
        return (
            f"This Keyway is at {self.base_url} and was asked for as {asked[:80]!r}. Open it at its own address.\n"
            "Whoever runs it sets that address as BASE_URL, and keeps the Host header where a proxy stands before it.\n"
        )


class Headers:
    """Puts `headers` on every answer, and says how long it may be kept: not at all where somebody is signed in."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self.app = app
        self.secure = settings.secure
        self.headers = headers(settings)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                answer = MutableHeaders(scope=message)
                answer.update(self.headers)
                self._keep(scope, message["status"], answer)
            await send(message)

        await self.app(scope, receive, send_with_headers)

    def _keep(self, scope: Scope, status: int, answer: MutableHeaders) -> None:
        if scope["path"].startswith(STATIC):
            named = self.secure and status == 200 and scope["query_string"].startswith(b"v=")
            answer["Cache-Control"] = f"public, max-age={ONE_YEAR_S}, immutable" if named else "no-cache"
        elif scope.get("state", {}).get("visitor") is not None:
            answer["Cache-Control"] = "no-store"
        else:
            answer.setdefault("Cache-Control", "private, no-cache")
