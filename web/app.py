"""The application, put together: `web.app:create_app()`."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import urlsplit

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.sessions import SessionMiddleware
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from core import checks
from core import settings as environment
from core.settings import Settings
from core.store import database, snapshots
from core.warm import Warm
from web import door, errors, render, start
from web.compression import Compressed
from web.context import Site
from web.credits import credits
from web.github import github
from web.log import Requests
from web.pace import Pace
from web.routes import ROUTES
from web.security import Headers, OwnName
from web.sessions import Visitors

HANDSHAKE_S = 600
HANDSHAKE_PATH = "/signin/github"


def now() -> datetime:
    """The clock of a site that serves people."""
    return datetime.now(UTC)


def create_app(
    settings: Settings | None = None,
    warm: Warm | None = None,
    clock: Callable[[], datetime] = now,
    doors: Sequence[object] = ROUTES,
) -> Starlette:
    """Keyway, ready to serve; the database is opened in each worker's lifespan, after the fork.

    `warm` None: the run in force is taken up now, which is before the fork.

    Raises OperatorError for settings, a library, a database or a route that must not serve.
    """
    settings = environment.read() if settings is None else settings
    start.check(settings)
    app = Starlette(
        routes=[*door.routes(doors), Mount("/static", StaticFiles(directory=render.STATIC), name="static")],
        middleware=_middleware(settings),
        exception_handlers=errors.HANDLERS,
        lifespan=_lifespan,
    )
    app.state.site = Site(
        settings=settings,
        database=database.Database(settings.database_path),
        templates=render.environment(),
        github=github(settings),
        clock=clock,
        warm=warm or start.warmed(settings),
        pace=Pace(settings.writes_per_minute),
    )
    return app


def _middleware(settings: Settings) -> list[Middleware]:
    """From the outermost in. `request.session` is the sign-in's handshake and nothing else."""
    host = checks.printable(urlsplit(settings.base_url).hostname or "")
    proxies = list(settings.trusted_proxies)
    return [
        *([Middleware(ProxyHeadersMiddleware, trusted_hosts=proxies)] if proxies else []),
        Middleware(Requests),
        Middleware(Headers, settings=settings),
        Middleware(OwnName, base_url=settings.base_url, host=host),
        Middleware(Compressed),
        Middleware(
            SessionMiddleware,
            secret_key=settings.secret_key,
            session_cookie="__Secure-keyway-signin" if settings.secure else "keyway-signin",
            max_age=HANDSHAKE_S,
            path=HANDSHAKE_PATH,
            https_only=settings.secure,
        ),
        Middleware(Visitors),
    ]


@asynccontextmanager
async def _lifespan(app: Starlette) -> AsyncIterator[None]:
    site: Site = app.state.site
    await site.database.open()
    try:
        app.state.site = replace(site, credits=credits(await site.database.read(snapshots.in_force)))
        yield
    finally:
        await site.database.close()
