"""A target's page: what it is, what stands above and below it, its genes, and the Key Events it is mapped to."""

import sqlite3
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from core.errors import NotFound
from core.model import Pair, Source, Target, TargetKey
from core.sources import spec
from core.store import hierarchy, mappings, targets
from core.store.hierarchy import Relative
from core.store.mappings import Elsewhere
from web.context import site
from web.paging import address
from web.render import page

NO_KEY_EVENT = 0  # no Key Event is to be left out
MOST, MOST_GENES = 30, 90  # parts and kinds, genes that are seen without a press
MOST_LINKED = 1_000  # more genes than these are text: nobody presses them one by one


@dataclass(frozen=True, slots=True)
class Loaded:
    """What one read of the database gives the page. `instead` is what the source names in place of a withdrawn one."""

    target: Target
    mapped: tuple[Elsewhere, ...]
    parents: tuple[Relative, ...]
    children: tuple[Relative, ...]
    instead: tuple[Relative, ...]


async def target(request: Request) -> Response:
    """`GET /targets/{source}/{accession}`; an id that its source gave up leads to the search for it."""
    key = _key(request)
    loaded = await site(request).database.read(_load, key)
    if loaded is None:
        return RedirectResponse(address("/search", {"q": key.accession}), status_code=303)
    return page(
        request,
        "target/page.html",
        target=loaded.target,
        loaded=loaded,
        spec=spec(key.source),
        MOST=MOST,
        MOST_GENES=MOST_GENES,
        MOST_LINKED=MOST_LINKED,
    )


def _key(request: Request) -> TargetKey:
    name, accession = request.path_params["source"], request.path_params["accession"]
    if name not in set(Source):
        raise NotFound(f"There is no source {name}; there are {', '.join(Source)}.")
    return TargetKey(Source(name), accession)


def _load(db: sqlite3.Connection, key: TargetKey) -> Loaded | None:
    pair = Pair(NO_KEY_EVENT, key)
    instead = tuple(hierarchy.replacements(db, key))
    try:
        found = targets.get(db, key)
    except NotFound:
        if instead:
            return None
        raise
    return Loaded(
        found,
        mappings.elsewhere(db, [pair]).get(pair, ()),
        tuple(hierarchy.parents(db, key)),
        tuple(hierarchy.children(db, key)),
        instead,
    )
