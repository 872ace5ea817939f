"""`make run`: a first start makes everything, a second one starts at once, Ctrl-C leaves nothing behind."""

import os
import re
import resource
import shutil
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from core.store import connection, snapshots
from scripts import processes
from tests import people, servers
from tests.house import ROOT
from tests.waiting import PATIENCE_S, eventually

START_S = 120
STOP_S = 60
HOST = servers.HOST


@contextmanager
def free_port() -> Iterator[int]:
    """A port that nobody else gets meanwhile."""
    with servers.listen() as reserved:
        yield reserved.getsockname()[1]


def environment(data_dir: Path, port: int, **others: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG", "TMPDIR")}
    return kept | {"DATA_DIR": str(data_dir), "PORT": str(port), "WEB_WORKERS": "1", "PYTHONUNBUFFERED": "1"} | others


@dataclass
class Running:
    """A `make run` that has printed its address."""

    process: subprocess.Popen[str]
    port: int
    said: str

    @property
    def base_url(self) -> str:
        return f"http://{HOST}:{self.port}"

    @property
    def standin(self) -> str:
        found = re.search(r"stand-in for GitHub on this machine, (http://127\.0\.0\.1:\d+)", self.said)
        assert found is not None, self.said
        return found[1]

    def stop(self, how: signal.Signals = signal.SIGINT) -> str:
        self.process.send_signal(how)
        rest, _ = self.process.communicate(timeout=STOP_S)
        return rest


@contextmanager
def running(data_dir: Path, **others: str) -> Iterator[Running]:
    with free_port() as port:
        process = subprocess.Popen(
            [sys.executable, "-m", "scripts.run"],
            cwd=ROOT,
            env=environment(data_dir, port, **others),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        assert process.stdout is not None
        said = ""
        try:
            for line in process.stdout:
                said += line
                if "Ctrl-C stops it." in line:
                    break
            assert process.poll() is None, said
            yield Running(process, port, said)
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
                process.communicate(timeout=STOP_S)
            process.stdout.close()


def refused(data_dir: Path, module: str = "scripts.run", **others: str) -> str:
    """What a start says that ends with exit code 2, in a few lines and without a traceback."""
    with free_port() as port:
        done = subprocess.run(
            [sys.executable, "-m", module],
            cwd=ROOT,
            env=environment(data_dir, port) | others,
            capture_output=True,
            text=True,
            timeout=START_S,
            check=False,
        )
    assert done.returncode == 2, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    return done.stderr


def answers(url: str) -> bool:
    try:
        urllib.request.build_opener(urllib.request.ProxyHandler({})).open(url, timeout=PATIENCE_S).close()
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False
    return True


@pytest.fixture(scope="module")
def first_start(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A data folder that one start has made, and what that start said."""
    data_dir = tmp_path_factory.mktemp("first") / "data"
    with running(data_dir) as keyway:
        assert answers(keyway.base_url)
        return data_dir, keyway.said + keyway.stop()


@pytest.fixture
def data_dir(first_start: tuple[Path, str], tmp_path: Path) -> Path:
    """A copy of that data folder."""
    return Path(shutil.copytree(first_start[0], tmp_path / "data"))


def test_a_first_start_makes_everything_and_says_so(first_start: tuple[Path, str]) -> None:
    data_dir, said = first_start
    assert "database    " in said
    assert "84 of AOP-Wiki (embedded), imported" in said
    assert "there are none yet; computing them" in said
    assert "curator, second-curator, reviewer, admin, stranger" in said
    assert re.search(r"^Open  http://127\.0\.0\.1:\d+$", said, re.M)
    assert "Stopped." in said
    assert (data_dir / "ke_wp_mapping.db").is_file()
    assert (data_dir / "vectors/current").is_file()
    secret = data_dir / "secret_key"
    assert secret.stat().st_mode & 0o777 == 0o600
    assert len(secret.read_text().strip()) >= 32
    assert secret.read_text().strip() not in said


def test_a_second_start_computes_imports_and_changes_nothing(data_dir: Path) -> None:
    secret = (data_dir / "secret_key").read_text()
    with connection.reader(data_dir / "ke_wp_mapping.db") as db:
        before = snapshots.in_force(db)
    with running(data_dir) as keyway:
        assert "computing" not in keyway.said and "imported" not in keyway.said
    assert (data_dir / "secret_key").read_text() == secret
    with connection.reader(data_dir / "ke_wp_mapping.db") as db:
        assert snapshots.in_force(db) == before


def test_a_newcomer_signs_in_as_curator_and_sees_suggestions(data_dir: Path) -> None:
    with running(data_dir) as keyway, people.visitor(keyway.base_url) as client:
        page = people.choose(client, "curator", next="/key-events/149")
        assert page.status_code == 200
        assert page.text.count("data-pair=") >= 20


def test_ctrl_c_stops_both_and_leaves_no_process(data_dir: Path) -> None:
    with running(data_dir) as keyway:
        standin = keyway.standin
        assert answers(keyway.base_url) and answers(standin)
        with people.visitor(keyway.base_url) as client:
            assert client.get("/healthz").status_code == 200  # and keeps its connection open
            assert "Stopped." in keyway.stop()
        assert keyway.process.returncode == 0
        assert not answers(keyway.base_url) and not answers(standin)


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGHUP, signal.SIGKILL])
def test_however_it_ends_no_server_is_left(data_dir: Path, how: signal.Signals) -> None:
    with running(data_dir) as keyway:
        keyway.process.send_signal(how)
        keyway.process.wait(STOP_S)
        eventually("they still answer", lambda: not answers(keyway.base_url) and not answers(keyway.standin))


def test_when_the_standin_dies_the_server_is_stopped(data_dir: Path) -> None:
    with running(data_dir) as keyway:
        ask = ["pgrep", "-P", str(keyway.process.pid), "-f", "scripts.github_standin"]
        found = subprocess.run(ask, capture_output=True, text=True, check=True)
        os.kill(int(found.stdout.split()[0]), signal.SIGKILL)
        rest, _ = keyway.process.communicate(timeout=STOP_S)
        assert "The GitHub stand-in ended by itself (exit code -9)" in rest
        assert keyway.process.returncode == 2
        assert not answers(keyway.base_url)


def test_the_standin_gets_another_port_where_somebody_listens() -> None:
    with processes.listen(HOST, 0) as taken, processes.listen(HOST, taken.getsockname()[1]) as other:
        assert other.getsockname()[1] != taken.getsockname()[1]
    with processes.listen(HOST, 65536) as beyond:
        assert 0 < beyond.getsockname()[1] < 65536


def test_with_a_client_of_ones_own_the_standin_stays_out(data_dir: Path) -> None:
    with running(data_dir, GITHUB_CLIENT_ID="ours", GITHUB_CLIENT_SECRET="secret") as keyway:
        assert "stand-in" not in keyway.said.partition("Open")[2]
        with people.visitor(keyway.base_url) as client:
            answer = client.get("/signin/github", follow_redirects=False)
            assert answer.headers["location"].startswith("https://github.com/login/oauth/authorize?")


def test_a_catalogue_of_ones_own_is_never_replaced(data_dir: Path) -> None:
    path = data_dir / "ke_wp_mapping.db"
    with connection.writer(path) as db, connection.transaction(db):
        db.execute("UPDATE snapshot SET release = '2026-11', sha256 = 'mine'")
    with running(data_dir) as keyway:
        assert "84 of AOP-Wiki (2026-11)" in keyway.said
        assert "imported" not in keyway.said


def test_a_newer_embedded_catalogue_is_imported(data_dir: Path) -> None:
    path = data_dir / "ke_wp_mapping.db"
    with connection.writer(path) as db, connection.transaction(db):
        db.execute("UPDATE snapshot SET sha256 = 'of last year'")
    with running(data_dir) as keyway:
        assert keyway.said.count("(embedded), imported") == 4
        assert "computing" not in keyway.said


class TestRefused:
    def test_a_port_that_is_taken(self, tmp_path: Path) -> None:
        with closing(socket.create_server((HOST, 0))) as taken:
            port = taken.getsockname()[1]
            said = refused(tmp_path / "data", PORT=str(port))
        assert f"cannot listen on HOST 127.0.0.1, PORT {port}: Address already in use" in said
        assert f"make run PORT={port + 10}" in said
        assert not (tmp_path / "data/ke_wp_mapping.db").exists()

    def test_an_address_that_is_not_of_this_machine(self, tmp_path: Path) -> None:
        said = refused(tmp_path, HOST="192.0.2.1", GITHUB_CLIENT_ID="ours", GITHUB_CLIENT_SECRET="x")
        assert "cannot listen on HOST 192.0.2.1" in said

    def test_a_setting_that_is_broken(self, tmp_path: Path) -> None:
        assert "WEB_WORKERS is 'many', expected a whole number" in refused(tmp_path, WEB_WORKERS="many")

    def test_a_standin_that_others_could_reach(self, tmp_path: Path) -> None:
        assert "HOST is 0.0.0.0, expected 127.0.0.1" in refused(tmp_path, HOST="0.0.0.0")

    def test_a_database_from_the_future(self, data_dir: Path) -> None:
        with connection.writer(data_dir / "ke_wp_mapping.db") as db:
            db.execute("PRAGMA user_version = 99")
        assert "is at schema 99, this version of Keyway knows up to" in refused(data_dir)

    def test_a_database_that_is_none(self, data_dir: Path) -> None:
        for file in data_dir.glob("ke_wp_mapping.db*"):
            file.unlink()
        (data_dir / "ke_wp_mapping.db").write_text("a letter " * 1000)
        assert "not a database" in refused(data_dir)

    def test_a_data_folder_that_is_a_file(self, tmp_path: Path) -> None:
        (tmp_path / "data").write_text("in the way")
        said = refused(tmp_path / "data")
        assert "cannot use the data folder" in said and "set DATA_DIR to another folder" in said

    @pytest.mark.parametrize("room", [0, 4096, 200_000])
    def test_a_full_disk(self, tmp_path: Path, room: int) -> None:
        def little_room() -> None:
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (room, room))

        with free_port() as port:
            done = subprocess.run(
                [sys.executable, "-B", "-m", "scripts.run"],
                cwd=ROOT,
                env=environment(tmp_path / "data", port),
                capture_output=True,
                text=True,
                preexec_fn=little_room,
                timeout=START_S,
                check=False,
            )
        assert done.returncode == 2, done.stdout + done.stderr
        assert "Traceback" not in done.stderr
        assert re.search("disk|large|room", done.stderr), done.stderr


class TestGunicorn:
    """The server by itself, as a deployment starts it."""

    READY = {
        "SECRET_KEY": "forty characters that nobody else knows.",
        "GITHUB_CLIENT_ID": "ours",
        "GITHUB_CLIENT_SECRET": "x",
    }

    def test_a_missing_setting_is_one_sentence(self, tmp_path: Path) -> None:
        said = refused(tmp_path, module="gunicorn")
        assert said.strip().startswith("Keyway cannot start: SECRET_KEY has 0 characters, expected")
        assert len(said.strip().splitlines()) == 1

    def test_a_missing_database_is_one_sentence(self, tmp_path: Path) -> None:
        said = refused(tmp_path, module="gunicorn", **self.READY)
        assert f"Keyway cannot start: no database at {tmp_path}/ke_wp_mapping.db" in said
        assert list(tmp_path.iterdir()) == []

    def test_ctrl_c_ends_it_at_once(self, data_dir: Path) -> None:
        """Who waits for a worker in vain would do so for ten minutes here."""
        command = [sys.executable, "-m", "gunicorn", "--log-level", "warning", "--graceful-timeout", "600"]
        with free_port() as port:
            surroundings = environment(data_dir, port, **self.READY)
            process = subprocess.Popen(command, cwd=ROOT, env=surroundings, start_new_session=True)
            child = processes.Child("gunicorn", process)
            try:
                processes.wait_for(f"http://{HOST}:{port}/healthz", [child], START_S)
                os.killpg(process.pid, signal.SIGINT)
                process.wait(STOP_S)
            finally:
                processes.stop([child])
