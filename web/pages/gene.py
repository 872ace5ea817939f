"""A gene's page: which Key Events and targets have it."""

from starlette.requests import Request
from starlette.responses import Response

from core.store import genes
from web.context import site
from web.render import page

MOST = 25


async def gene(request: Request) -> Response:
    """`GET /genes/{symbol}`."""
    found = await site(request).database.read(genes.get, request.path_params["symbol"], MOST)
    return page(request, "gene/page.html", gene=found)
