"""Whether this container is well: its server answers, and its backups are made. Exits 0 or, with a sentence, 1."""

import http.client
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from urllib.parse import urlsplit

from core import backups, machine, settings, upkeep
from core.errors import OperatorError
from core.settings import Settings

EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}
PATIENCE_S = 5


def main() -> None:
    """Look, say what is wrong, and exit with what the container's runtime understands."""
    try:
        in_force = settings.read()
        problem = server_problem(in_force) or late(in_force, datetime.now(UTC), started)
    except OperatorError as error:
        problem = str(error)
    print(problem or "well")
    sys.exit(1 if problem else 0)


def server_problem(settings: Settings) -> str:
    """Why the server does not do; empty where it answers. It is asked by the name that people use."""
    host = EVERYWHERE.get(settings.host, settings.host)
    asked = http.client.HTTPConnection(host, settings.port, timeout=PATIENCE_S)
    try:
        asked.request("GET", "/healthz", headers={"Host": urlsplit(settings.base_url).netloc})
        status = asked.getresponse().status
    except (OSError, http.client.HTTPException) as error:
        return f"the server does not answer on {host}:{settings.port}: {error}"
    finally:
        asked.close()
    return "" if status == 200 else f"the server answers {status} at /healthz"


def late(settings: Settings, now: datetime, started: Callable[[], datetime]) -> str:
    """Why the backups do not do; empty where they do. Where there is none yet, a container that has just started has
    time to make one; where the newest is too old it makes one as it starts, so that a start excuses nothing."""
    if not settings.backup_at:
        return ""
    newest = backups.newest(settings.backups_dir)
    return upkeep.late(newest, now - (newest.at if newest else started()), settings.backup_late_after)


def started() -> datetime:
    """When the first process of this container began."""
    return machine.begun(1)


if __name__ == "__main__":
    main()
