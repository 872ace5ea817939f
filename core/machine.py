"""What the machine says of itself: room on the disk, the size of the database's files, the memory of the workers, and
which image this is."""

import os
import re
import shutil
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

ROLLED_UP = re.compile(r"^(Pss|Private_Clean|Private_Dirty):\s+(\d+) kB$", re.M)
IMAGE = Path(__file__).resolve().parent.parent / "IMAGE"  # the file that is in the image, and nowhere else
BEGUN = 19  # the place of the start time among what /proc/PID/stat says after the program's name


@dataclass(frozen=True, slots=True)
class Worker:
    """A process of this server and its memory (PSS) in bytes: `own`, which is its alone, and its share of the rest."""

    pid: int
    memory: int
    own: int


@dataclass(frozen=True, slots=True)
class Machine:
    """Sizes in bytes, 0 of what is not there. `since` is when the server began; it is None, and `workers` empty, where
    the system does not tell."""

    database: int
    wal: int
    free: int
    disk: int
    since: datetime | None
    workers: tuple[Worker, ...]


def machine(database: Path) -> Machine:
    """As it is at this moment."""
    disk, free = _room(database.parent)
    return Machine(
        database=_size(database),
        wal=_size(database.with_name(f"{database.name}-wal")),
        free=free,
        disk=disk,
        since=_since(),
        workers=tuple(worker for pid in _processes() if (worker := _worker(pid)) is not None),
    )


def begun(pid: int) -> datetime:
    """When a process began. Raises OSError where there is none."""
    after_boot = int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[BEGUN]) / os.sysconf("SC_CLK_TCK")
    return datetime.now(UTC) - timedelta(seconds=time.clock_gettime(time.CLOCK_BOOTTIME) - after_boot)


def revision() -> str:
    """Which commit the image was built from, in brackets; empty where there is no image, or it was not told."""
    try:
        said = IMAGE.read_text("utf-8").strip()
    except OSError:
        return ""
    return f"({said})" if said not in ("", "unknown") else ""


def _since() -> datetime | None:
    """When the process began that this one was forked from, where it runs the same program; else when this one did."""
    own, parent = os.getpid(), os.getppid()
    try:
        return begun(parent if _program(parent) == _program(own) else own)
    except OSError:
        return None


def _program(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


def _room(folder: Path) -> tuple[int, int]:
    """How much its disk holds, and how much of that is free."""
    try:
        usage = shutil.disk_usage(folder)
    except OSError:
        return 0, 0
    return usage.total, usage.free


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _processes() -> list[int]:
    """This process and those of the same parent that run the same program: under gunicorn, the workers."""
    own, parent = os.getpid(), os.getppid()
    try:
        siblings = [int(pid) for pid in Path(f"/proc/{parent}/task/{parent}/children").read_text().split()]
    except OSError:
        return [own]
    return sorted(pid for pid in siblings if _program(pid) == _program(own)) or [own]


def _worker(pid: int) -> Worker | None:
    try:
        found = {name: int(kb) * 1024 for name, kb in ROLLED_UP.findall(Path(f"/proc/{pid}/smaps_rollup").read_text())}
        return Worker(pid, found["Pss"], found["Private_Clean"] + found["Private_Dirty"])
    except (OSError, KeyError):
        return None
