"""Whether Keyway says how it is."""

import sqlite3
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from core.store import connection
from core.warm import Warm
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
    client.timeout = httpx.Timeout(20)
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
