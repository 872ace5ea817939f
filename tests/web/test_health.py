"""Whether Keyway says how it is."""

import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from core import backups, restore
from core.store import clock, connection
from core.warm import Warm
from tests import servers
from tests.servers import Keyway
from web import health
from web.health import Health

Visit = Callable[[str | None], httpx.Client]


def test_alive_says_ok_without_a_database(visit: Visit, database: Path) -> None:
    client = visit(None)
    database.unlink()
    assert client.get("/healthz").text == "ok\n"


def test_ready_names_what_is_missing(visit: Visit) -> None:
    answer = visit(None).get("/readyz")
    assert answer.status_code == 200
    said = answer.json()
    assert said["status"] == "degraded"
    assert said["database"] == {"status": "ok"}
    assert "No suggestions" in said["vectors"]["message"]


def test_not_ready_while_nobody_can_write(visit: Visit, database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    client = visit(None)
    with connection.writer(database) as db, connection.transaction(db):
        answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["database"] == {"status": "down", "message": "Nothing was saved: the database is busy."}
    assert client.get("/readyz").status_code == 200


def test_not_ready_with_a_schema_of_tomorrow(visit: Visit, database: Path) -> None:
    client = visit(None)
    with sqlite3.connect(database) as db:
        db.execute("PRAGMA user_version = 99")
    db.close()
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert "schema 99" in answer.json()["database"]["message"]


def test_a_data_folder_that_is_gone_is_told_and_breaks_no_page(visit: Visit, database: Path) -> None:
    client = visit("admin")
    database.parent.rename(database.parent.with_name("elsewhere"))
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert "moved, deleted or replaced" in answer.json()["database"]["message"]
    assert "No such file" in answer.json()["disk"]["message"]
    assert client.get("/admin/system").status_code == 200
    assert "keyway_disk_free_bytes 0.0" in client.get("/metrics").text


@pytest.mark.parametrize(
    ("free", "expected"), [(10**12, Health.OK), (100 * health.MIB, Health.DEGRADED), (health.MIB, Health.DOWN)]
)
def test_a_full_disk_is_told(free: int, expected: Health, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("shutil.disk_usage", lambda path: type("Usage", (), {"free": free}))
    assert health.disk(tmp_path / "keyway.db")[0] is expected


def test_bad_vectors_degrade_and_do_not_stop(keyway: Keyway) -> None:
    problem = "No suggestions from Reactome: the file is cut off."
    assert health.vectors(Warm(problems=(problem,))) == (Health.DEGRADED, problem)
    assert health.vectors(Warm()) == (Health.OK, "")


class TestBackups:
    """An old backup is told, and takes nobody's page away. A day after the database was made one is expected."""

    @property
    def now(self) -> datetime:
        """The server's own clock is held against it."""
        return datetime.now(UTC)

    def ready(self, database: Path, **settings: str) -> dict[str, Any]:
        with connection.writer(database) as db:
            db.execute("UPDATE instance SET created_at = :at", {"at": clock.text(self.now - timedelta(days=30))})
        with servers.keyway(database, **settings) as running:
            answer = servers.get(f"{running.base_url}/readyz")
        assert answer.status_code == 200
        said: dict[str, Any] = answer.json()
        return said

    def test_a_young_one_is_fine(self, database: Path) -> None:
        copy, _ = backups.make(database, database.parent / "backups", self.now - timedelta(hours=25))
        said = self.ready(database)
        assert said["backup"] == {"status": "ok"}
        assert said["backups"]["newest"] == {"name": copy.path.name, "bytes": copy.size, "shipped": False}
        assert 25 * 3600 <= said["backups"]["age_s"] < 26 * 3600

    def test_nine_days_without_one_are_told(self, database: Path) -> None:
        backups.make(database, database.parent / "backups", self.now - timedelta(days=9))
        said = self.ready(database)
        assert said["status"] == "degraded"
        assert said["backup"]["message"].startswith("The newest backup is 216 h old: see whether cron runs")

    def test_none_at_all_is_told(self, database: Path) -> None:
        assert self.ready(database)["backup"]["message"].startswith("There is no backup yet")

    def test_a_new_database_has_time(self, database: Path) -> None:
        with servers.keyway(database) as running:
            said = servers.get(f"{running.base_url}/readyz").json()
        assert said["backup"] == {"status": "ok"}

    def test_who_schedules_none_is_not_judged(self, database: Path) -> None:
        assert self.ready(database, BACKUP_AT="")["backup"] == {"status": "ok"}

    def test_one_that_stayed_here_is_told(self, database: Path) -> None:
        backups.make(database, database.parent / "backups", self.now - timedelta(hours=2))
        said = self.ready(database, BACKUP_SHIP_COMMAND="false")
        assert "has not left this machine" in said["backup"]["message"]

    def test_a_drill_that_failed_is_told(self, database: Path) -> None:
        copy, _ = backups.make(database, database.parent / "backups", self.now)
        copy.path.write_bytes(b"no copy")
        restore.drill(copy, database, database.parent / "backups", self.now)
        said = self.ready(database)
        assert "The last drill failed: " in said["backup"]["message"]
        assert said["backups"]["drill"]["copy"] == copy.path.name
