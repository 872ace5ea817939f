"""Releases for tests, made by the journey itself; and, as a program, one that a fault strikes while it is made."""

import os
import resource
import signal
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from core import release
from core.errors import OperatorError
from core.release import Wanted
from core.store import releases
from core.store.releases import Release
from tests.catalogues import NOW
from tests.house import ROOT

HOME = "https://keyway.example.org"
SMALL_DISK = 1024


def quiet(name: str) -> None:
    """Nobody looks at the progress."""


def make(
    database: Path, name: str = "2026.1", now: datetime = NOW, progress: Callable[[str], None] = quiet,
    home: str = HOME, folder: Path | None = None,
) -> Release:  # fmt: skip
    """A release of what the database at this path has published, beside it."""
    wanted = Wanted(name, home, "CC0-1.0")
    return release.make(database, folder or place(database), wanted, now, progress)


def place(database: Path) -> Path:
    """The folder of releases beside a database."""
    return database.parent / "releases"


def struck(database: Path, fault: str) -> subprocess.CompletedProcess[str]:
    """What becomes of a process that makes a release when it is struck: `killed` at a file, `killed when named`, or the
    name of a file, before which the disk is full."""
    command = [sys.executable, "-m", "tests.releasing", str(database), fault]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True)


def _die(*_: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _main(database: Path, fault: str) -> None:
    def strike(name: str) -> None:
        if name == "mappings.xlsx" and fault == "killed":
            _die()
        if name == fault:
            resource.setrlimit(resource.RLIMIT_FSIZE, (SMALL_DISK, SMALL_DISK))

    if fault == "killed when named":
        releases.finish = _die
    try:
        make(database, progress=strike)
    except OperatorError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    _main(Path(sys.argv[1]), sys.argv[2])
