"""Whether what was made before a fork works after it: threads do not come along, and what waits for them hangs."""

import os
import signal
import sys
import time
from collections.abc import Callable

LOOK_EVERY_S = 0.01


def problem(work: Callable[[], object], patience_s: float) -> str:
    """Fork, do `work` in the child, and say what went wrong there; empty where it was done in time."""
    child = os.fork()
    if child == 0:
        _do(work)
    until = time.monotonic() + patience_s
    while time.monotonic() < until:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return "" if status == 0 else "it failed; the error is above"
        time.sleep(LOOK_EVERY_S)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return f"it did not end within {patience_s:.0f} s"


def _do(work: Callable[[], object]) -> None:
    """In the child, which ends here whatever happens: nothing of the parent's is to be cleaned up twice."""
    code = 1
    try:
        work()
        code = 0
    finally:
        if code:
            sys.excepthook(*sys.exc_info())
        sys.stderr.flush()
        os._exit(code)
