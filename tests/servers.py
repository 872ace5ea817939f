"""Real servers on loopback, in threads of the test's own process."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import uvicorn
from starlette.applications import Starlette
from starlette.types import ASGIApp

from core import settings
from core.settings import CALLBACK, Settings
from scripts import processes
from scripts.github_standin import Standin
from scripts.processes import Child
from tests.waiting import PATIENCE_S, eventually
from web.app import create_app

HOST = "127.0.0.1"
ANYWHERE = f"http://{HOST}:1"
DATABASE = "ke_wp_mapping.db"
CLIENT_ID = "keyway-test"
CLIENT_SECRET = "a secret that the stand-in knows too"
SECRET_KEY = "forty characters that nobody else knows."
ROOT = Path(__file__).parent.parent


@dataclass(frozen=True, slots=True)
class Keyway:
    """A running Keyway with its stand-in."""

    base_url: str
    database: Path
    app: Starlette
    standin: Standin


def listen() -> socket.socket:
    """A socket on a port of loopback that nobody else has, nor gets while it is open: who asks for this one by number
    may listen there, again and again, and no connection is given it."""
    found = socket.socket()
    found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    found.bind((HOST, 0))
    return found


def address(listening: socket.socket) -> str:
    """The address of a socket, as people type it."""
    return f"http://{HOST}:{listening.getsockname()[1]}"


def get(url: str, **more: Any) -> httpx.Response:
    """Ask once, on a connection of its own, as nobody in particular; `more` is httpx's."""
    return httpx.get(url, trust_env=False, verify=False, timeout=PATIENCE_S, **more)


class Server(uvicorn.Server):
    """uvicorn's own, which looks ten times as often whether it may end: tests start and stop it a thousand times."""

    async def main_loop(self) -> None:
        """Serve until it should end."""
        looks = 0
        while not await self.on_tick(looks // 10):
            looks += 1
            await asyncio.sleep(0.01)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End when every answer that is under way has been given."""
        for each in (*self.servers, *(sockets or [])):
            each.close()
        for connected in list(self.server_state.connections):
            connected.shutdown()
        while self.server_state.connections or self.server_state.tasks:
            await asyncio.sleep(0.005)
        for listening in self.servers:
            await listening.wait_closed()
        await self.lifespan.shutdown()


@contextmanager
def serve(*served: tuple[ASGIApp, socket.socket]) -> Iterator[None]:
    """Serve each app on its socket until the block ends."""
    servers = [Server(uvicorn.Config(app, log_level="error", access_log=False, ws="none")) for app, _ in served]
    threads = [
        threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        for server, (_, listening) in zip(servers, served, strict=True)
    ]
    for thread in threads:
        thread.start()

    def started() -> bool:
        assert all(thread.is_alive() for thread in threads), "a server did not start"
        return all(server.started for server in servers)

    eventually("a server did not start", started, every_s=0.005)
    try:
        yield
    finally:
        for server in servers:
            server.should_exit = True
        for thread in threads:
            thread.join()


def configured(database: Path, base_url: str, provider: str, **others: str) -> Settings:
    """The settings of a Keyway that signs in through the stand-in."""
    return settings.read(variables(database, base_url, provider) | others)


def variables(database: Path, base_url: str, provider: str) -> dict[str, str]:
    """The same as an environment."""
    return {
        "DATA_DIR": str(database.parent),
        "DATABASE_PATH": str(database),
        "BASE_URL": base_url,
        "SECRET_KEY": SECRET_KEY,
        "GITHUB_CLIENT_ID": CLIENT_ID,
        "GITHUB_CLIENT_SECRET": CLIENT_SECRET,
        "GITHUB_URL": provider,
        "GITHUB_API_URL": provider,
    }


@contextmanager
def keyway(database: Path, **others: str) -> Iterator[Keyway]:
    """Keyway over `database`, and the stand-in beside it; `others` are further settings."""
    with listen() as ours, listen() as theirs:
        base_url = address(ours)
        standin = Standin(CLIENT_ID, CLIENT_SECRET, base_url + CALLBACK)
        app = create_app(configured(database, base_url, address(theirs), **others))
        with serve((app, ours), (standin.app, theirs)):
            yield Keyway(base_url, database, app, standin)


@dataclass
class House:
    """Keyway as in production: gunicorn with its workers, which can be stopped, killed and started again."""

    base_url: str
    database: Path
    environment: dict[str, str]
    log: Path
    running: list[Child] = field(default_factory=list)

    def start(self) -> None:
        """Start it, and wait until it answers."""
        command = [sys.executable, "-m", "gunicorn", "--config", "gunicorn.conf.py", "--log-level", "warning"]
        with self.log.open("ab") as log:
            process = subprocess.Popen(
                command, cwd=ROOT, env=self.environment, stdout=log, stderr=log, start_new_session=True
            )
        self.running.append(Child("gunicorn", process))
        processes.wait_for(f"{self.base_url}/healthz", self.running, PATIENCE_S)

    def signal(self, which: signal.Signals) -> None:
        """Send a signal to the master and all its workers."""
        os.killpg(self.running[-1].process.pid, which)

    def kill(self) -> None:
        """End it as a power cut would."""
        self.signal(signal.SIGKILL)
        master = self.running.pop().process
        master.wait()
        eventually("its workers live on", lambda: not living(master.pid))

    def stop(self) -> None:
        """End it as an operator does."""
        processes.stop(self.running)
        self.running.clear()


def living(group: int) -> list[int]:
    """The threads of a group that still run: what their process holds, a lock too, goes with the last of them."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/task/[0-9]*/stat"):
        with suppress(OSError):  # it has just ended
            state, _, of, *_ = stat.read_text().rpartition(")")[2].split()
            found += [int(stat.parts[4])] if int(of) == group and state not in "ZX" else []
    return found


@contextmanager
def house(database: Path, **others: str) -> Iterator[House]:
    """Keyway in production over `database`, and the stand-in beside it; `others` are further settings."""
    with listen() as ours, listen() as theirs:
        base_url, provider = address(ours), address(theirs)
        port = {"HOST": HOST, "PORT": base_url.rpartition(":")[2]}
        environment = {**os.environ, **variables(database, base_url, provider), **port, **others}
        made = House(base_url, database, environment, database.with_suffix(".log"))
        with serve((Standin(CLIENT_ID, CLIENT_SECRET, base_url + CALLBACK).app, theirs)):
            try:
                made.start()
                yield made
            finally:
                made.stop()
