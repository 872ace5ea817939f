"""Whether this worker lives, and whether it can do its work."""

import shutil
import sqlite3
from dataclasses import asdict
from enum import StrEnum
from pathlib import Path

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from core.errors import OperatorError, Unavailable
from core.store import migrate
from core.store.connection import Database
from core.warm import Warm
from web.context import site

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


async def ready(request: Request) -> Response:
    """Every part with its health, as JSON; 503 only where people cannot work, 200 for `degraded`."""
    here = site(request)
    checks = {
        "database": await _database(here.database),
        "disk": disk(here.settings.database_path),
        "vectors": vectors(here.warm),
    }
    worst = max((health for health, _ in checks.values()), key=list(Health).index)
    parts = {name: {"status": health} | ({"message": why} if why else {}) for name, (health, why) in checks.items()}
    counts = {name: asdict(count) for name, count in here.warm.counts.items()}
    return JSONResponse(
        {"status": worst} | parts | {"known_to_vectors": counts},
        503 if worst is Health.DOWN else 200,
        headers={"Cache-Control": "no-store"},
    )


async def _database(database: Database) -> Check:
    try:
        await database.read(_schema, database.path)
        await database.write(_nothing)
    except (OperatorError, Unavailable, sqlite3.Error) as error:
        return Health.DOWN, str(error)
    return FINE


def _schema(db: sqlite3.Connection, path: Path) -> None:
    migrate.check(db, path)


def _nothing(db: sqlite3.Connection) -> None:
    """Have the write lock, and give it back."""
    del db


def disk(path: Path) -> Check:
    """Whether there is room for decisions where the database lies."""
    free = shutil.disk_usage(path.parent).free
    words = f"{free // MIB} MiB free at {path.parent}; make room"
    if free < FULL_DISK:
        return Health.DOWN, words
    return (Health.DEGRADED, words) if free < SCARCE_DISK else FINE


def vectors(warm: Warm) -> Check:
    """Whether every source has its suggestions; without them search and decisions go on."""
    return (Health.DEGRADED, " ".join(warm.problems)) if warm.problems else FINE
