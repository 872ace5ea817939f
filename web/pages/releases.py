"""Releases: the list of them, one with all that it says of itself, and their files at addresses that never change."""

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, RedirectResponse, Response

from core import publish, release
from core.errors import NotFound, Unavailable
from core.export import notes
from core.export.account import File
from core.model import Source
from core.release import FROZEN
from core.store import releases
from core.store.releases import Release
from web.context import site
from web.exports import OPEN
from web.kept import until_the_next_commit
from web.render import page
from web.security import SHARED
from web.streaming import has

FOR_EVER = SHARED | {"Cache-Control": "public, max-age=31536000, immutable"}
TEMPORARY = 307
MOST_CHANGES = 10  # of each kind on the page; CHANGES.md has them all


@dataclass(frozen=True, slots=True)
class Row:
    """One export of a release: its title, and the file of all sources (None) and of each that has one."""

    name: str
    title: str
    files: Mapping[Source | None, File]


@until_the_next_commit
async def listing(request: Request) -> Response:
    """`GET /releases`."""
    return page(request, "releases/list.html", releases=await site(request).database.read(releases.made))


async def show(request: Request) -> Response:
    """`GET /releases/{name}`: what it holds, what is new in it, who made it, and what is wrong with its files here."""
    here = site(request)
    found = await here.database.read(releases.get, request.path_params["name"])
    damage = await run_in_threadpool(release.damage, here.settings.releases_dir, found)
    files = release.files(found)
    return page(
        request,
        "releases/page.html",
        release=found,
        said=found.manifest,
        rows=rows(files),
        others=[file for name, file in files.items() if name not in {each.name for each in FROZEN}],
        files=files,
        damage=damage,
        label=notes.label,
        most=MOST_CHANGES,
    )


async def file(request: Request) -> Response:
    """`GET /releases/{name}/{file}`: the bytes that were released, or 503 where they are not here any more.

    What is opened is named by the manifest; the address only says which of its files is meant.
    """
    here = site(request)
    found = await here.database.read(releases.get, request.path_params["name"])
    wanted = _file(found, request.path_params["file"])
    headers = FOR_EVER | {"ETag": f'"{wanted.sha256}"'}
    if has(request, wanted.sha256):
        return Response(status_code=304, headers=headers)
    damage = await run_in_threadpool(release.damage, here.settings.releases_dir, found, (wanted.name,))
    if damage:
        raise Unavailable(
            f"On this server {wanted.name} of release {found.name} {damage[wanted.name]}, so it is not given out. Its "
            f"SHA-256 is {wanted.sha256}: take it from where the release was deposited, and tell the operator."
        )
    if wanted.name in {each.name for each in FROZEN}:
        headers |= {"Content-Disposition": f'attachment; filename="{wanted.name}"'}
    path = here.settings.releases_dir / found.name / wanted.name
    return FileResponse(path, headers=headers, media_type=wanted.media)


async def latest(request: Request) -> Response:
    """`GET /releases/latest`: to the newest release."""
    newest = await site(request).database.read(_newest)
    return RedirectResponse(f"/releases/{newest.name}", TEMPORARY, OPEN)


async def latest_file(request: Request) -> Response:
    """`GET /releases/latest/{file}`: to that file of the newest release."""
    newest = await site(request).database.read(_newest)
    wanted = _file(newest, request.path_params["file"])
    return RedirectResponse(f"/releases/{newest.name}/{wanted.name}", TEMPORARY, OPEN)


def rows(files: Mapping[str, File]) -> list[Row]:
    """The exports among the files, each with its file of all sources and those of single ones."""
    found = [
        Row(
            export.name,
            export.title,
            {each.source: files[each.name] for each in FROZEN if each.export is export and each.name in files},
        )
        for export in publish.EXPORTS.values()
    ]
    return [row for row in found if row.files]


def _file(found: Release, name: str) -> File:
    files = release.files(found)
    if name not in files:
        raise NotFound(f"Release {found.name} has no file {name[:80]}; it has {', '.join(files)}.")
    return files[name]


def _newest(db: sqlite3.Connection) -> Release:
    found = releases.latest(db)
    if found is None:
        raise NotFound("There is no release yet; the files under /exports show what is approved now.")
    return found
