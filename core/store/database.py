"""The database of one worker, for requests: a thread that reads, one that writes, and nothing that waits on the event
loop."""

import asyncio
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar

import aiosqlite

from core.errors import Unavailable
from core.store import connection

P = ParamSpec("P")
T = TypeVar("T")


class Thread(aiosqlite.Connection):
    """An aiosqlite connection that runs a whole synchronous function on its thread, in one hop."""

    async def start(self) -> None:
        """Open it. Where that fails the thread is waited for: it still has to tell the event loop that it ends."""
        try:
            await self
        except BaseException:
            await asyncio.to_thread(self._thread.join)
            raise

    async def call(
        self, function: Callable[Concatenate[sqlite3.Connection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """What `function(connection, *args)` returns, run on the connection's thread."""
        result: T = await self._execute(function, self._conn, *args, **kwargs)  # type: ignore[no-untyped-call]
        return result


def _read(
    db: sqlite3.Connection,
    function: Callable[Concatenate[sqlite3.Connection, P], T],
    /,
    *args: P.args,
    **kwargs: P.kwargs,
) -> T:
    with connection.snapshot(db):
        return function(db, *args, **kwargs)


def _write(
    db: sqlite3.Connection,
    refuse: Callable[[], None],
    function: Callable[Concatenate[sqlite3.Connection, P], T],
    /,
    *args: P.args,
    **kwargs: P.kwargs,
) -> T:
    with connection.transaction(db):
        result = function(db, *args, **kwargs)
        refuse()
        return result


class Database:
    """The two connections of one worker. Opened in its lifespan, never before the fork; closed in its `finally`.

    Readers never wait for a writer in WAL mode. A write is one synchronous function in one transaction.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._opened: list[tuple[int, int] | None] = []
        self._reader = Thread(lambda: connection.connect(path, mode="ro"), iter_chunk_size=64)
        self._writer = Thread(lambda: connection.connect(path, mode="rw"), iter_chunk_size=64)

    async def open(self) -> None:
        """Start both. Raises OperatorError as `connect` does."""
        await self._writer.start()
        try:
            await self._reader.start()
        except BaseException:
            await self._writer.close()
            raise
        self._opened = files(self.path)

    async def close(self) -> None:
        """Stop both threads; an unclosed one keeps the worker from exiting."""
        await self._reader.close()
        await self._writer.close()

    async def read(
        self, function: Callable[Concatenate[sqlite3.Connection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Run `function(db, *args)` in one read transaction."""
        return await self._reader.call(_read, function, *args, **kwargs)

    async def write(
        self, function: Callable[Concatenate[sqlite3.Connection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Run `function(db, *args)` in one write transaction; when this returns, it is committed.

        Raises Unavailable, with nothing saved, where the lock or the disk cannot be had, or the files are not those
        that were opened: what is written there would be gone with this process.

        The thread keeps this worker's writes in order, `BEGIN IMMEDIATE` the workers apart. A request that is
        cancelled while its write runs does not undo it.
        """
        return await self._writer.call(_write, self._refuse_moved, function, *args, **kwargs)

    def _refuse_moved(self) -> None:
        if files(self.path) != self._opened:
            raise Unavailable(
                "Nothing was saved: the files of the database were moved, deleted or replaced while Keyway runs. "
                "Stop it, bring them back or restore a backup, and start it again."
            )


def files(path: Path) -> list[tuple[int, int] | None]:
    """Which files the database, its log and the index of that are at this moment; None for one that is not there."""
    return [_identity(path.with_name(path.name + side)) for side in ("", "-wal", "-shm")]


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino
