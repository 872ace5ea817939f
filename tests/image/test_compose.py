"""compose.yaml, brought up whole as docs/operations.md says: Keyway, and the proxy before it that speaks https."""

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
import yaml

from core.store import copies
from tests import servers
from tests.house import ROOT
from tests.image import podman
from tests.image.podman import COMPOSE
from tests.waiting import eventually

pytestmark = pytest.mark.image
# The proxy's own image is not to be had everywhere; this one has the same program, from Debian, started the same way.
PROXY = """
ARG BASE
FROM ${BASE}
RUN apt-get update -qq && apt-get install -qq -y --no-install-recommends caddy
ENV XDG_CONFIG_HOME=/config XDG_DATA_HOME=/data
CMD ["caddy", "run", "--config", "/etc/caddy/Caddyfile", "--adapter", "caddyfile"]
"""
PROXY_IMAGE = "localhost/keyway-proxy:test"
FILLED = {
    "SECRET_KEY": servers.SECRET_KEY,
    "GITHUB_CLIENT_ID": "id",
    "GITHUB_CLIENT_SECRET": "secret",
    "ADMIN_USERS": "1004",
}


@dataclass(frozen=True, slots=True)
class Composed:
    """A folder with compose.yaml and .env, as an operator has it; `at` is the address over https."""

    folder: Path
    at: str
    app: str  # the address without the proxy

    def compose(self, *command: str) -> str:
        """Say `podman-compose COMMAND`; returns what it said on stdout."""
        program = Path(sys.executable).with_name("podman-compose")
        done = subprocess.run([program, *command], cwd=self.folder, capture_output=True, text=True, timeout=600)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def container(self, service: str) -> str:
        """The name of a service's container."""
        label = f"label=com.docker.compose.service={service}"
        named = podman.podman("ps", "--all", "--filter", label, "--format", "{{.Names}}").stdout.split()
        return next(name for name in named if name.startswith(self.folder.name))

    def get(self, path: str) -> httpx.Response:
        """A page, over https."""
        return servers.get(f"{self.at}{path}")

    def ready(self) -> bool:
        """Whether it does its work, over https."""
        try:
            return self.get("/readyz").status_code == 200
        except httpx.TransportError:
            return False


@pytest.fixture(scope="module")
def keyway(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Composed]:
    """All of it, up and ready."""
    folder = tmp_path_factory.mktemp("keyway")
    (folder / "proxy").mkdir()
    (folder / "proxy" / "Containerfile").write_text(PROXY)
    podman.build(PROXY_IMAGE, folder / "proxy")
    podman.podman("tag", podman.IMAGE, f"{podman.IMAGE}:app")
    with servers.listen() as one, servers.listen() as other:
        ports = [each.getsockname()[1] for each in (one, other)]
    made = Composed(folder, f"https://localhost:{ports[0]}", f"http://127.0.0.1:{ports[1]}")
    written(made, *ports)
    try:
        made.compose("up", "--detach", "--no-build")
        eventually("it is not ready", made.ready, 120)
        yield made
    finally:
        made.compose("down", "--volumes")


def written(made: Composed, https: int, app: int) -> None:
    """The files of an operator; only the ports and the proxy's image are others than theirs."""
    services = {name: dict(service) for name, service in COMPOSE["services"].items()}
    services["app"]["ports"] = [f"127.0.0.1:{app}:5000"]
    services["proxy"] |= {"ports": [f"127.0.0.1:{https}:{https}"], "image": PROXY_IMAGE}
    (made.folder / "compose.yaml").write_text(yaml.safe_dump(COMPOSE | {"services": services}))
    settings = (ROOT / ".env.example").read_text("utf-8")
    for name, value in {**FILLED, "BASE_URL": made.at}.items():
        settings, found = re.subn(rf"^{name}=$", f"{name}={value}", settings, flags=re.M)
        assert found == 1
    (made.folder / ".env").write_text(settings)
    podman.folder(made.folder / "data")
    shutil.copytree(ROOT / "scripts" / "proxy", made.folder / "scripts" / "proxy")


def test_people_come_in_over_https(keyway: Composed) -> None:
    page = keyway.get("/")
    assert page.status_code == 200
    assert page.headers["strict-transport-security"].startswith("max-age=")
    assert keyway.get("/metrics").status_code == 403, "the proxy is believed to be a visitor of this machine"


def test_the_proxy_has_the_address_that_is_trusted(keyway: Composed) -> None:
    asked = "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}"
    found = {each: podman.podman("inspect", "-f", asked, keyway.container(each)).stdout.strip() for each in SERVICES}
    assert found["proxy"] == COMPOSE["services"]["proxy"]["networks"]["inside"]["ipv4_address"]
    assert int(found["app"].rpartition(".")[2]) >= 128, "it may take the proxy's address when it is first"


SERVICES = ("app", "proxy")


@pytest.mark.parametrize("service", SERVICES)
def test_both_are_confined(keyway: Composed, service: str) -> None:
    asked = "{{.HostConfig.ReadonlyRootfs}} {{.HostConfig.Memory}} {{len .HostConfig.CapDrop}}"
    said = podman.podman("inspect", "-f", asked, keyway.container(service)).stdout.split()
    assert said[0] == "true"
    assert int(said[1]) == {"app": 2 << 30, "proxy": 256 << 20}[service]
    assert int(said[2]) >= 9


def test_it_is_well_by_its_own_check(keyway: Composed) -> None:
    assert podman.podman("healthcheck", "run", keyway.container("app"), check=False).returncode == 0


def test_what_the_docs_say_to_restore_restores(keyway: Composed) -> None:
    """Commands as docs/operations.md has them."""
    database = keyway.folder / "data" / servers.DATABASE
    before = copies.copy(database, keyway.folder / "before.db").uuid
    keyway.compose("exec", "-T", "-u", "app", "app", "scripts/backup_db.sh")
    keyway.compose("stop", "app")
    database.write_bytes(b"an accident")
    assert "ke_wp_mapping_" in keyway.compose("run", "--rm", "app", "scripts/restore_db.sh", "--list")
    assert "Restored 0 decisions" in keyway.compose("run", "--rm", "app", "scripts/restore_db.sh")
    keyway.compose("up", "--detach", "--no-build")
    eventually("it is not ready again", keyway.ready)
    assert copies.copy(database, keyway.folder / "after.db").uuid == before


def test_all_of_it_made_anew_has_the_same_data(keyway: Composed) -> None:
    database = keyway.folder / "data" / servers.DATABASE
    before = copies.copy(database, keyway.folder / "first.db").uuid
    keyway.compose("down")
    keyway.compose("up", "--detach", "--no-build")
    eventually("it is not ready again", keyway.ready)
    assert copies.copy(database, keyway.folder / "second.db").uuid == before
