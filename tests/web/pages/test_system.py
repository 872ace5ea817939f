"""An admin looks how Keyway does."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from core import backups, machine, restore
from core.store import connection, snapshots
from core.version import VERSION
from core.warm import Warm
from tests import people, servers
from tests.servers import Keyway
from web.pages import system
from web.render import size

Visit = Callable[[str | None], httpx.Client]
PART = re.compile(r'<li data-health="(?:\w+)">\s*<h2>([\w ]+)</h2>.*?<span class="health" data-health="(\w+)">', re.S)


def test_an_admin_finds_it_from_the_people(visit: Visit) -> None:
    admin = visit("admin")
    assert 'href="/admin/system"' in admin.get("/admin").text
    assert "<h1>System and backups</h1>" in admin.get("/admin/system").text


@pytest.mark.parametrize(("login", "status"), [(None, 401), ("reviewer", 403)])
def test_it_is_for_admins(visit: Visit, login: str | None, status: int) -> None:
    assert visit(login).get("/admin/system").status_code == status


def test_before_the_first_backup(visit: Visit) -> None:
    text = visit("admin").get("/admin/system").text
    assert text.count("none yet") == 2
    assert "the first is made at 02:00 UTC" in text
    assert "a disk that dies takes its backups along" in text


def test_each_part_says_how_it_does(visit: Visit) -> None:
    parts = dict(PART.findall(visit("admin").get("/admin/system").text))
    assert parts == {"Database": "ok", "Disk": "ok", "Suggestions": "degraded", "Newest backup": "ok", "Releases": "ok"}


def test_who_runs_it_knows_which_it_is(visit: Visit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    admin = visit("admin")
    assert f"<dd>{VERSION}</dd>" in admin.get("/admin/system").text
    (tmp_path / "IMAGE").write_text("abc1234\n")
    monkeypatch.setattr(machine, "IMAGE", tmp_path / "IMAGE")
    assert f"<dd>{VERSION} (abc1234)</dd>" in admin.get("/admin/system").text


def test_the_workers_memory_is_drawn(visit: Visit) -> None:
    text = visit("admin").get("/admin/system").text
    assert re.search(r"1 worker takes \d+\.\d [MG]B of memory", text)
    shared, own = (float(re.search(rf'class="{of}" width="([\d.]+)%"', text)[1]) for of in ("shared", "own"))  # type: ignore[index]
    assert 0 < own <= shared == 100


def test_copies_that_have_left_are_told_from_those_that_have_not(database: Path) -> None:
    first, _ = backups.make(database, database.parent / "backups", datetime.now(UTC) - timedelta(minutes=30))
    first.files[2].touch()
    backups.make(database, database.parent / "backups", datetime.now(UTC))
    with servers.keyway(database, BACKUP_SHIP_COMMAND="true") as running, people.visitor(running.base_url) as admin:
        people.choose(admin, "admin")
        text = admin.get("/admin/system").text
    assert re.findall(r"<td>(yes|not yet)</td>", text) == ["not yet", "yes"]
    assert "by BACKUP_SHIP_COMMAND" in text


def test_the_newest_backup_and_the_last_drill_are_told(visit: Visit, database: Path) -> None:
    folder, now = database.parent / "backups", datetime.now(UTC)
    copy, _ = backups.make(database, folder, now - timedelta(hours=5))
    restore.drill(copy, database, folder, now)
    text = visit("admin").get("/admin/system").text
    assert re.search(rf">5 h ago</td><td[^>]*>{size(copy.size)}</td>", text)
    assert "0 decisions compared" in text


def test_what_is_wrong_is_said_first(visit: Visit, database: Path) -> None:
    backups.make(database, database.parent / "backups", datetime.now(UTC) - timedelta(days=9))
    text = visit("admin").get("/admin/system").text
    assert "The newest backup is 216 h old" in text
    assert "9 days ago" in text
    assert dict(PART.findall(text))["Newest backup"] == "degraded"


def test_a_newer_catalogue_asks_for_a_restart(keyway: Keyway, database: Path, visit: Visit) -> None:
    admin = visit("admin")
    assert "Restart Keyway" not in admin.get("/admin/system").text
    with connection.writer(database) as db, connection.transaction(db):
        first = next(iter(snapshots.in_force(db).values()))
        snapshots.add(db, first)
        db.execute("UPDATE snapshot SET release = 'newer' WHERE id = (SELECT max(id) FROM snapshot)")
    assert "Restart Keyway to take up a newer catalogue." in admin.get("/admin/system").text


def test_newer_vectors_ask_for_a_restart(keyway: Keyway, database: Path, visit: Visit) -> None:
    run = database.parent / "vectors" / "run-2"
    run.mkdir(parents=True)
    (run / "run.json").write_text("{}")
    (run.parent / "current").write_text("run-2\n")
    assert "Restart Keyway to take up the vectors run-2." in visit("admin").get("/admin/system").text
    assert isinstance(keyway.app.state.site.warm, Warm)


@pytest.mark.parametrize(
    ("value", "said"), [(0, "0 bytes"), (999, "999 bytes"), (1500, "1.5 kB"), (2.5e9, "2.5 GB"), (3e15, "3000.0 TB")]
)
def test_sizes_are_for_people(value: float, said: str) -> None:
    assert size(value) == said


@pytest.mark.parametrize(
    ("ago", "said"),
    [
        (timedelta(minutes=5), "5 min ago"),
        (timedelta(hours=26), "26 h ago"),
        (timedelta(days=9), "9 days ago"),
    ],
)
def test_ages_are_for_people(ago: timedelta, said: str) -> None:
    now = datetime.now(UTC)
    assert system.ago(now - ago, now) == said
