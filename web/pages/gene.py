"""A gene's page: which Key Events and targets have it; with a source in the address all of its targets, paged."""

import sqlite3
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response

from core.model import Source
from core.store import genes
from core.store.genes import Gene
from core.store.hierarchy import Relative
from web.context import site
from web.forms import query
from web.paging import pager
from web.render import page

MOST = 12
SIZE = 100


async def gene(request: Request) -> Response:
    """`GET /genes/{symbol}`."""
    asked, symbol = query(request), request.path_params["symbol"]
    source, number = asked.choice_or_none("source", Source), asked.integer("page", default=1, least=1, most=10_000)
    found, listed = await site(request).database.read(_load, symbol, source, number)
    shown = {source: tuple(listed)} if source else found.targets
    total = found.counts[source] if source else 0
    return page(
        request,
        "gene/page.html",
        gene=found,
        targets=shown,
        source=source,
        pager=pager(f"/genes/{quote(symbol)}", {"source": source}, number, SIZE, total) if source else None,
    )


def _load(db: sqlite3.Connection, symbol: str, source: Source | None, number: int) -> tuple[Gene, list[Relative]]:
    listed = genes.of_source(db, symbol, source, number, SIZE) if source else []
    return genes.get(db, symbol, MOST), listed
