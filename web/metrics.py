"""`/metrics` for Prometheus: what the workers counted together, and what is so at this moment.

Counting over processes needs PROMETHEUS_MULTIPROC_DIR in the environment before this is imported; `gunicorn.conf.py`
sees to it. A process by itself counts for itself.

Each worker counts in the files of its place. Files for every worker that ever was, as the library makes them by itself,
would fill the memory in which they lie, and a worker that cannot write there is killed by the system. So would labels
that a stranger can choose.
"""

import os
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import datetime
from hmac import compare_digest

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Histogram,
    generate_latest,
    multiprocess,
    values,
)
from prometheus_client.metrics_core import GaugeMetricFamily, InfoMetricFamily, Metric
from prometheus_client.registry import Collector
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from core.checks import is_loopback, printable
from core.errors import Forbidden
from core.machine import Machine, machine
from core.settings import Settings
from core.store import figures as counting
from core.store import library, migrate
from core.store.figures import Figures
from core.upkeep import Upkeep, upkeep
from core.version import VERSION
from web.context import Site, site

OF_EVERY_PROCESS = "PROMETHEUS_MULTIPROC_DIR"
_place = "master"
if OF_EVERY_PROCESS in os.environ:
    values.ValueClass = values.MultiProcessValue(lambda: _place)  # type: ignore[no-untyped-call]
OF_PROXIES = {"forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip"}
BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)
requests = Counter("keyway_requests", "Requests answered.", ("method", "door", "status"), registry=None)
seconds = Histogram("keyway_request_seconds", "How long they took.", ("door",), buckets=BUCKETS, registry=None)


def sit(place: int) -> None:
    """Count in the files of this place among the workers, and go on from what stands there."""
    global _place
    _place = str(place)


def count(method: str, door: str, status: int, took: float) -> None:
    """Count one request; where the counts cannot be written, people are answered all the same."""
    with suppress(OSError):
        requests.labels(method, door, str(status)).inc()
        seconds.labels(door).observe(took)


async def metrics(request: Request) -> Response:
    """`GET /metrics`: for who has the token, or is on this machine. Raises Forbidden for anybody else."""
    here = site(request)
    if not may_read(request, here.settings):
        raise Forbidden("The figures are for METRICS_TOKEN, or for this machine: Authorization: Bearer THE-TOKEN.")
    now = here.clock()
    made_at = await here.database.read(migrate.made_at)
    figures = await here.database.read(counting.figures, now)
    text = await run_in_threadpool(page, here, figures, now, made_at)
    return Response(text, media_type=CONTENT_TYPE_LATEST)


def may_read(request: Request, settings: Settings) -> bool:
    """Whether somebody brought the token, or asks from this machine without a proxy between."""
    said = request.headers.get("authorization", "")
    if settings.metrics_token and compare_digest(said.encode(), f"Bearer {settings.metrics_token}".encode()):
        return True
    address = request.client.host if request.client else ""
    return is_loopback(f"http://{printable(address)}") and OF_PROXIES.isdisjoint(request.headers)


def page(site: Site, figures: Figures, now: datetime, made_at: datetime) -> bytes:
    """Everything, as Prometheus reads it."""
    registry = CollectorRegistry()
    if OF_EVERY_PROCESS in os.environ:
        multiprocess.MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    else:
        registry.register(requests)
        registry.register(seconds)
    backups = upkeep(site.settings, now, made_at)
    found = [*_about(site), *_work(figures), *_machine(machine(site.settings.database_path)), *_backups(backups, now)]
    registry.register(_Now(found))
    return generate_latest(registry)


class _Now(Collector):
    """Figures that were just found."""

    def __init__(self, found: list[Metric]) -> None:
        self.found = found

    def collect(self) -> list[Metric]:
        """All of them."""
        return self.found


def _about(site: Site) -> Iterator[Metric]:
    run = site.warm.run.name if site.warm.run else ""
    yield InfoMetricFamily("keyway", "What runs.", value={"version": VERSION, "sqlite": library.describe(), "run": run})


def _work(figures: Figures) -> Iterator[Metric]:
    yield _by("keyway_decisions", "Decisions by act.", "act", figures.decisions)
    yield _one("keyway_no_targets", "Acts that say that nothing fits.", figures.no_targets)
    yield _by("keyway_mappings", "Mappings by state.", "state", figures.mappings)
    yield _by("keyway_key_events", "Key Events by progress.", "progress", figures.key_events)
    yield _by("keyway_people", "People by role.", "role", figures.people)
    yield _one("keyway_sessions", "Sessions in force.", figures.sessions)


def _machine(machine: Machine) -> Iterator[Metric]:
    yield _one("keyway_database_bytes", "Size of the database file.", machine.database)
    yield _one("keyway_wal_bytes", "Size of its write-ahead log.", machine.wal)
    yield _one("keyway_disk_free_bytes", "Room where the database lies.", machine.free)
    memory = {str(worker.pid): worker.memory for worker in machine.workers}
    yield _by("keyway_worker_memory_bytes", "Memory of each worker (PSS).", "pid", memory)


def _backups(backups: Upkeep, now: datetime) -> Iterator[Metric]:
    yield _one("keyway_backups", "Verified backups.", len(backups.copies))
    yield _one("keyway_backup_well", "1 where no backup is late, unshipped or unsound.", int(not backups.problem))
    if backups.newest is not None:
        yield _one("keyway_backup_age_seconds", "Age of the newest.", (now - backups.newest.at).total_seconds())
        yield _one("keyway_backup_bytes", "Size of the newest.", backups.newest.size)
    if backups.drill is not None:
        yield _one("keyway_drill_age_seconds", "Since the last drill.", (now - backups.drill.at).total_seconds())
        yield _one("keyway_drill_well", "1 where it went well.", int(not backups.drill.problem))


def _one(name: str, help: str, value: float) -> Metric:
    return GaugeMetricFamily(name, help, value=value)


def _by(name: str, help: str, label: str, values: Mapping[str, float]) -> Metric:
    found = GaugeMetricFamily(name, help, labels=[label])
    for word, value in values.items():
        found.add_metric([word], value)
    return found
