"""How Keyway does, for its operator: what runs, what it knows, its machine, its backups."""

import sqlite3
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from core import runs
from core.errors import OperatorError
from core.machine import Machine, machine, revision
from core.model import Snapshot
from core.runs import Run
from core.settings import Settings
from core.store import figures as counting
from core.store import library, migrate, snapshots
from core.store.figures import Figures
from core.version import VERSION
from web import health
from web.context import Site, site
from web.credits import credits
from web.pages.mapping import LABELS
from web.render import page, size


@dataclass(frozen=True, slots=True)
class Stored:
    """What the database says of itself, in one transaction."""

    schema: int
    snapshots: tuple[Snapshot, ...]
    figures: Figures


@dataclass(frozen=True, slots=True)
class System:
    """What the page shows of the disk and of this process. `restart` says what a restart would take up; empty where all
    is in force. `known` is how many texts of the catalogue the vectors know, `texts` how many there are."""

    versions: tuple[tuple[str, str], ...]
    runs: tuple[Run, ...]
    in_force: str
    restart: str
    machine: Machine
    known: int
    texts: int


async def system(request: Request) -> Response:
    """`GET /admin/system`."""
    here = site(request)
    now = here.clock()
    stored = await here.database.read(read, now)
    found = await run_in_threadpool(look, here, stored)
    looked = await health.look(here, now)
    words = {"labels": LABELS, "settings": here.settings, "now": now, "size": size, "ago": ago}
    return page(request, "admin/system.html", stored=stored, system=found, looked=looked, **words)


def read(db: sqlite3.Connection, now: datetime) -> Stored:
    """What is to be known from the database."""
    return Stored(migrate.version(db), tuple(snapshots.in_force(db).values()), counting.figures(db, now))


def look(site: Site, stored: Stored) -> System:
    """What is to be known from the disk and from this process."""
    settings, run = site.settings, site.warm.run
    versions = (
        ("Keyway", f"{VERSION} {revision()}".strip()),
        ("Database", f"{library.describe()}, schema {stored.schema}"),
        ("Python", sys.version.split()[0]),
        ("Workers", str(settings.web_workers)),
        ("Review", settings.review),
    )
    counts = site.warm.counts.values()
    return System(
        versions=versions,
        runs=tuple(described(settings)),
        in_force=run.name if run else "",
        restart=to_take_up(site, stored),
        machine=machine(settings.database_path),
        known=sum(count.known for count in counts),
        texts=sum(count.known + count.missing for count in counts),
    )


def described(settings: Settings) -> Iterator[Run]:
    """The runs there are, the newest first; one that cannot be read is left out here, and told by the health."""
    found = []
    for name in runs.names(settings.vectors_dir):
        with suppress(OperatorError):
            found.append(runs.read(runs.folder(settings.vectors_dir, name)))
    yield from sorted(found, key=lambda run: run.built, reverse=True)


def to_take_up(site: Site, stored: Stored) -> str:
    """What has come since this server started and is not in force before it starts again."""
    loaded = site.warm.run.name if site.warm.run else ""
    waiting = []
    if (newest := current(site.settings)) not in ("", loaded):
        waiting.append(f"the vectors {newest}")
    if credits({snapshot.of: snapshot for snapshot in stored.snapshots}) != site.credits:
        waiting.append("a newer catalogue")
    return " and ".join(waiting)


def current(settings: Settings) -> str:
    """The run that is to be in force; empty where there is none."""
    try:
        return runs.current(settings.vectors_dir).name
    except OperatorError:
        return ""


def ago(at: datetime, now: datetime) -> str:
    """`5 h ago`."""
    hours = (now - at).total_seconds() / 3600
    if hours < 1:
        return f"{hours * 60:.0f} min ago"
    return f"{hours:.0f} h ago" if hours < 48 else f"{hours / 24:.0f} days ago"
