"""The folder of releases: each a folder of files that is written beside its place, and named when it is whole.

releases/2026.1/SHA256SUMS     what `sha256sum -c` reads; it names every other file
releases/2026.1/…              the files, which nobody changes any more
"""

import errno
import os
import re
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from core.drafts import digest, settle
from core.errors import Invalid, OperatorError
from core.export.account import File

NAME = re.compile(r"[A-Za-z0-9]+([.-][A-Za-z0-9]+)*")
LONGEST_NAME = 40
LATEST = "latest"
SUMS = "SHA256SUMS"
WORK = "release"
Name = str


def require_name(name: str) -> None:
    """Raise Invalid for a name that cannot be a release's: its folder and the last part of its address."""
    if not NAME.fullmatch(name) or len(name) > LONGEST_NAME or name.lower() == LATEST:
        raise Invalid(
            f"name is {name[:80]!r}, expected up to {LONGEST_NAME} letters and digits with dots or hyphens between "
            f"them, like 2026.1 (and not “{LATEST}”).",
            "name",
        )


def write(folder: Path, name: str, pieces: Iterable[bytes], title: str, media: str) -> File:
    """Write one file, and have the disk keep it."""
    sum, size = sha256(), 0
    with (folder / name).open("xb") as file:
        for piece in pieces:
            file.write(piece)
            sum.update(piece)
            size += len(piece)
        file.flush()
        os.fsync(file.fileno())
    return File(name, title, media, size, sum.hexdigest())


def sums(files: Iterable[File]) -> str:
    """The files as `sha256sum -c` reads them, by name."""
    return "".join(f"{file.sha256}  {file.name}\n" for file in sorted(files, key=lambda file: file.name))


@contextmanager
def published(draft: Path, place: Path, stands: Callable[[], bool]) -> Iterator[None]:
    """Give a whole folder its name in one step. However what follows ends, it is gone again unless `stands` says
    that it was made public: an interrupt may come at any moment, before it is named and after the last word."""
    settle(draft)
    try:
        os.rename(draft, place)
        settle(place.parent)
        yield
    except BaseException:
        if not draft.exists() and not stands():
            shutil.rmtree(place, ignore_errors=True)
        raise


def clear(place: Path) -> None:
    """Take away a folder that was named and never made public."""
    if place.exists():
        shutil.rmtree(place)


def damage(folder: Path, files: Mapping[Name, File], *, read: bool = True) -> dict[Name, str]:
    """What is wrong with which files of a release: missing, of another size, changed. Empty where all is as it was.

    A file that was read once is read again only when its size or times differ; with `read` False none is.
    """
    found = {name: _damage(folder / name, file, read) for name, file in files.items()}
    return {name: words for name, words in found.items() if words}


def strangers(folder: Path, files: Iterable[Name]) -> list[Name]:
    """What lies in a release's folder and is none of its files."""
    known = set(files)
    return sorted(path.name for path in folder.iterdir() if path.name not in known) if folder.is_dir() else []


def _damage(path: Path, file: File, read: bool) -> str:
    try:
        found = path.stat()
        if found.st_size != file.bytes:
            return f"has {found.st_size:,} bytes, had {file.bytes:,}"
        changed = read and _sum(path, found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino) != file.sha256
        return "has another checksum" if changed else ""
    except FileNotFoundError:
        return "is missing"
    except OSError as error:
        return f"cannot be read: {error.strerror}"


@lru_cache(4096)
def _sum(path: Path, *state: int) -> str:
    del state  # another state of the file is another entry
    return digest(path)


@contextmanager
def trouble_told(folder: Path) -> Iterator[None]:
    """A full disk, or a folder that cannot be written, as a word for the operator."""
    try:
        yield
    except OSError as error:
        why = "the disk is full" if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG) else error.strerror
        raise OperatorError(
            f"no release was made in {folder}: {why or error}; nothing of it is left, run it again"
        ) from error
