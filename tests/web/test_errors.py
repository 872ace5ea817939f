"""Every word of the domain has one status, and one page."""

import inspect
from collections.abc import Callable

import httpx
import pytest
from starlette.requests import Request
from starlette.responses import Response

from core import errors as words
from core.errors import DomainError
from tests.servers import Keyway
from web import errors
from web.door import READER, Door

Visit = Callable[[str | None], httpx.Client]
KINDS = [
    kind
    for _, kind in inspect.getmembers(words, inspect.isclass)
    if issubclass(kind, DomainError) and kind is not DomainError
]
STATUS = {
    "Conflict": 409,
    "Forbidden": 403,
    "Invalid": 422,
    "NotFound": 404,
    "SignedOut": 401,
    "TooLarge": 413,
    "TooMany": 429,
    "Unavailable": 503,
}
WITH: dict[type[DomainError], tuple[int, ...]] = {words.TooMany: (60,)}


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
@pytest.mark.parametrize("partial", [False, True], ids=["page", "partial"])
def test_every_error_is_told_with_its_status(
    keyway: Keyway, visit: Visit, kind: type[DomainError], partial: bool
) -> None:
    async def fail(request: Request) -> Response:
        raise kind("What happened & what to do.", *WITH.get(kind, ()))

    keyway.app.router.routes.append(Door("/fail", fail, READER, partial=partial).route)
    answer = visit(None).get("/fail")
    assert answer.status_code == STATUS[kind.__name__]
    assert "What happened &amp; what to do." in answer.text
    assert ("<html" in answer.text) != partial
    assert ("retry-after" in answer.headers) == (answer.status_code in (429, 503))


def test_a_kind_of_an_error_has_the_status_of_its_kind() -> None:
    class Withdrawn(words.Invalid):
        """A kind of it."""

    assert errors.status(Withdrawn("gone")) == 422


def test_a_filter_that_is_wrong_leads_back_to_the_page_without_it(visit: Visit) -> None:
    answer = visit(None).get("/explore?tier=splendid")
    assert answer.status_code == 422
    assert '<a class="button primary" href="/explore">The page without filters</a>' in answer.text


def test_who_sent_what_could_not_be_is_led_back_to_where_they_were(keyway: Keyway, visit: Visit) -> None:
    home, curator = keyway.base_url, visit("curator")
    for sender, leads_back in ((f"{home}/me?before=9", True), (f"{home}.example.org/me", False), ("", False)):
        answer = curator.post("/me/orcid", data={"orcid": "x" * 70_000}, headers={"Referer": sender})
        assert answer.status_code == 413
        assert (f'<a class="button primary" href="{sender}">Back to the page</a>' in answer.text) == leads_back
