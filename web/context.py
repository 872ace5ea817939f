"""What every endpoint needs, made once: the site, and who is asking."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from jinja2 import Environment
from starlette.requests import HTTPConnection

from core.errors import SignedOut
from core.model import Person
from core.settings import Settings
from core.store.activity import Activity
from core.store.database import Database
from core.warm import Warm
from web import security
from web.credits import Credit
from web.github import Github
from web.known import Known
from web.pace import Pace

MOST_STREAMS = 4


@dataclass(slots=True)
class Kept:
    """Pages as they were sent, since the commit that `version` stands for; see `web.kept`."""

    version: int = -1
    pages: dict[object, bytes] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Site:
    """One worker's site, on `app.state.site`. `warm` and `pace` were made before the fork.

    `credits` are those of the catalogue as it was when this worker started, `kept` the pages that it has made.
    `streams` are the files that are written while they are sent: so many at a time, each on a connection of its own.
    `activity` has counted what was decided when it was last asked, `known` are the facts of files that somebody asked
    for.
    """

    settings: Settings
    database: Database
    templates: Environment
    github: Github
    clock: Callable[[], datetime]
    warm: Warm
    pace: Pace
    credits: tuple[Credit, ...] = ()
    activity: Activity = field(default_factory=Activity)
    known: Known = field(default_factory=Known)
    kept: Kept = field(default_factory=Kept)
    streams: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(MOST_STREAMS))


def site(request: HTTPConnection) -> Site:
    """The site that answers this request."""
    found: Site = request.app.state.site
    return found


def visitor(request: HTTPConnection) -> Person | None:
    """Who is asking, as they were in the database when this request began; None: signed out."""
    found: Person | None = request.scope.get("state", {}).get("visitor")
    return found


def signed_in(request: HTTPConnection) -> Person:
    """Who is asking. Raises SignedOut where nobody is signed in."""
    person = visitor(request)
    if person is None:
        raise SignedOut(_nobody(request))
    return person


def _nobody(request: HTTPConnection) -> str:
    """Why nobody is asking, in words for a program or for a person."""
    if not request.url.path.startswith(security.API):
        return "Nobody is signed in here, or the session has ended."
    if request.headers.get("authorization", "").lower().startswith("bearer "):
        return "This token is not known, has expired or was revoked; make another at /me/tokens."
    return "This takes a token, as “Authorization: Bearer kw_…”; make one at /me/tokens."
