"""AOPs with their coverage, and releases."""

import sqlite3
from dataclasses import asdict
from functools import partial

from starlette.requests import Request
from starlette.responses import Response

from core import release
from core.export.fields import moment
from core.store import coverage, releases
from core.store.coverage import AopCoverage
from core.store.releases import Release
from web.api import envelope
from web.api.envelope import Part, Place
from web.context import site
from web.forms import Form
from web.selection import require_known, sent


async def aops(request: Request) -> Response:
    """`GET /api/v1/aops`: every AOP, how many Key Events it has, and how many of them are mapped."""

    def read(db: sqlite3.Connection, place: Place) -> Part:
        return place.part(coverage.aops(db, place.skip, place.limit), coverage.count_aops(db), _aop)

    return await envelope.answer(request, _only_paging(request), read)


async def made(request: Request) -> Response:
    """`GET /api/v1/releases`: the releases, newest first, with their files."""
    home = site(request).settings.base_url

    def read(db: sqlite3.Connection, place: Place) -> Part:
        found = releases.made(db)
        return place.part(found[place.skip :][: place.limit], len(found), partial(_release, home=home))

    return await envelope.answer(request, _only_paging(request), read)


def _only_paging(request: Request) -> Form:
    asked = sent(request)
    require_known(asked, ("page", "per_page"))
    return asked


def _aop(each: AopCoverage) -> dict[str, object]:
    said: dict[str, object] = {
        "aop_id": each.aop.label,
        "aop_title": each.aop.title,
        "ke_count": each.key_events,
        "mapped_ke_count": each.mapped,
    }
    return said | {f"{source}_ke_count": mapped for source, mapped in each.by_source.items()}


def _release(each: Release, home: str) -> dict[str, object]:
    address = f"{home}/releases/{each.name}"
    return {
        "name": each.name,
        "date": each.manifest["date"],
        "made_at": moment(each.made_at),
        "revision": each.manifest["revision"],
        "url": address,
        "mappings": each.manifest["mappings"],
        "files": [asdict(file) | {"url": f"{address}/{file.name}"} for file in release.files(each).values()],
    }
