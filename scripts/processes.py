"""Child processes of a command: started apart from its terminal, watched, and stopped together."""

import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

from core.errors import OperatorError

PATIENCE_S = 20.0  # more than the server's own graceful_timeout
LOOK_EVERY_S = 0.1
HIGHEST_PORT = 65535
PR_SET_PDEATHSIG = 1  # prctl(2)


@dataclass(frozen=True, slots=True)
class Child:
    """A process and what people call it."""

    name: str
    process: subprocess.Popen[bytes]


def start(
    name: str, arguments: Sequence[str], environment: Mapping[str, str], listening: socket.socket | None = None
) -> Child:
    """Start `python -m ARGUMENTS` in a session of its own: Ctrl-C reaches this process alone, which stops it. A socket
    that it takes over as `--fd` is given away with it."""
    command, given = [sys.executable, "-m", *arguments], [listening.fileno()] if listening else []
    process = subprocess.Popen(
        command, env=dict(environment), start_new_session=True, preexec_fn=_end_with_parent(), pass_fds=given
    )
    if listening:
        listening.close()
    return Child(name, process)


def wait_for(url: str, children: Sequence[Child], patience_s: float) -> None:
    """Return once `url` answers. Raises OperatorError where a child ends first, or nothing answers in time."""
    until = time.monotonic() + patience_s
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    while time.monotonic() < until:
        refuse_ended(children)
        try:
            direct.open(url, timeout=5).close()
            return
        except urllib.error.HTTPError as error:
            error.close()
            return
        except OSError:
            time.sleep(LOOK_EVERY_S)
    raise OperatorError(f"{url} did not answer within {patience_s:.0f} s; what the server said is above")


def refuse_ended(children: Sequence[Child]) -> None:
    """Raise OperatorError where a child has ended by itself."""
    for child in children:
        code = child.process.poll()
        if code is not None:
            raise OperatorError(f"{child.name} ended by itself (exit code {code}); what it said is above")


def watch(children: Sequence[Child]) -> None:
    """Wait until a child ends, which it never should. Raises OperatorError then."""
    while True:
        refuse_ended(children)
        time.sleep(LOOK_EVERY_S)


def stop(children: Sequence[Child]) -> None:
    """Ask all to end, wait, and end by force what is left of their process groups; a second Ctrl-C waits no longer."""
    for child in children:
        if child.process.poll() is None:
            child.process.terminate()
    until = time.monotonic() + PATIENCE_S
    for child in children:
        try:
            child.process.wait(max(0.0, until - time.monotonic()))
        except (subprocess.TimeoutExpired, KeyboardInterrupt):
            until = 0.0
        _kill_group(child)


def port_problem(host: str, port: int) -> str | None:
    """Why one cannot listen there, in the system's words; None where one can."""
    try:
        family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind) as trial:
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            trial.bind(address)
            trial.listen()
    except OSError as error:
        return error.strerror
    return None


def listen(host: str, wished: int) -> socket.socket:
    """A socket that listens on the port `wished` where one can, else on one that the system chooses."""
    with suppress(OSError):
        return socket.create_server((host, wished if wished <= HIGHEST_PORT else 0))
    return socket.create_server((host, 0))


def _kill_group(child: Child) -> None:
    with suppress(ProcessLookupError):
        os.killpg(child.process.pid, signal.SIGKILL)
    child.process.wait()


def _end_with_parent() -> Callable[[], None] | None:
    """What a child does first: ask Linux to end it when its parent is killed, so that no server is left behind."""
    if not sys.platform.startswith("linux"):
        return None
    prctl = ctypes.CDLL(None).prctl
    return lambda: prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
