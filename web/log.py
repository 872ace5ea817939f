"""What the server says, as lines of JSON, one for each request too.

Nothing that a sign-in sends, and no address as somebody typed it, is ever in it.
"""

import json
import logging
import secrets
import time
from collections.abc import Mapping
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from web import metrics
from web.security import STATIC

log = logging.getLogger("keyway.request")
NOWHERE, QUIET = "none", frozenset({"/healthz"})
METHODS, ANOTHER = frozenset({"GET", "HEAD", "POST", "OPTIONS", "PUT", "PATCH", "DELETE"}), "other"
request_id: ContextVar[str] = ContextVar("request_id", default="")


class Json(logging.Formatter):
    """A record as one line of JSON; the request in which it was made is named in it."""

    def format(self, record: logging.LogRecord) -> str:
        """The line, without its end."""
        said: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "log": record.name,
        }
        facts = getattr(record, "facts", None)
        said |= facts if isinstance(facts, dict) else {"message": record.getMessage()}
        if request_id.get():
            said["request"] = request_id.get()
        if record.exc_info:
            said["trace"] = self.formatException(record.exc_info)
        return json.dumps(said, ensure_ascii=False)


def config(level: str) -> dict[str, Any]:
    """Logging for gunicorn: its own words and ours as JSON on stdout, from this level up."""
    to_stdout = {"handlers": ["stdout"], "level": level.upper(), "propagate": False}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"json": {"()": "web.log.Json"}},
        "handlers": {"stdout": {"class": "logging.StreamHandler", "formatter": "json", "stream": "ext://sys.stdout"}},
        "root": {"handlers": ["stdout"], "level": "WARNING"},
        "loggers": {"gunicorn.error": to_stdout, "keyway": to_stdout},
    }


class Requests:
    """Gives every request an id, and tells of it when it is over: which door, which status, how long, who."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        state: dict[str, Any] = scope.setdefault("state", {})
        id = secrets.token_hex(8)
        request_id.set(id)
        status, begun = 500, time.perf_counter()

        async def send_with_id(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)["X-Request-ID"] = id
            await send(message)

        try:
            await self.app(scope, receive, send_with_id)
        finally:
            tell(kind(scope["method"]), door(scope["path"], state), status, time.perf_counter() - begun, state)


def kind(method: str) -> str:
    """The method of a request where it is one that people know; anybody may send any other word."""
    return method if method in METHODS else ANOTHER


def door(path: str, state: Mapping[str, Any]) -> str:
    """Which door a request came to, as the list of doors writes it: no id, and nothing that somebody typed."""
    if path.startswith(STATIC):
        return STATIC
    return str(state.get("door", NOWHERE))


def tell(method: str, door: str, status: int, seconds: float, state: Mapping[str, Any]) -> None:
    """Log and count one request."""
    metrics.count(method, door, status, seconds)
    if door in QUIET and status == 200:
        return
    visitor = state.get("visitor")
    facts = {"method": method, "door": door, "status": status, "ms": round(seconds * 1000, 1)}
    if visitor is not None:
        facts["person"] = visitor.id
    log.log(logging.ERROR if status >= 500 else logging.INFO, "request", extra={"facts": facts})
