"""What machines that index the web ask for: where they may go, and which pages there are."""

import sqlite3
from xml.sax.saxutils import escape

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from core.store import chains, key_events, releases
from web.context import site

PAGES = (
    "/", "/queue", "/aops", "/explore", "/downloads", "/statistics", "/releases", "/instruments", "/api/v1",
)  # fmt: skip
PRIVATE = ("/admin", "/me", "/review", "/recheck", "/role", "/signin")
HEAVY = ("/exports/", "/search", "/downloads/")
XML = "application/xml"
MOST = 50_000  # addresses in one sitemap, says its protocol


async def robots(request: Request) -> Response:
    """`GET /robots.txt`: everything that is public but what costs much and says nothing new."""
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in (*PRIVATE, *HEAVY))]
    return PlainTextResponse("\n".join([*lines, f"Sitemap: {site(request).settings.base_url}/sitemap.xml"]) + "\n")


async def sitemap(request: Request) -> Response:
    """`GET /sitemap.xml`: the pages that everybody may read: those of their own, AOPs, Key Events and releases."""
    here = site(request)
    found = await here.database.read(_paths)
    lines = [f"<url><loc>{escape(here.settings.base_url + path)}</loc></url>" for path in (*PAGES, *found)[:MOST]]
    head = '<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n'
    return Response(head + "\n".join(lines) + "\n</urlset>\n", media_type=XML)


def _paths(db: sqlite3.Connection) -> list[str]:
    return [
        *(f"/releases/{release.name}" for release in releases.made(db)),
        *(f"/aops/{number}" for number in chains.numbers(db)),
        *(f"/key-events/{number}" for number in key_events.ids(db)),
    ]
