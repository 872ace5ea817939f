"""A file that is written while it is sent, all of it from one state of the database; 304 for who has it already."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable, Generator, Iterator, Mapping
from pathlib import Path

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from core.errors import Unavailable
from core.store import connection

Pieces = Generator[dict[str, str] | bytes, None, None]
Make = Callable[[sqlite3.Connection], tuple[dict[str, str], Iterator[bytes]]]
LONGEST_S = 600
LONGEST_WAIT_S = 30  # for a slot: about what the readers of a file wait for its first byte


def entity_tag(tag: str) -> str:
    """The header's form of a tag; weak, because compression on the way makes other bytes of the same data."""
    return f'W/"{tag}"'


def not_modified(request: Request, tag: str, headers: Mapping[str, str]) -> Response | None:
    """The answer to somebody who has this already, or None."""
    return Response(status_code=304, headers={**headers, "ETag": entity_tag(tag)}) if has(request, tag) else None


def has(request: Request, tag: str) -> bool:
    """Whether somebody says that they have what this tag names, whichever of the header's forms they put it in."""
    sent = ",".join(request.headers.getlist("If-None-Match"))
    known = [each.strip().removeprefix("W/") for each in sent.split(",")]
    return "*" in known or f'"{tag}"' in known


async def stream(request: Request, path: Path, slots: asyncio.Semaphore, media: str, make: Make) -> Response:
    """Send what `make` gives, headers and pieces, both read in one transaction on a connection of their own.

    Each piece is asked for when the one before is sent, so memory stays flat and a slow reader slows nobody else; one
    that takes longer than ten minutes is cut off. Where all slots are taken, this waits for one; raises Unavailable
    where none is let go for half a minute.
    """
    await _take(slots)
    pieces = _pieces(path, make)
    try:
        headers = await run_in_threadpool(next, pieces)
        assert isinstance(headers, dict)
        if request.method == "GET":
            return _File(pieces, slots, headers, media)
    except BaseException:
        _let_go(pieces, slots)
        raise
    _let_go(pieces, slots)
    answer = Response(headers=headers, media_type=media)
    del answer.headers["Content-Length"]  # nobody knows it yet; 0 would be a lie
    return answer


async def _take(slots: asyncio.Semaphore) -> None:
    try:
        async with asyncio.timeout(LONGEST_WAIT_S):
            await slots.acquire()
    except TimeoutError:
        raise Unavailable("As many files are being sent as can be at a time; ask for this one again.") from None


class _File(StreamingResponse):
    """An answer that lets its connection and slot go at the end, however it ends."""

    def __init__(self, pieces: Pieces, slots: asyncio.Semaphore, headers: dict[str, str], media: str) -> None:
        super().__init__(_each(pieces), headers=headers, media_type=media)
        self.pieces, self.slots = pieces, slots

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            async with asyncio.timeout(LONGEST_S):
                await super().__call__(scope, receive, send)
        finally:
            _let_go(self.pieces, self.slots)


def _pieces(path: Path, make: Make) -> Pieces:
    with connection.reader(path) as db, connection.snapshot(db):
        headers, body = make(db)
        yield headers
        yield from body


async def _each(pieces: Pieces) -> AsyncIterator[bytes]:
    while isinstance(piece := await run_in_threadpool(next, pieces, None), bytes):
        yield piece


def _let_go(pieces: Pieces, slots: asyncio.Semaphore) -> None:
    pieces.close()
    slots.release()
