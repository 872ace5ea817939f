"""What every answer carries, and what a request that writes must prove."""

from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from starlette.responses import Response

from core.warm import Warm
from tests import servers
from tests.aside import aside
from tests.servers import Keyway
from web import security
from web.app import create_app
from web.sessions import give

Visit = Callable[[str | None], httpx.Client]
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
ANSWERS = {
    "a page": ("GET", "/queue", 200),
    "a static file": ("GET", "/static/css/base.css", 200),
    "a static file that is not": ("GET", "/static/css/none.css", 404),
    "an address that is not": ("GET", "/none", 404),
    "a method that is not": ("DELETE", "/queue", 405),
    "a page for who is signed in": ("GET", "/me", 401),
    "a form from nowhere": ("POST", "/none", 404),
    "health": ("GET", "/healthz", 200),
    "a redirect": ("GET", "/signin/github", 302),
    "a wrong field": ("GET", "/queue?page=x", 422),
}


@pytest.mark.parametrize(("method", "path", "status"), ANSWERS.values(), ids=ANSWERS.keys())
def test_every_answer_carries_the_policy(visit: Visit, method: str, path: str, status: int) -> None:
    client = visit(None)
    client.follow_redirects = False
    answer = client.request(method, path)
    assert answer.status_code == status
    assert answer.headers["content-security-policy"] == POLICY
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "same-origin"
    assert answer.headers["cross-origin-opener-policy"] == "same-origin"
    assert answer.headers["cross-origin-resource-policy"] == "same-origin"
    assert "camera=()" in answer.headers["permissions-policy"]
    assert "strict-transport-security" not in answer.headers


def test_a_fault_of_ours_carries_the_policy_too(keyway: Keyway, visit: Visit) -> None:
    client = visit("curator")
    keyway.app.state.site.templates.filters["number"] = lambda value: 1 / 0
    answer = client.get("/")
    assert answer.status_code == 500
    assert answer.headers["content-security-policy"] == POLICY
    assert answer.headers["cache-control"] == "no-store"
    assert "division" not in answer.text


def test_a_broken_layout_still_says_so(keyway: Keyway, visit: Visit) -> None:
    client = visit(None)
    del keyway.app.state.site.templates.filters["date"]
    keyway.app.state.site.templates.cache.clear()
    answer = client.get("/")
    assert answer.status_code == 500
    assert answer.headers["content-security-policy"] == POLICY
    assert "Something broke here" in answer.text


def test_https_is_remembered_and_the_cookie_bound_to_the_host(database: Path) -> None:
    settings = servers.configured(
        database, "https://keyway.example.org", "https://github.com", GITHUB_API_URL="https://api.github.com"
    )
    assert security.headers(settings)["Strict-Transport-Security"] == "max-age=31536000"
    answer = Response()
    give(answer, settings, "token")
    cookie = answer.headers["set-cookie"].split("; ")
    assert cookie[0] == "__Host-keyway=token"
    assert {"HttpOnly", "Secure", "Path=/", "SameSite=lax"} <= set(cookie)
    assert not any(part.startswith("Domain") for part in cookie)


def test_who_asks_by_another_name_is_told_the_right_one(keyway: Keyway, visit: Visit) -> None:
    answer = visit(None).get("/", headers={"Host": "evil.example"})
    assert answer.status_code == 400
    assert f"This Keyway is at {keyway.base_url} and was asked for as 'evil.example'." in answer.text
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert answer.headers["content-security-policy"] == POLICY


def test_an_address_without_a_name_is_answered_too(database: Path) -> None:
    app = create_app(servers.configured(database, "http://[::1]:5000", "http://[::1]:5001"), warm=Warm())

    async def ask(host: str) -> int:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://[::1]:5000") as client:
            return (await client.get("/healthz", headers={"Host": host})).status_code

    assert [aside(ask(host)) for host in ("[::1]:5000", "[::2]:5000")] == [200, 400]


def test_what_a_signed_in_person_sees_is_not_kept(visit: Visit) -> None:
    assert visit("curator").get("/queue").headers["cache-control"] == "no-store"
    assert visit(None).get("/queue").headers["cache-control"] == "private, no-cache"


def test_pages_are_compressed(visit: Visit) -> None:
    assert visit(None).get("/queue").headers["content-encoding"] == "gzip"


FROM = {
    "our own page": ({"Sec-Fetch-Site": "same-origin"}, True),
    "our own page, in an old browser": ({"Origin": "{base}"}, True),
    "another site": ({"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"}, False),
    "another site that says our origin": ({"Sec-Fetch-Site": "cross-site", "Origin": "{base}"}, False),
    "a neighbour under the same domain": ({"Sec-Fetch-Site": "same-site", "Origin": "{base}"}, False),
    "nobody knows where": ({}, False),
    "the address bar": ({"Sec-Fetch-Site": "none"}, False),
    "a sandbox": ({"Origin": "null"}, False),
    "another port": ({"Origin": "http://127.0.0.1:1"}, False),
    "our address with more after it": ({"Origin": "{base}.evil.example"}, False),
}


@pytest.mark.parametrize(("headers", "taken"), FROM.values(), ids=FROM.keys())
def test_only_our_own_pages_may_write(keyway: Keyway, visit: Visit, headers: dict[str, str], taken: bool) -> None:
    client = visit("stranger")
    del client.headers["Origin"]
    client.follow_redirects = False
    sent = {name: value.format(base=keyway.base_url) for name, value in headers.items()}
    answer = client.post("/role", headers=sent)
    assert answer.status_code == (303 if taken else 403)
    if not taken:
        assert keyway.base_url in answer.text


@pytest.fixture
def signed_in(visit: Visit) -> Iterator[httpx.Client]:
    """A curator."""
    yield visit("curator")


@pytest.mark.parametrize("size", [70_000, 200_000, 2_000_000])
def test_a_body_that_is_too_large_is_refused(signed_in: httpx.Client, size: int) -> None:
    answer = signed_in.post("/me/settings", data={"note": "x" * size})
    assert answer.status_code == 413
    assert "65,536" in answer.text


def test_a_body_that_does_not_say_its_size_is_cut_off(signed_in: httpx.Client) -> None:
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = signed_in.post("/me/settings", content=(b"a=" + b"x" * 9000 for _ in range(20)), headers=form)
    assert answer.status_code == 413


def test_a_file_is_refused(signed_in: httpx.Client) -> None:
    answer = signed_in.post("/me/settings", files={"note": b"x"})
    assert answer.status_code == 422
    assert "without files" in answer.text


def test_too_many_fields_are_refused(signed_in: httpx.Client) -> None:
    answer = signed_in.post("/me/settings", data={f"f{number}": "1" for number in range(41)})
    assert answer.status_code == 422
    assert "More than 40 fields" in answer.text


def test_a_message_with_markup_is_shown_as_text(visit: Visit) -> None:
    answer = visit(None).get("/queue", params={"page": "<script>alert(1)</script>"})
    assert answer.status_code == 422
    assert "<script>alert" not in answer.text
    assert "&lt;script&gt;" in answer.text


def test_signing_in_from_an_error_leads_back_to_the_page(keyway: Keyway, visit: Visit) -> None:
    assert 'href="/signin?next=/me%3Fbefore%3D7"' in visit(None).get("/me?before=7").text
    sent = visit(None).post("/role", headers={"Referer": keyway.base_url + "/key-events/149"})
    assert 'href="/signin?next=/key-events/149"' in sent.text


def test_a_partial_that_needs_a_sign_in_leads_back_to_its_page(keyway: Keyway, visit: Visit) -> None:
    seen = keyway.base_url + "/key-events/149?state=open"
    answer = visit(None).post("/key-events/149/table/decisions", headers={"HX-Current-URL": seen})
    assert answer.status_code == 401
    assert "<html" not in answer.text
    assert 'href="/signin?next=/key-events/149%3Fstate%3Dopen"' in answer.text
