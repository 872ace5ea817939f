"""Containers for tests, run with what compose.yaml says of the app, by podman."""

import json
import os
import shlex
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import httpx
import yaml

from tests import servers
from tests.house import ROOT

IMAGE = "localhost/keyway"
APP = 10001
START_S = 90.0
COMPOSE = yaml.safe_load((ROOT / "compose.yaml").read_text("utf-8"))


def podman(*arguments: object, check: bool = True) -> subprocess.CompletedProcess[str]:
    """Run podman; what it says of a system without systemd is left out."""
    done = subprocess.run(["podman", *map(str, arguments)], capture_output=True, text=True)
    done.stderr = "\n".join(line for line in done.stderr.splitlines() if "systemd connection" not in line)
    assert not check or done.returncode == 0, done.stdout + done.stderr
    return done


def build(tag: str, context: Path, *options: object) -> None:
    """Build a further image, with what scripts/test_image.sh builds with."""
    command = [*shlex.split(os.environ["BUILD"]), *map(str, options), "--tag", tag, str(context)]
    for attempt in (1, 2, 3):
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode == 0:
            return
        time.sleep(15 * attempt)  # a network is not always there
    raise AssertionError(done.stdout + done.stderr)


def options(service: Mapping[str, object]) -> list[str]:
    """How compose.yaml confines the app, as podman's options."""
    found = ["--read-only"] if service["read_only"] else []
    for name, option in (
        ("tmpfs", "--tmpfs"),
        ("cap_drop", "--cap-drop"),
        ("cap_add", "--cap-add"),
        ("security_opt", "--security-opt"),
    ):
        values = service[name]
        assert isinstance(values, list)
        found += [f"{option}={value}" for value in values]
    return [*found, f"--pids-limit={service['pids_limit']}", f"--shm-size={service['shm_size']}"]


@dataclass(frozen=True, slots=True)
class Container:
    """A container of Keyway."""

    name: str
    base_url: str
    data: Path | None

    def run(self, *command: str, user: str = "app", check: bool = True) -> subprocess.CompletedProcess[str]:
        """Run a command in it."""
        return podman("exec", "--user", user, self.name, *command, check=check)

    def pids(self, what: str) -> list[str]:
        """The processes of it whose command line begins so."""
        lines = podman("top", self.name, "pid", "args").stdout.splitlines()[1:]
        known = [line.strip().partition(" ") for line in lines]
        return [pid for pid, _, command in known if command.strip().startswith(what)]

    def kill(self, what: str) -> None:
        """End the processes of it whose command line begins so."""
        for pid in self.pids(what):
            self.run("bash", "-c", f"kill -9 {pid}", user="root")

    def processes(self) -> list[str]:
        """User and command line of each."""
        return [" ".join(line.split()) for line in podman("top", self.name, "user", "args").stdout.splitlines()[1:]]

    def ready(self) -> dict[str, object]:
        """What /readyz says."""
        said: dict[str, object] = servers.get(f"{self.base_url}/readyz").json()
        return said

    def healthy(self) -> bool:
        """What its own health check says."""
        return podman("healthcheck", "run", self.name, check=False).returncode == 0

    def logs(self) -> str:
        """All that it said."""
        done = podman("logs", self.name)
        return done.stdout + done.stderr

    def wait(self) -> None:
        """Until it answers."""
        until = time.monotonic() + START_S
        while time.monotonic() < until:
            try:
                servers.get(f"{self.base_url}/healthz")
                return
            except httpx.TransportError:
                assert podman("inspect", "-f", "{{.State.Running}}", self.name).stdout.strip() == "true", self.logs()
                time.sleep(0.2)
        raise AssertionError(f"no answer within {START_S} s: {self.logs()}")


def environment(base_url: str, **others: str) -> list[str]:
    """What a container is told, on the host's network so that it is on loopback."""
    said = {
        "HOST": servers.HOST,
        "PORT": base_url.rpartition(":")[2],
        "BASE_URL": base_url,
        "SECRET_KEY": servers.SECRET_KEY,
        "GITHUB_CLIENT_ID": servers.CLIENT_ID,
        "GITHUB_CLIENT_SECRET": servers.CLIENT_SECRET,
        **others,
    }
    return [f"--env={name}={value}" for name, value in said.items()]


def folder(path: Path) -> Path:
    """An empty data folder of the app's user, in which that user can get to it."""
    path.mkdir()
    os.chown(path, APP, APP)
    for parent in path.parents[:3]:  # those that pytest has made
        parent.chmod(0o755)
    return path


def mounted(data: Path | None) -> list[str]:
    """The option that mounts the data folder as compose.yaml does."""
    return [f"--volume={data}:/app/data"] if data else []


@contextmanager
def container(data: Path | None, base_url: str, *more: str, image: str = IMAGE, **others: str) -> Iterator[Container]:
    """A container that answers; gone at the end, its data folder not."""
    name = f"keyway-{uuid4().hex[:8]}"
    confined = options(COMPOSE["services"]["app"])
    command = ["run", "--detach", "--name", name, "--network=host", *confined, *mounted(data), *more]
    podman(*command, *environment(base_url, **others), image)
    found = Container(name, base_url, data)
    try:
        found.wait()
        yield found
    finally:
        podman("rm", "--force", "--time=20", name)


def refused(data: Path | None, *more: str, **others: str) -> str:
    """What a container says that must not start, and ends with 2."""
    confined = options(COMPOSE["services"]["app"])
    base_url = servers.ANYWHERE
    said = environment(base_url, **others)
    done = podman("run", "--rm", "--network=host", *confined, *mounted(data), *more, *said, IMAGE, check=False)
    assert done.returncode == 2, done.stdout + done.stderr
    return done.stderr


def once(data: Path, *command: str) -> subprocess.CompletedProcess[str]:
    """Run a command in a container of its own over a data folder, as `compose run --rm app COMMAND`."""
    confined = options(COMPOSE["services"]["app"])
    return podman("run", "--rm", *confined, "--network=host", *mounted(data), IMAGE, *command, check=False)


def files() -> list[str]:
    """The path of every file in the image."""
    found = podman("run", "--rm", "--entrypoint=find", IMAGE, "/app", "/opt", "/home", "/root", "/tmp", "-type", "f")
    return found.stdout.splitlines()


def inspected() -> dict[str, object]:
    """What podman knows of the image."""
    found: dict[str, object] = json.loads(podman("image", "inspect", IMAGE).stdout)[0]
    return found
