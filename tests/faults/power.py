"""A disk that can be pulled from the wall: what SQLite writes and when it asks for it to be kept, and what may be left.

What was synced is kept. Of what was written since, each sector of 512 bytes may have reached the disk or not, in any
order, as a real disk's cache may do it.
"""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import apsw

SECTOR = 512
Op = tuple[str, str, int, bytes]  # what, file, place or number, content


@dataclass
class Log:
    """Everything that was asked of the disk, in order, and when a commit was acknowledged."""

    ops: list[Op] = field(default_factory=list)

    def acknowledged(self, number: int) -> None:
        """The program was told that commit `number` is done."""
        self.ops.append(("ack", "", number, b""))


class Disk(apsw.VFS):
    """A VFS that writes down what it is asked, and then does it."""

    def __init__(self, name: str, log: Log) -> None:
        self.log = log
        super().__init__(name, "")

    def xOpen(self, name: "str | apsw.URIFilename | None", flags: list[int]) -> apsw.VFSFile:
        """Open a file of which every change is written down."""
        path = name.filename() if isinstance(name, apsw.URIFilename) else name
        return File(name, flags, Path(str(path)).name if path else "", self.log)


class File(apsw.VFSFile):
    """One file of that disk."""

    def __init__(self, name: "str | apsw.URIFilename | None", flags: list[int], called: str, log: Log) -> None:
        super().__init__("", name, flags)  # type: ignore[arg-type]
        self.called, self.log = called, log

    def xWrite(self, data: bytes, offset: int) -> None:
        """Write."""
        self.log.ops.append(("write", self.called, offset, bytes(data)))
        super().xWrite(data, offset)

    def xTruncate(self, newsize: int) -> None:
        """Cut off."""
        self.log.ops.append(("truncate", self.called, newsize, b""))
        super().xTruncate(newsize)

    def xSync(self, flags: int) -> None:
        """Keep what was written so far."""
        self.log.ops.append(("sync", self.called, 0, b""))
        super().xSync(flags)


def cuts(log: Log, begin: dict[str, bytes], number: int, seed: int) -> Iterator[tuple[int, dict[str, bytes]]]:
    """For so many moments at which the power goes: how many commits were acknowledged, and what the files hold then."""
    chance = random.Random(seed)
    moments = sorted(chance.sample(range(len(log.ops)), min(number, len(log.ops))), reverse=True)
    kept = {name: bytearray(content) for name, content in begin.items()}
    pending: dict[str, list[Op]] = {}
    acknowledged = 0
    for at, op in enumerate(log.ops):
        what, name, place, _ = op
        if what == "ack":
            acknowledged = place
        elif what == "sync":
            for each in pending.pop(name, []):
                _apply(kept.setdefault(name, bytearray()), each, lambda: True)
        else:
            pending.setdefault(name, []).append(op)
        while moments and moments[-1] == at:
            moments.pop()
            yield acknowledged, _left(kept, pending, chance)


def _left(kept: dict[str, bytearray], pending: dict[str, list[Op]], chance: random.Random) -> dict[str, bytes]:
    found = {name: bytearray(content) for name, content in kept.items()}
    reached = chance.random()  # some disks keep nearly all of it, some nearly nothing
    for name, ops in pending.items():
        for op in ops:
            _apply(found.setdefault(name, bytearray()), op, lambda: chance.random() < reached)
    return {name: bytes(content) for name, content in found.items()}


def _apply(content: bytearray, op: Op, reaches: Callable[[], bool]) -> None:
    what, _, place, data = op
    if what == "truncate":
        if reaches():
            del content[place:]
        return
    if len(content) < place + len(data):
        content.extend(bytes(place + len(data) - len(content)))
    for begin in range(0, len(data), SECTOR):
        if reaches():
            content[place + begin : place + begin + SECTOR] = data[begin : begin + SECTOR]
