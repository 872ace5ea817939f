"""Start Keyway on this machine: prepare what is missing, start the server and the GitHub stand-in, print the address.

With GITHUB_CLIENT_ID set, people sign in at GitHub and the stand-in stays out. With --dev, one process serves that
starts again when the code changes.
"""

import argparse
import os
import secrets
import socket
import sys
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from core import settings as environment
from core.checks import LOOPBACK_NAMES
from core.errors import OperatorError
from core.settings import MIN_SECRET, Settings
from core.store import connection, curators, library
from core.store.curators import Identity
from scripts import processes
from scripts.command import run
from scripts.prepare import prepare, say, told
from scripts.processes import Child
from scripts.standin.people import PEOPLE

ROOT = Path(__file__).resolve().parent.parent
START_S = 120.0
CLIENT_ID = "keyway-on-this-machine"


def main(arguments: Sequence[str]) -> None:
    """Prepare, start, print, and wait until Ctrl-C. Raises OperatorError where that cannot be."""
    parser = argparse.ArgumentParser(prog="python -m scripts.run", description=__doc__)
    parser.add_argument("--dev", action="store_true", help="one process, restarted when the code changes")
    options = parser.parse_args(arguments)
    begun = time.monotonic()
    given = environment.read(os.environ)
    standin = None if given.github_client_id else standin_socket(given)
    with told("the data folder"):
        variables = surroundings(os.environ, standin)
    settings = environment.read(variables)
    refuse_taken_port(settings)
    print(f"Keyway, Python {sys.version.split()[0]}, {library.describe()}")
    prepare(settings)
    if standin:
        enrol(settings)
    serve(settings, variables, standin, dev=options.dev, begun=begun)


def standin_socket(settings: Settings) -> socket.socket:
    """Where the stand-in will be: nobody else gets that port from now on. Raises OperatorError where others saw it."""
    if settings.host not in LOOPBACK_NAMES:
        raise OperatorError(
            f"HOST is {settings.host}, expected 127.0.0.1: without GITHUB_CLIENT_ID people sign in through the "
            "stand-in, which is for this machine alone. Set GITHUB_CLIENT_ID and GITHUB_CLIENT_SECRET to let others in"
        )
    return processes.listen("127.0.0.1", settings.port + 1)


def surroundings(given: Mapping[str, str], standin: socket.socket | None) -> dict[str, str]:
    """The environment of the server: what is given, a secret that is kept, and the stand-in where there is one."""
    settings = environment.read(given)
    # No cron is here to make backups, and a line a request would hide the address to open.
    variables = {"BACKUP_AT": "", "LOG_LEVEL": "warning", **given}
    if not settings.secret_key:
        variables["SECRET_KEY_FILE"] = str(kept_secret(settings.data_dir))
    if standin is None:
        return variables
    address = f"http://127.0.0.1:{standin.getsockname()[1]}"
    return variables | {
        "GITHUB_CLIENT_ID": CLIENT_ID,
        "GITHUB_CLIENT_SECRET": secrets.token_urlsafe(24),
        "GITHUB_URL": address,
        "GITHUB_API_URL": address,
    }


def kept_secret(data_dir: Path) -> Path:
    """The file with this installation's secret, made once, for its owner alone to read."""
    path = data_dir / "secret_key"
    data_dir.mkdir(parents=True, exist_ok=True)
    if path.is_file() and len(path.read_text("utf-8").strip()) >= MIN_SECRET:
        return path
    draft = data_dir / f".secret_key.{os.getpid()}"
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(secrets.token_urlsafe(48) + "\n")
    draft.rename(path)
    return path


def refuse_taken_port(settings: Settings) -> None:
    """Raise OperatorError, before anything is prepared, where nobody can listen on HOST and PORT."""
    problem = processes.port_problem(settings.host, settings.port)
    if problem is not None:
        raise OperatorError(
            f"cannot listen on HOST {settings.host}, PORT {settings.port}: {problem}. "
            f"Stop what listens there, or choose another port: make run PORT={settings.port + 10}"
        )


def enrol(settings: Settings) -> None:
    """Give the stand-in's people the roles that they are named after; whoever is known already keeps theirs."""
    identities = {Identity(settings.issuer, each.number, each.login, each.name): each.role for each in PEOPLE}
    with connection.reader(settings.database_path) as db:
        unknown = [who for who in identities if curators.by_identity(db, who) is None]
    if unknown:
        with connection.writer(settings.database_path) as db, connection.transaction(db):
            for who in unknown:
                curators.enrol(db, who, identities[who], datetime.now(UTC))
    say("people", ", ".join(each.login for each in PEOPLE) + " (of the stand-in)")


def serve(
    settings: Settings, variables: Mapping[str, str], standin: socket.socket | None, *, dev: bool, begun: float
) -> None:
    """Start the children, say where to go, and wait. Raises OperatorError where one of them ends by itself."""
    children: list[Child] = []
    try:
        if standin:
            command = standin_command(settings, standin)
            children.append(processes.start("The GitHub stand-in", command, variables, standin))
        children.append(processes.start("The server", server_command(settings, dev=dev), variables))
        if standin:
            processes.wait_for(settings.github_url, children, START_S)
        processes.wait_for(f"{settings.base_url}/healthz", children, START_S)
        say("ready", f"in {time.monotonic() - begun:.1f} s")
        print(invitation(settings, standin=standin is not None), flush=True)
        processes.watch(children)
    except KeyboardInterrupt:
        print("\nStopping …", flush=True)
    finally:
        processes.stop(children)
    print(f"Stopped. What was decided is in {settings.database_path}.")


def standin_command(settings: Settings, listening: socket.socket) -> list[str]:
    """How the stand-in is started."""
    return [
        "scripts.github_standin",
        f"--fd={listening.fileno()}",
        f"--client-id={settings.github_client_id}",
        f"--client-secret={settings.github_client_secret}",
        f"--redirect-uri={settings.redirect_uri}",
    ]


def server_command(settings: Settings, *, dev: bool) -> list[str]:
    """How the server is started: gunicorn as in production, or one process that looks at the code."""
    if not dev:
        return ["gunicorn", "--config", str(ROOT / "gunicorn.conf.py")]
    return [
        "uvicorn",
        "web.app:create_app",
        "--factory",
        "--reload",
        "--reload-dir=core",
        "--reload-dir=web",
        "--log-level=warning",
        f"--host={settings.host}",
        f"--port={settings.port}",
    ]


def invitation(settings: Settings, *, standin: bool) -> str:
    """Where to go, and what to press there."""
    choose = f'choose "curator" (a stand-in for GitHub on this machine, {settings.github_url})'
    how = choose if standin else "at GitHub"
    return f"""
Open  {settings.base_url}

  1  Sign in with GitHub: {how}.
  2  Open the queue, and a Key Event in it.
  3  j and k move, a accepts a target, x rejects it, u leaves it, z undoes, ? shows all keys.

Ctrl-C stops it.
"""


if __name__ == "__main__":
    run(main)
