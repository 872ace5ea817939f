"""The image, built and run: `make test-image`."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from starlette.applications import Starlette

from core import backups
from core.backups import Copy
from core.settings import CALLBACK
from core.store import copies
from scripts.github_standin import Standin
from scripts.standin.people import BY_LOGIN
from tests import people, servers
from tests.image import podman
from tests.image.podman import APP, Container
from tests.waiting import eventually

pytestmark = pytest.mark.image
LARGEST = 350 * 10**6
LATE = "70s"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """An empty data folder, as the docs say to make it."""
    return podman.folder(tmp_path / "data")


@pytest.fixture(scope="module")
def lived_in(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder in which all is prepared; to copy."""
    data = podman.folder(tmp_path_factory.mktemp("lived-in") / "data")
    done = podman.once(data, "python", "-m", "scripts.prepare")
    assert done.returncode == 0, done.stderr
    return data


def copied(lived_in: Path, to: Path) -> Path:
    """A copy, which belongs to whom the original belongs to."""
    podman.folder(to)
    subprocess.run(["cp", "-a", f"{lived_in}/.", to], check=True)
    return to


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """A free address; a container made anew is at the same one."""
    with servers.listen() as listening:
        yield servers.address(listening)


@contextmanager
def signing_in(address: str) -> Iterator[str]:
    """The stand-in for GitHub, for a Keyway at this address."""
    with servers.listen() as theirs:
        standin = Standin(servers.CLIENT_ID, servers.CLIENT_SECRET, address + CALLBACK)
        app: Starlette = standin.app
        with servers.serve((app, theirs)):
            yield servers.address(theirs)


def decisions(data: Path) -> int:
    """How many decisions there are."""
    copy = data.parent / "look.db"
    return copies.copy(data / servers.DATABASE, copy).decisions


def aged(folder: Path) -> Copy | None:
    """Have the newest backup be of two days ago."""
    newest = backups.newest(folder)
    assert newest is not None
    name = backups.name(newest.at - timedelta(days=2))
    newest.checksum.rename(folder / f"{name}.sha256")
    newest.path.rename(folder / name)
    return backups.newest(folder)


class TestStarting:
    def test_an_empty_folder_becomes_a_keyway_with_two_workers(self, data: Path, address: str) -> None:
        with podman.container(data, address) as running:
            assert running.healthy(), running.logs()
            assert running.ready()["status"] == "ok"
            processes = running.processes()
            assert processes.count("app python -m gunicorn") == 3, processes
            assert processes[0] == "app tini -- python -m gunicorn"
            assert [each for each in processes if each.startswith("root ")] == [
                "root busybox crond -f -l 8 -L /dev/stderr -c /run/crontabs"
            ]
            assert {path.stat().st_uid for path in data.rglob("*")} == {APP}
            self.confined(running)
            self.data_commands_are_not_for_root(running)

    def confined(self, running: Container) -> None:
        for place in ("/app/new", "/etc/new", "/opt/venv/new"):
            assert "Read-only file system" in running.run("touch", place, user="root", check=False).stderr
        for pid in running.pids("python -m gunicorn"):
            status = running.run("cat", f"/proc/{pid}/status").stdout
            assert "CapEff:\t0000000000000000" in status
            assert "NoNewPrivs:\t1" in status
        assert running.run("chown", "app", "/run", user="root", check=False).returncode == 1

    def data_commands_are_not_for_root(self, running: Container) -> None:
        for command in ("scripts/backup_db.sh", "scripts/restore_db.sh"):
            done = running.run(command, user="root", check=False)
            assert (done.returncode, "run this as the app's user" in done.stderr) == (2, True)

    def test_a_folder_of_roots_names_the_command(self, data: Path) -> None:
        os.chown(data, 0, 0)
        said = podman.refused(data)
        assert "/app/data belongs to 0:0, and Keyway, as 10001:10001, cannot write there." in said
        assert "sudo chown -R 10001:10001 data" in said
        assert list(data.iterdir()) == []

    def test_so_does_a_folder_of_roots_in_it(self, data: Path) -> None:
        """As a move to another machine leaves it, where the last step was left out."""
        (data / "backups").mkdir()
        assert "/app/data/backups belongs to 0:0, and Keyway" in podman.refused(data)

    def test_no_folder_at_all_is_refused(self) -> None:
        assert "no folder is mounted at /app/data" in podman.refused(None)

    @pytest.mark.parametrize(
        ("setting", "value", "expected"),
        [
            ("SECRET_KEY", "", "SECRET_KEY has 0 characters, expected at least 32 random ones"),
            ("SECRET_KEY", "changeme", "SECRET_KEY has 8 characters"),
            ("BASE_URL", "http://keyway.example.org", "BASE_URL is http://keyway.example.org, expected https://"),
            ("BACKUP_AT", "at night", "BACKUP_AT is 'at night', expected a time of day"),
            ("GITHUB_URL", "https://example.org", "GITHUB_URL is https://example.org, expected https://github.com"),
        ],
    )
    def test_a_bad_setting_names_itself_and_nothing_is_made(
        self, data: Path, setting: str, value: str, expected: str
    ) -> None:
        assert expected in podman.refused(data, **{setting: value})
        assert list(data.iterdir()) == []

    def test_it_stops_in_good_order(self, lived_in: Path, tmp_path: Path, address: str) -> None:
        with podman.container(copied(lived_in, tmp_path / "data"), address) as running:
            podman.podman("stop", "--time=20", running.name)
            ended = podman.podman("inspect", "-f", "{{.State.ExitCode}}", running.name).stdout.strip()
            assert ended == "0", running.logs()
            assert "Shutting down: Master" in running.logs(), "its workers were killed over what they were at"


def test_a_decision_outlives_its_container_and_comes_back_from_a_backup(
    lived_in: Path, tmp_path: Path, address: str
) -> None:
    data = copied(lived_in, tmp_path / "data")
    with signing_in(address) as github:
        settings = {"GITHUB_URL": github, "GITHUB_API_URL": github}
        with podman.container(data, address, **settings) as running, people.visitor(address) as curator:
            subject = str(BY_LOGIN["curator"].number)
            enrol = ["role", "--subject", subject, "--login", "curator", "curator"]
            running.run("python", "-m", "scripts.people", *enrol)
            people.choose(curator, "curator")
            fields = {"target": "wikipathways:WP254", "act": "propose", "base_version": "0", "key": "one"}
            answer = curator.post("/key-events/149/decisions", data=fields)
            assert answer.status_code == 200, answer.text
            assert decisions(data) == 1
            running.run("scripts/backup_db.sh")
            in_use = running.run("scripts/restore_db.sh", check=False)
            assert "is in use; stop Keyway first" in in_use.stderr
        older = aged(data / "backups")
        with podman.container(data, address, **settings) as running:
            assert decisions(data) == 1
            eventually("a missed backup was not made up for", lambda: backups.newest(data / "backups") != older)
        (data / servers.DATABASE).write_bytes(b"an accident")
        done = podman.once(data, "scripts/restore_db.sh")
        assert "Restored 1 decisions" in done.stdout, done.stdout + done.stderr
        with podman.container(data, address, **settings) as running, people.visitor(address) as curator:
            assert running.healthy()
            people.choose(curator, "curator")
            assert "WP254" in curator.get("/me").text


@pytest.fixture(scope="class")
def night(lived_in: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[datetime, Container, Container]]:
    """The minute at which backups are due, soon; a container that has a cron for it, and one that may not be root."""
    due = datetime.now(UTC) + timedelta(seconds=160)  # the minute that it is in begins 100 s from now at the earliest
    settings = {"BACKUP_AT": f"{due:%H:%M}", "BACKUP_LATE_AFTER": LATE}
    folders = [copied(lived_in, tmp_path_factory.mktemp("night") / "data") for _ in range(2)]
    with servers.listen() as one, servers.listen() as other:
        addresses = servers.address(one), servers.address(other)
        with (
            podman.container(folders[0], addresses[0], **settings) as by_cron,
            podman.container(folders[1], addresses[1], f"--user={APP}:{APP}", **settings) as by_loop,
        ):
            yield due, by_cron, by_loop


Night = tuple[datetime, Container, Container]


class TestNight:
    """Both containers wait for the same minute."""

    def test_cron_fires_and_a_verified_backup_is_there(self, night: Night) -> None:
        due, running, _ = night
        copy = self.awaited(running)
        assert copy.at.strftime("%H:%M") == f"{due:%H:%M}"
        assert copy.path.stat().st_uid == APP
        eventually("it was not told", lambda: f"{copy.path.name}: 0 decisions" in running.logs())
        assert running.healthy()

    def test_without_root_a_loop_takes_the_place_of_cron(self, night: Night) -> None:
        running = night[2]
        assert not [each for each in running.processes() if "root" in each]
        self.awaited(running)
        assert running.run("scripts/restore_db.sh", "--drill").returncode == 0

    def test_without_cron_the_container_is_ill_and_pages_are_there(self, night: Night) -> None:
        running = night[1]
        running.kill("busybox crond")
        eventually("the health check does not see it", lambda: not running.healthy(), 130)
        assert running.ready()["status"] == "degraded"
        assert servers.get(f"{running.base_url}/").status_code == 200

    def awaited(self, running: Container) -> Copy:
        assert running.data is not None
        folder = running.data / "backups"
        eventually("no backup was made", lambda: backups.newest(folder), 300)
        copy = backups.newest(folder)
        assert copy is not None
        return copy


class TestContents:
    def test_it_is_small(self) -> None:
        size = podman.inspected()["Size"]
        assert isinstance(size, int)
        print(f"\nthe image: {size / 10**6:.0f} MB")
        assert size <= LARGEST

    def test_no_secret_no_history_no_test_and_no_data_is_in_it(self) -> None:
        files = podman.files()
        assert "/app/web/app.py" in files
        forbidden = (
            ".git/",
            ".env",
            "/tests/",
            "/data/",
            ".db",
            "pip.conf",
            "secret",
            "standin",
            "Makefile",
            ".hypothesis",
        )
        wrong = [path for path in files if any(word in path for word in forbidden)]
        assert [path for path in wrong if not path.startswith(("/app/core/data/", "/opt/venv/lib"))] == []

    def test_its_sqlite_is_sound(self) -> None:
        ask = "from core.store import library as l; print(l.module.__name__, l.has_wal_reset_bug(l.version))"
        done = podman.podman("run", "--rm", podman.IMAGE, "python", "-c", ask)
        assert done.stdout == "sqlite3 False\n"

    def test_its_settings_hold_no_secret(self) -> None:
        config = podman.inspected()["Config"]
        assert isinstance(config, dict)
        assert not [each for each in config["Env"] if "SECRET" in each or "KEY" in each]
        health = podman.inspected()["Healthcheck"]
        assert isinstance(health, dict)
        assert health["Test"] == podman.COMPOSE["services"]["app"]["healthcheck"]["test"]
