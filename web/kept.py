"""Pages that are the same for every signed-out reader until somebody writes: made once, kept until the next commit."""

from collections import OrderedDict
from collections.abc import Awaitable, Callable
from weakref import WeakKeyDictionary

from starlette.requests import Request
from starlette.responses import Response

from core.store import connection
from core.store.connection import Database
from web.context import site, visitor

Endpoint = Callable[[Request], Awaitable[Response]]
MOST = 128  # pages a worker


def until_the_next_commit(endpoint: Endpoint) -> Endpoint:
    """The endpoint, asked anew only where the address was not asked for since the database last changed.

    Each worker keeps its own pages, by the number that SQLite gives a connection whenever another one has committed.
    Whoever is signed in always gets a page of their own.
    """
    of_site: WeakKeyDictionary[Database, OrderedDict[tuple[int, str, bytes], bytes]] = WeakKeyDictionary()

    async def answer(request: Request) -> Response:
        if visitor(request) is not None:
            return await endpoint(request)
        database = site(request).database
        kept = of_site.setdefault(database, OrderedDict())
        version = await database.read(connection.data_version)
        key = (version, request.scope["path"], request.scope["query_string"])
        if key in kept:
            kept.move_to_end(key)
            return Response(kept[key], media_type="text/html")
        made = await endpoint(request)
        if made.status_code == 200:
            kept[key] = bytes(made.body)
            while len(kept) > MOST:
                kept.popitem(last=False)
        return made

    answer.__name__ = getattr(endpoint, "__name__", "answer")
    answer.__doc__ = endpoint.__doc__
    return answer
