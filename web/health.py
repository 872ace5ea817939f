"""Whether this worker lives, and whether it can do its work."""

import shutil
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from core import release
from core.errors import OperatorError, Unavailable
from core.store import migrate, releases
from core.store.database import Database
from core.store.releases import Release
from core.upkeep import Upkeep, upkeep
from core.warm import Warm
from web.context import Site, site

MIB = 1024 * 1024
SCARCE_DISK = 512 * MIB
FULL_DISK = 16 * MIB


class Health(StrEnum):
    """How well a part does. The worst part says how well the whole does."""

    OK = "ok"
    DEGRADED = "degraded"
    DOWN = "down"


Check = tuple[Health, str]
FINE: Check = (Health.OK, "")


async def alive(request: Request) -> Response:
    """This process answers; no database is asked."""
    del request
    return PlainTextResponse("ok\n", headers={"Cache-Control": "no-store"})


@dataclass(frozen=True, slots=True)
class Looked:
    """What was found: each part with its health and why, in the order in which people ask, the backups, and how many
    releases there are."""

    parts: Mapping[str, Check]
    upkeep: Upkeep
    releases: int

    @property
    def worst(self) -> Health:
        """The health of the whole."""
        return max((health for health, _ in self.parts.values()), key=list(Health).index)


async def look(here: Site, now: datetime) -> Looked:
    """Look at every part: the one judgement that `/readyz` and the admin page share."""
    database, since = await _database(here.database)
    backups = upkeep(here.settings, now, since or now)
    made = await here.database.read(releases.made) if database is FINE else []
    parts = {
        "database": database,
        "disk": disk(here.settings.database_path),
        "vectors": vectors(here.warm),
        "backup": (Health.DEGRADED, backups.problem) if backups.problem else FINE,
        "releases": await run_in_threadpool(released, here.settings.releases_dir, made),
    }
    return Looked(parts, backups, len(made))


async def ready(request: Request) -> Response:
    """Every part with its health, as JSON; 503 only where people cannot work, 200 for `degraded`."""
    here = site(request)
    now = here.clock()
    found = await look(here, now)
    parts = {
        name: {"status": health} | ({"message": why} if why else {}) for name, (health, why) in found.parts.items()
    }
    counts = {name: asdict(count) for name, count in here.warm.counts.items()}
    return JSONResponse(
        {"status": found.worst} | parts | {"known_to_vectors": counts, "backups": told(found.upkeep, now)},
        503 if found.worst is Health.DOWN else 200,
        headers={"Cache-Control": "no-store"},
    )


async def _database(database: Database) -> tuple[Check, datetime | None]:
    """Whether it can be read and written, and when it was made."""
    try:
        since = await database.read(_schema, database.path)
        await database.write(_nothing)
    except (OperatorError, Unavailable, sqlite3.Error) as error:
        return (Health.DOWN, str(error)), None
    return FINE, since


def released(folder: Path, made: Sequence[Release]) -> Check:
    """What is to be done about releases with files that miss or have another size."""
    harmed = [each.name for each in made if release.damage(folder, each, read=False)]
    if not harmed:
        return FINE
    how = f"python -m scripts.release --check {harmed[0]}"
    return Health.DEGRADED, f"Files of release {', '.join(harmed)} are missing or cut off in {folder}: {how}"


def _schema(db: sqlite3.Connection, path: Path) -> datetime:
    migrate.check(db, path)
    return migrate.made_at(db)


def _nothing(db: sqlite3.Connection) -> None:
    """Have the write lock, and give it back."""
    del db


def disk(path: Path) -> Check:
    """Whether there is room for decisions where the database lies."""
    try:
        free = shutil.disk_usage(path.parent).free
    except OSError as error:
        return Health.DOWN, f"{path.parent} cannot be looked at: {error.strerror}; mount it, and restart"
    words = f"{free // MIB} MiB free at {path.parent}; make room"
    if free < FULL_DISK:
        return Health.DOWN, words
    return (Health.DEGRADED, words) if free < SCARCE_DISK else FINE


def told(backups: Upkeep, now: datetime) -> dict[str, object]:
    """What is known of the backups, as JSON can say it."""
    newest, drill, age = backups.newest, backups.drill, backups.age(now)
    return {
        "count": len(backups.copies),
        "newest": newest and {"name": newest.path.name, "bytes": newest.size, "shipped": newest.shipped},
        "age_s": None if age is None else int(age.total_seconds()),
        "drill": drill and {"copy": drill.copy, "at": drill.at.isoformat(), "problem": drill.problem},
    }


def vectors(warm: Warm) -> Check:
    """Whether every source has its suggestions; without them search and decisions go on."""
    return (Health.DEGRADED, " ".join(warm.problems)) if warm.problems else FINE
