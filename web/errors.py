"""From words of the domain to answers: one table, one page, one partial."""

import logging
import re
from collections.abc import Awaitable, Callable, Mapping
from http import HTTPStatus
from typing import Any

from jinja2 import TemplateError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from core.errors import (
    Conflict,
    DomainError,
    Forbidden,
    Invalid,
    NotFound,
    SignedOut,
    TooLarge,
    TooMany,
    Unavailable,
)
from web import security
from web.context import site
from web.forms import SHOWN
from web.log import door, request_id
from web.render import page, partial

log = logging.getLogger("keyway.fault")
STATUS: dict[type[DomainError], int] = {
    SignedOut: 401,
    Forbidden: 403,
    NotFound: 404,
    Conflict: 409,
    TooLarge: 413,
    Invalid: 422,
    TooMany: 429,
    Unavailable: 503,
}
RETRY_AFTER_S = 5
DATA = re.compile(r"/(api/v1|exports|releases/[^/]+)/.*")


def status(error: DomainError) -> int:
    """The status of an error, by the nearest of its classes in the table."""
    return next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)


async def refused(request: Request, error: Exception) -> Response:
    """The answer to an error of the domain. What the operator must mend, the log tells too."""
    assert isinstance(error, DomainError)
    if isinstance(error, Unavailable):
        log.error("%s", error)
    return _answer(request, status(error), str(error), _retry(error), getattr(error, "field", None))


def _retry(error: DomainError) -> dict[str, str] | None:
    """When to come again, for who was told that it cannot be now."""
    if isinstance(error, TooMany):
        return {"Retry-After": str(error.retry_after)}
    return {"Retry-After": str(RETRY_AFTER_S)} if isinstance(error, Unavailable) else None


async def not_served(request: Request, error: Exception) -> Response:
    """The answer to what Starlette refuses: no such path, or not by this method. The page has the words for it."""
    assert isinstance(error, HTTPException)
    message = _said(request, error) if is_data(request.url.path) else ""
    return _answer(request, error.status_code, message, error.headers)


def _said(request: Request, error: HTTPException) -> str:
    """The same to a program, which has no page to look at."""
    home, path = site(request).settings.base_url, request.url.path[:SHOWN]
    if error.status_code != HTTPStatus.METHOD_NOT_ALLOWED:
        return f"There is nothing at {path}; {home}/api/v1 lists what programs can ask for."
    allowed = sorted((error.headers or {}).get("Allow", "").split(", "))
    return f"{path} does not take {request.method[:SHOWN]}; it takes {', '.join(allowed)}."


async def broken(request: Request, error: Exception) -> Response:
    """The answer to a fault of ours, which the log tells and nobody outside learns but by the name of the request.

    It is made outside of every middleware, so it puts on the headers itself.
    """
    id = request_id.get()
    log.error("fault at %s", door(request.url.path, request.scope.get("state", {})), exc_info=error)
    headers = security.headers(site(request).settings) | {"Cache-Control": "no-store", "X-Request-ID": id}
    try:
        return _answer(request, 500, f"The fault is ours. It is in the server's log as request {id}.", headers)
    except TemplateError:  # the layout itself may be what is broken
        return PlainTextResponse("Something broke here. What was saved before is safe.\n", 500, headers)


async def gone(request: Request, error: Exception) -> Response:
    """Nobody is there any more to read this."""
    del request, error
    return Response(status_code=400)


HANDLERS: Mapping[Any, Callable[[Request, Exception], Awaitable[Response]]] = {
    DomainError: refused,
    HTTPException: not_served,
    ClientDisconnect: gone,
    Exception: broken,
}


def is_data(path: str) -> bool:
    """Whether programs read at this address: what they get, errors too, is no HTML."""
    return DATA.fullmatch(path) is not None


def _answer(
    request: Request, code: int, message: str, headers: Mapping[str, str] | None, field: str | None = None
) -> Response:
    if is_data(request.url.path):
        error = {"status": code, "message": message or HTTPStatus(code).phrase} | ({"field": field} if field else {})
        asks = {"WWW-Authenticate": "Bearer"} if code == 401 else {}
        return JSONResponse({"error": error}, code, {**security.SHARED, **asks, **(headers or {})})
    if getattr(request.state, "partial", False):
        return partial(request, "_error.html", code, headers, message=message)
    signing_in = hasattr(request.state, "back_to")
    back = _came_from(request)
    return page(request, "error.html", code, headers, message=message, signing_in=signing_in, back=back)


def _came_from(request: Request) -> str:
    """The page of ours that sent what could not be; empty where nothing was sent, or by something else."""
    sender = request.headers.get("referer", "")
    ours = request.method not in security.SAFE_METHODS and sender.startswith(f"{site(request).settings.base_url}/")
    return sender if ours else ""
