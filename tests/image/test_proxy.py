"""The proxy of compose.yaml, with its own configuration, in front of a Keyway on loopback."""

import os
import shutil
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from tests import servers
from tests.house import ROOT
from web.app import create_app

pytestmark = pytest.mark.image
CADDY = shutil.which("caddy") or ""
HALF = b"GET / HTTP/1.1\r\nHost: localhost\r\nX-Never-Ends: "
# What a machine without a name of its own needs; all else is what production runs.
ALONE = "\tadmin off\n\tskip_install_trust\n\tauto_https disable_redirects\n"


@contextmanager
def proxied(database: Path, folder: Path) -> Iterator[str]:
    """Keyway behind Caddy, at https://localhost."""
    with servers.listen() as ours, servers.listen() as theirs:
        base_url = f"https://localhost:{theirs.getsockname()[1]}"
        theirs.close()
        app = create_app(
            servers.configured(
                database,
                base_url,
                "https://github.com",
                GITHUB_API_URL="https://api.github.com",
                TRUSTED_PROXIES="127.0.0.1",
            )
        )
        configuration = folder / "Caddyfile"
        text = (ROOT / "scripts/proxy/Caddyfile").read_text("utf-8")
        configuration.write_text(text.replace("{\n", "{\n" + ALONE, 1))
        environment = os.environ | {
            "BASE_URL": base_url,
            "UPSTREAM": servers.address(ours).removeprefix("http://"),
            "XDG_DATA_HOME": str(folder),
            "XDG_CONFIG_HOME": str(folder),
        }
        command = [CADDY, "run", "--adapter", "caddyfile", "--config", str(configuration)]
        with servers.serve((app, ours)), (folder / "caddy.log").open("w") as log:
            process = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
            try:
                wait(base_url, folder)
                yield base_url
            finally:
                process.terminate()
                process.wait()


def wait(base_url: str, folder: Path) -> None:
    until = time.monotonic() + 20
    while True:
        try:
            httpx.get(f"{base_url}/healthz", verify=False, trust_env=False)
            return
        except httpx.TransportError:
            assert time.monotonic() < until, (folder / "caddy.log").read_text()
            time.sleep(0.2)


@pytest.fixture(scope="module")
def address(made_database: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("proxy")
    with proxied(Path(shutil.copy(made_database, folder / "keyway.db")), folder) as found:
        yield found


def connect(address: str) -> ssl.SSLSocket:
    port = int(address.rpartition(":")[2])
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context.wrap_socket(socket.create_connection(("127.0.0.1", port)), server_hostname="localhost")


def test_pages_come_over_https(address: str) -> None:
    answer = httpx.get(f"{address}/", verify=False, trust_env=False)
    assert answer.status_code == 200
    assert answer.headers["strict-transport-security"].startswith("max-age=")


def test_headers_that_are_half_sent_are_cut(address: str) -> None:
    with connect(address) as half:
        half.settimeout(30)
        half.sendall(HALF)
        begun = time.monotonic()
        half.recv(1000)
        assert 5 < time.monotonic() - begun < 20


def test_a_body_that_is_half_sent_is_cut(address: str) -> None:
    with connect(address) as half:
        half.settimeout(60)
        half.sendall(b"POST /signout HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\nhalf")
        begun = time.monotonic()
        half.recv(1000)
        assert time.monotonic() - begun < 45


def test_too_much_is_refused_at_the_door(address: str) -> None:
    answer = httpx.post(f"{address}/signout", content=b"x" * 2_000_000, verify=False, trust_env=False)
    assert answer.status_code == 413
