"""The proxy of compose.yaml, with its own configuration, in front of a Keyway on loopback."""

import os
import shutil
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from core.settings import Settings
from tests import servers
from tests.house import ROOT
from tests.waiting import PATIENCE_S, eventually
from web.app import create_app

pytestmark = pytest.mark.image
CADDY = shutil.which("caddy") or ""
HALF = b"GET / HTTP/1.1\r\nHost: localhost\r\nX-Never-Ends: "
# What a machine without a name of its own needs; all else is what production runs.
ALONE = "\tadmin off\n\tskip_install_trust\n\tauto_https disable_redirects\n"


def behind(database: Path, base_url: str) -> Settings:
    """The settings of a Keyway that the proxy stands before."""
    api = {"GITHUB_API_URL": "https://api.github.com"}
    return servers.configured(database, base_url, "https://github.com", **api, TRUSTED_PROXIES="127.0.0.1")


@contextmanager
def proxy(folder: Path, upstream: str) -> Iterator[str]:
    """Caddy with the configuration of production, at https://localhost."""
    configuration = folder / "Caddyfile"
    text = (ROOT / "scripts/proxy/Caddyfile").read_text("utf-8")
    configuration.write_text(text.replace("{\n", "{\n" + ALONE, 1))
    command = [CADDY, "run", "--adapter", "caddyfile", "--config", str(configuration)]
    with servers.listen() as theirs, (folder / "caddy.log").open("w") as log:
        port = theirs.getsockname()[1]
        environment = os.environ | {
            "BASE_URL": f"https://localhost:{port}",
            "UPSTREAM": upstream.removeprefix("http://"),
            "XDG_DATA_HOME": str(folder),
            "XDG_CONFIG_HOME": str(folder),
        }
        process = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
        try:
            eventually("Caddy does not listen", lambda: listens(port))
            yield f"https://localhost:{port}"
        finally:
            process.terminate()
            process.wait()


def listens(port: int) -> bool:
    with socket.socket() as asked:
        return asked.connect_ex(("127.0.0.1", port)) == 0


@pytest.fixture(scope="module")
def address(made_database: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Keyway behind the proxy."""
    folder = tmp_path_factory.mktemp("proxy")
    database = Path(shutil.copy(made_database, folder / "keyway.db"))
    with (
        servers.listen() as ours,
        proxy(folder, servers.address(ours)) as found,
        servers.serve((create_app(behind(database, found)), ours)),
    ):
        yield found


def connect(address: str) -> ssl.SSLSocket:
    port = int(address.rpartition(":")[2])
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context.wrap_socket(socket.create_connection(("127.0.0.1", port)), server_hostname="localhost")


def test_pages_come_over_https(address: str) -> None:
    answer = servers.get(f"{address}/")
    assert answer.status_code == 200
    assert answer.headers["strict-transport-security"].startswith("max-age=")


def test_headers_that_are_half_sent_are_cut(address: str) -> None:
    with connect(address) as half:
        half.settimeout(PATIENCE_S)
        begun = time.monotonic()
        half.sendall(HALF)
        half.recv(1000)
        assert time.monotonic() - begun > 5, "somebody on a slow line has no time to send them"


def test_a_body_that_is_half_sent_is_cut(address: str) -> None:
    with connect(address) as half:
        half.settimeout(2 * PATIENCE_S)
        half.sendall(b"POST /signout HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\nhalf")
        half.recv(1000)


def test_too_much_is_refused_at_the_door(address: str) -> None:
    with sending(address, 2_000_000) as answer:
        assert answer.status_code == 413


def test_what_is_too_much_for_keyway_is_told_by_keyway(address: str) -> None:
    for size in (70_000, 200_000, 900_000):
        for _ in range(10):
            with sending(address, size) as answer:
                assert answer.status_code == 413
                assert "at most 65,536 are taken" in answer.read().decode()


@contextmanager
def sending(address: str, size: int) -> Iterator[httpx.Response]:
    """The answer to a body of so many bytes; the connection may be gone before all of it is here."""
    much = {"content": b"x" * size, "headers": {"Origin": address}}
    with httpx.stream(
        "POST", f"{address}/signout", **much, verify=False, trust_env=False, timeout=PATIENCE_S
    ) as answer:
        yield answer


def test_who_comes_while_it_starts_anew_waits(made_database: Path, tmp_path: Path) -> None:
    with servers.listen() as ours, proxy(tmp_path, servers.address(ours)) as address:
        app = create_app(behind(Path(shutil.copy(made_database, tmp_path / "keyway.db")), address))
        with ThreadPoolExecutor() as pool:
            asked = pool.submit(httpx.get, f"{address}/", verify=False, trust_env=False, timeout=PATIENCE_S)
            time.sleep(1)
            assert not asked.done(), "it was turned away"
            with servers.serve((app, ours)):
                assert asked.result().status_code == 200
