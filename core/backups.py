"""The folder of backups: each copy is verified before it gets its name, and named by the moment it was made, in UTC.

backups/ke_wp_mapping_20261123_020000.db.gz            the copy
backups/ke_wp_mapping_20261123_020000.db.gz.sha256     its checksum, as `sha256sum -c` reads it; there before the copy
backups/ke_wp_mapping_20261123_020000.db.gz.shipped    it has left this machine
backups/drill.json                                     how the last restore for practice went
"""

import gzip
import hashlib
import json
import os
import re
import shutil
import sqlite3
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from core.drafts import digest, drafts, only_one, settle
from core.errors import OperatorError
from core.store import clock, copies
from core.store.copies import Contents

NAME = re.compile(r"ke_wp_mapping_(\d{8}_\d{6})\.db\.gz")
FORM = "%Y%m%d_%H%M%S"
DRILL = "drill.json"
WORK = "backup or restore"
CHUNK = 1024 * 1024
COMPRESS_LEVEL = 6


@dataclass(frozen=True, slots=True)
class Copy:
    """A verified copy: where it is, when it was made, its size in bytes, and whether it has left this machine."""

    path: Path
    at: datetime
    size: int
    shipped: bool = False

    @property
    def checksum(self) -> Path:
        """The file with its checksum."""
        return self.path.with_name(f"{self.path.name}.sha256")

    @property
    def files(self) -> tuple[Path, ...]:
        """All that belongs to it, itself first: a copy without its checksum is none."""
        return self.path, self.checksum, self.path.with_name(f"{self.path.name}.shipped")


@dataclass(frozen=True, slots=True)
class Drill:
    """A restore for practice: of which copy, when, how many decisions it held; no `problem` where it went well."""

    copy: str
    at: datetime
    decisions: int
    problem: str = ""


def name(at: datetime) -> str:
    """What a copy made at this moment is called."""
    return f"ke_wp_mapping_{at.astimezone(UTC).strftime(FORM)}.db.gz"


def listed(folder: Path) -> list[Copy]:
    """The verified copies, newest first, by their names. What has no checksum beside it or no bytes is no copy."""
    found = [_copy(path, match[1]) for path in _files(folder) if (match := NAME.fullmatch(path.name))]
    return sorted((copy for copy in found if copy is not None), key=lambda copy: copy.at, reverse=True)


def newest(folder: Path) -> Copy | None:
    """The newest verified copy; None where there is none."""
    return next(iter(listed(folder)), None)


def superfluous(of: Sequence[Copy], now: datetime, keep: int, days: int) -> list[Copy]:
    """Which of these copies may go: neither among the newest `keep` nor younger than `days`."""
    ordered = sorted(of, key=lambda copy: copy.at, reverse=True)
    return [copy for copy in ordered[keep:] if now - copy.at > timedelta(days=days)]


def make(database: Path, folder: Path, now: datetime) -> tuple[Copy, Contents]:
    """Copy, verify, compress, compare, and only then name. Returns the copy and what it holds.

    Raises OperatorError, with every older copy left as it was, where any of it fails.
    """
    with _trouble_told(folder), only_one(folder, WORK):
        _refuse_scarce(folder, 2 * database.stat().st_size if database.is_file() else 0)
        with drafts(folder) as place:
            draft, packed = place / "copy.db", place / "copy.db.gz"
            before = copies.copy(database, draft)
            held = copies.inspect(draft)
            if held.uuid != before.uuid or held.decisions < before.decisions:
                raise OperatorError(f"the copy holds {held.decisions} decisions, {database} held {before.decisions}")
            _compress(draft, packed)
            return _published(packed, folder, now), held


def prune(folder: Path, now: datetime, keep: int, days: int) -> list[Copy]:
    """Remove what may go, and say what it was. To be called after a copy was made, and never else."""
    gone = superfluous(listed(folder), now, keep, days)
    for copy in gone:
        for file in copy.files:
            file.unlink(missing_ok=True)
    return gone


def unpack(copy: Path, target: Path) -> None:
    """Write the database that a copy holds to `target`. A database that a restore put aside is a copy too, with its
    `-wal`. Raises OperatorError where the copy is not what was made."""
    if _is_database(copy):
        try:
            copies.copy(copy, target)
            return
        except sqlite3.Error as error:
            raise OperatorError(f"{copy} cannot be copied: {error}; take another copy") from error
    checksum = copy.with_name(f"{copy.name}.sha256")
    if checksum.is_file():
        said, found = checksum.read_text("utf-8", "replace").partition(" ")[0], digest(copy)
        if said != found:
            raise OperatorError(f"{copy} has the SHA-256 {found}, {checksum.name} says {said}; take another copy")
    try:
        with gzip.open(copy, "rb") as packed, target.open("wb") as file:
            shutil.copyfileobj(packed, file, CHUNK)
            os.fsync(file.fileno())
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise OperatorError(f"{copy} cannot be unpacked: {error}; take another copy") from error


def last_drill(folder: Path) -> Drill | None:
    """How the last drill went; None where there was none."""
    try:
        said = json.loads((folder / DRILL).read_text("utf-8"))
        return Drill(**{**said, "at": clock.moment(said["at"])})
    except (OSError, ValueError, TypeError, KeyError):
        return None


def remember(folder: Path, drill: Drill) -> None:
    """Keep how a drill went, for health and the admin page."""
    with drafts(folder) as place:
        file = place / DRILL
        file.write_text(json.dumps({**asdict(drill), "at": clock.text(drill.at)}) + "\n", "utf-8")
        os.replace(file, folder / DRILL)


def _published(packed: Path, folder: Path, now: datetime) -> Copy:
    """Give a compressed copy its name, in one step that a power cut does not halve."""
    while (path := folder / name(now)).exists():
        now += timedelta(seconds=1)
    sums = packed.with_name("sums")
    with sums.open("w") as file:
        file.write(f"{digest(packed)}  {path.name}\n")
        file.flush()
        os.fsync(file.fileno())
    copy = Copy(path, now.replace(microsecond=0), packed.stat().st_size)
    os.replace(sums, copy.checksum)
    os.replace(packed, path)
    settle(folder)
    return copy


def _compress(draft: Path, packed: Path) -> None:
    """Compress, and read it back: what comes out must be what went in."""
    with draft.open("rb") as source, packed.open("wb") as file:
        with gzip.GzipFile("", "wb", COMPRESS_LEVEL, file) as pressed:
            shutil.copyfileobj(source, pressed, CHUNK)
        file.flush()
        os.fsync(file.fileno())
    with gzip.open(packed, "rb") as back:
        if hashlib.file_digest(back, "sha256").hexdigest() != digest(draft):
            raise OperatorError(f"{packed.name} does not give back what was put into it: is the disk sound?")


def _copy(path: Path, said: str) -> Copy | None:
    try:
        copy = Copy(path, datetime.strptime(said, FORM).replace(tzinfo=UTC), path.stat().st_size)
    except (ValueError, OSError):
        return None
    _, checksum, shipped = copy.files
    return replace(copy, shipped=shipped.exists()) if copy.size and checksum.is_file() else None


def _is_database(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(len(copies.BEGINS)) == copies.BEGINS


def _files(folder: Path) -> list[Path]:
    return list(folder.iterdir()) if folder.is_dir() else []


def _refuse_scarce(folder: Path, needed: int) -> None:
    """A backup that filled the disk would keep curators from deciding."""
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise OperatorError(
            f"{folder} has {free // CHUNK:,} MiB free, a backup needs up to {needed // CHUNK + 1:,} MiB for a while: "
            "make room"
        )


@contextmanager
def _trouble_told(folder: Path) -> Iterator[None]:
    """A full disk, a folder that cannot be written, or a damaged database, as a word for the operator."""
    try:
        yield
    except OSError as error:
        raise OperatorError(f"no backup was made in {folder}: {error.strerror or error}; older copies stay") from error
    except sqlite3.Error as error:
        raise OperatorError(f"no backup was made in {folder}: {error}; older copies stay") from error
