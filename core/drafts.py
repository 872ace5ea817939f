"""How files come to be in a folder: made beside their place, and named when they are whole, by one process at once."""

import fcntl
import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from core.errors import OperatorError

LOCK, DRAFT = ".lock", ".draft-"


@contextmanager
def drafts(folder: Path) -> Iterator[Path]:
    """A place of this process's own in the folder, on the same disk, gone afterwards."""
    with tempfile.TemporaryDirectory(prefix=DRAFT, dir=folder, ignore_cleanup_errors=True) as place:
        yield Path(place)


@contextmanager
def only_one(folder: Path, work: str) -> Iterator[None]:
    """One process at a time; `work` is what such processes do. What one that was killed left behind is cleared away.

    Raises OperatorError where another one is at it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / LOCK).open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise OperatorError(f"another {work} is at work in {folder}; let it end first") from error
        for left in folder.glob(f"{DRAFT}*"):
            shutil.rmtree(left, ignore_errors=True)
        yield


def settle(folder: Path) -> None:
    """Have the disk keep what was renamed in a folder."""
    place = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(place)
    finally:
        os.close(place)


def digest(path: Path) -> str:
    """The SHA-256 of a file, as 64 hexadecimal digits. Raises OSError where it cannot be read."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
