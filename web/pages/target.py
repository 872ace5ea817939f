"""A target's page: what it is, its genes, and the Key Events it is mapped to."""

import sqlite3
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from core.errors import NotFound
from core.model import Pair, Source, Target, TargetKey
from core.sources import spec
from core.store import mappings, targets
from core.store.mappings import Elsewhere
from web.context import site
from web.render import page

NO_KEY_EVENT = 0  # no Key Event is to be left out


@dataclass(frozen=True, slots=True)
class Loaded:
    """What one read of the database gives the page."""

    target: Target
    mapped: tuple[Elsewhere, ...]


async def target(request: Request) -> Response:
    """`GET /targets/{source}/{accession}`."""
    loaded = await site(request).database.read(_load, _key(request))
    return page(
        request, "target/page.html", target=loaded.target, mapped=loaded.mapped, spec=spec(loaded.target.source)
    )


def _key(request: Request) -> TargetKey:
    name, accession = request.path_params["source"], request.path_params["accession"]
    if name not in set(Source):
        raise NotFound(f"There is no source {name}; there are {', '.join(Source)}.")
    return TargetKey(Source(name), accession)


def _load(db: sqlite3.Connection, key: TargetKey) -> Loaded:
    pair = Pair(NO_KEY_EVENT, key)
    return Loaded(targets.get(db, key), mappings.elsewhere(db, [pair]).get(pair, ()))
