"""Waiting for what will be so, where nobody tells that it is."""

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext

PATIENCE_S = 60.0  # a machine with other work is late with everything


def eventually(what: str, found: Callable[[], object], patience_s: float = PATIENCE_S, every_s: float = 0.1) -> None:
    """Wait until `found()` is true. `what` is said where it never is."""
    until = time.monotonic() + patience_s
    while not found():
        assert time.monotonic() < until, what
        time.sleep(every_s)


def patient(context: "BrowserContext") -> "BrowserContext":
    """The same browser, as patient in all that it waits for."""
    context.set_default_timeout(1000 * PATIENCE_S)
    return context
