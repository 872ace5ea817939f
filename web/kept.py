"""Pages that stay the same for one visitor until somebody writes: made once, kept packed until the next commit."""

import gzip
from collections.abc import Awaitable, Callable
from functools import wraps

from starlette.requests import Request
from starlette.responses import Response

from core.store import connection
from web.context import Kept, site, visitor
from web.htmx import page_of

Endpoint = Callable[[Request], Awaitable[Response]]
MOST = 256  # pages a worker, some 5 MB
LEVEL = 6  # of compression: half a millisecond a page more than 5, and a fiftieth less of it


def until_the_next_commit(endpoint: Endpoint) -> Endpoint:
    """The endpoint, asked anew only where this visitor has not asked for this address since the database last changed.

    What it makes must follow from the address, the visitor and the database alone. Each worker keeps its own pages, by
    the number that SQLite gives a connection whenever another one has committed. The visitor was read before that
    number, and may be older: so all that is known of them is part of what a page is kept under.
    """

    @wraps(endpoint)
    async def answer(request: Request) -> Response:
        kept, version = site(request).kept, await site(request).database.read(connection.data_version)
        _forget_before(kept, version)
        name = (request.scope["path"], request.scope["query_string"], page_of(request), visitor(request))
        packed = kept.pages.get(name)
        if packed is None:
            made = await endpoint(request)
            if made.status_code != 200:
                return made
            packed = gzip.compress(bytes(made.body), LEVEL, mtime=0)
            if kept.version == version:  # nobody has seen a commit while the page was made
                _keep(kept, name, packed)
        return _as_asked(request, packed)

    return answer


def _forget_before(kept: Kept, version: int) -> None:
    if kept.version != version:
        kept.pages.clear()
        kept.version = version


def _keep(kept: Kept, name: object, packed: bytes) -> None:
    kept.pages[name] = packed
    while len(kept.pages) > MOST:
        del kept.pages[next(iter(kept.pages))]


def _as_asked(request: Request, packed: bytes) -> Response:
    """The page packed where the browser takes it so; the middleware that packs the others leaves it alone."""
    if "gzip" in request.headers.get("accept-encoding", ""):
        return Response(packed, media_type="text/html", headers={"Content-Encoding": "gzip", "Vary": "Accept-Encoding"})
    return Response(gzip.decompress(packed), media_type="text/html", headers={"Vary": "Accept-Encoding"})
