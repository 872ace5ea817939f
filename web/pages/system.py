"""How Keyway does, for its operator: what runs, what it knows, its machine, its backups."""

import sqlite3
import sys
from dataclasses import dataclass
from datetime import datetime

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from core import runs
from core.errors import OperatorError
from core.machine import Machine, machine
from core.model import Snapshot
from core.settings import Settings
from core.store import figures as counting
from core.store import library, migrate, snapshots
from core.store.figures import Figures
from core.upkeep import Upkeep, upkeep
from web.context import Site, site
from web.credits import credits
from web.pages.mapping import LABELS
from web.render import page

UNITS = ("bytes", "kB", "MB", "GB", "TB")
THOUSAND = 1000


@dataclass(frozen=True, slots=True)
class Known:
    """What the database says of itself, in one transaction."""

    schema: int
    made_at: datetime
    snapshots: tuple[Snapshot, ...]
    figures: Figures


@dataclass(frozen=True, slots=True)
class System:
    """What the page shows. `restart` says what a restart would take up; empty where all is in force."""

    versions: tuple[tuple[str, str], ...]
    runs: tuple[str, ...]
    restart: str
    machine: Machine
    upkeep: Upkeep


async def system(request: Request) -> Response:
    """`GET /admin/system`."""
    here = site(request)
    now = here.clock()
    known = await here.database.read(read, now)
    found = await run_in_threadpool(look, here, known, now)
    return page(request, "admin/system.html", known=known, system=found, labels=LABELS, now=now, size=size, ago=ago)


def read(db: sqlite3.Connection, now: datetime) -> Known:
    """What is to be known from the database."""
    in_force = tuple(snapshots.in_force(db).values())
    return Known(migrate.version(db), migrate.made_at(db), in_force, counting.figures(db, now))


def look(site: Site, known: Known, now: datetime) -> System:
    """What is to be known from the disk and from this process."""
    settings, run = site.settings, site.warm.run
    versions = (
        ("Python", sys.version.split()[0]),
        ("Database", f"{library.describe()}, schema {known.schema}"),
        ("Vectors", f"{run.name} ({run.model})" if run else "none"),
        ("Review", settings.review),
        ("Workers", str(settings.web_workers)),
    )
    return System(
        versions=versions,
        runs=tuple(runs.names(settings.vectors_dir)),
        restart=to_take_up(site, known),
        machine=machine(settings.database_path),
        upkeep=upkeep(settings, now, known.made_at),
    )


def to_take_up(site: Site, known: Known) -> str:
    """What has come since this server started and is not in force before it starts again."""
    loaded = site.warm.run.name if site.warm.run else ""
    waiting = []
    if (newest := current(site.settings)) not in ("", loaded):
        waiting.append(f"the vectors {newest}")
    if credits({snapshot.of: snapshot for snapshot in known.snapshots}) != site.credits:
        waiting.append("a newer catalogue")
    return " and ".join(waiting)


def current(settings: Settings) -> str:
    """The run that is to be in force; empty where there is none."""
    try:
        return runs.current(settings.vectors_dir).name
    except OperatorError:
        return ""


def size(value: float) -> str:
    """`12.3 MB`."""
    unit = 0
    while value >= THOUSAND and unit + 1 < len(UNITS):
        value, unit = value / THOUSAND, unit + 1
    return f"{value:.0f} {UNITS[unit]}" if unit == 0 else f"{value:.1f} {UNITS[unit]}"


def ago(at: datetime, now: datetime) -> str:
    """`5 h ago`."""
    hours = (now - at).total_seconds() / 3600
    if hours < 1:
        return f"{hours * 60:.0f} min ago"
    return f"{hours:.0f} h ago" if hours < 48 else f"{hours / 24:.0f} days ago"
