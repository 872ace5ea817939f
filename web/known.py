"""The facts of files: each found out when somebody asks, once a state of the data, and kept.

Finding them out takes as long as sending the file, so it happens in a thread of its own, one file at a time a worker,
and whoever asks for the same one meanwhile waits for the same answer.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field

from starlette.concurrency import run_in_threadpool

from core.errors import Unavailable
from core.facts import Facts

MOST = 256  # files a worker
MOST_WAITING = 64  # of them; a reader who goes away leaves theirs in the row


@dataclass(slots=True)
class Known:
    """What one worker knows, by the names that `publish.tag` gives to the bytes of files."""

    kept: OrderedDict[str, asyncio.Task[Facts]] = field(default_factory=OrderedDict)
    turn: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(1))

    async def of(self, tag: str, find: Callable[[], Facts]) -> Facts:
        """The facts of the file of this tag, found out by `find` where they are not known. What failed is tried again
        by the next who asks; a reader who goes away stops nobody else's answer. Raises Unavailable where too many
        files wait already."""
        if tag not in self.kept:
            if sum(not task.done() for task in self.kept.values()) >= MOST_WAITING:
                raise Unavailable("Very many files are being measured; ask for this one again in a minute.")
            self.kept[tag] = asyncio.create_task(self._in_turn(find))
            while len(self.kept) > MOST:
                self.kept.popitem(last=False)
        self.kept.move_to_end(tag)
        try:
            return await asyncio.shield(self.kept[tag])
        except Exception:
            self.kept.pop(tag, None)
            raise

    async def _in_turn(self, find: Callable[[], Facts]) -> Facts:
        async with self.turn:
            return await run_in_threadpool(find)
