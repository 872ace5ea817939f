"""What the machine says of itself: room on the disk, the size of the database's files, the memory of the workers."""

import os
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

PSS = re.compile(r"^Pss:\s+(\d+) kB$", re.M)


@dataclass(frozen=True, slots=True)
class Worker:
    """A process of this server and its share of memory (PSS) in bytes; pages that it shares count in part."""

    pid: int
    memory: int


@dataclass(frozen=True, slots=True)
class Machine:
    """Sizes in bytes. `workers` is empty where the system does not tell."""

    database: int
    wal: int
    free: int
    workers: tuple[Worker, ...]


def machine(database: Path) -> Machine:
    """As it is at this moment."""
    return Machine(
        database=_size(database),
        wal=_size(database.with_name(f"{database.name}-wal")),
        free=shutil.disk_usage(database.parent).free,
        workers=tuple(worker for pid in _processes() if (worker := _worker(pid)) is not None),
    )


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
        program = Path(f"/proc/{own}/cmdline").read_bytes()
        return sorted(pid for pid in siblings if Path(f"/proc/{pid}/cmdline").read_bytes() == program) or [own]
    except OSError:
        return [own]


def _worker(pid: int) -> Worker | None:
    try:
        found = PSS.search(Path(f"/proc/{pid}/smaps_rollup").read_text())
    except OSError:
        return None
    return Worker(pid, int(found[1]) * 1024) if found else None
