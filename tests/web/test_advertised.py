"""Every address that Keyway itself names leads somewhere, to the right kind of thing: on pages and to crawlers."""

import re
from collections.abc import Callable, Iterator
from html import unescape
from urllib.robotparser import RobotFileParser
from xml.etree import ElementTree

import httpx
import pytest

from tests import publishing, releasing
from tests.servers import Keyway

Visit = Callable[[str | None], httpx.Client]
LINK = re.compile(r'(?:href|src|hx-get)="(/[^"#]*)')
KINDS = {".csv": "text/csv", ".json": "application/json", ".xml": "application/xml", ".css": "text/css",
         ".js": "text/javascript", ".svg": "image/svg+xml", ".ttl": "text/turtle", ".gmt": "text/plain"}  # fmt: skip
LEADS_AWAY = ("/signin/github",)
MOST = 400


@pytest.fixture
def site(keyway: Keyway) -> Keyway:
    """Keyway with mappings, a rejected pair, a release."""
    publishing.several(keyway.database)
    releasing.make(keyway.database, home=keyway.base_url)
    return keyway


def kind(path: str) -> str:
    """What must come from an address: by its ending, else a page; from programs' addresses without one, anything."""
    ending = re.search(r"\.[a-z]+$", path)
    if ending:
        return KINDS.get(ending[0], "")
    return "" if path.startswith(("/exports/", "/api/v1/", "/releases/2026.1/")) else "text/html"


def named(client: httpx.Client, begin: str) -> Iterator[tuple[str, httpx.Response]]:
    """Every address that is named from a page on, with what it gives; each route with a number or a query but once or
    twice."""
    waiting, seen, forms = [begin], {begin}, dict[str, int]()
    while waiting and len(seen) < MOST:
        address = waiting.pop(0)
        answer = client.get(address)
        yield address, answer
        if not answer.headers["content-type"].startswith("text/html"):
            continue
        for found in map(unescape, LINK.findall(answer.text)):
            form = re.sub(r"\d+|[0-9a-f]{8}-[0-9a-f-]+", "#", re.sub(r"=[^&]*", "=", found))
            if found not in seen and not found.startswith(LEADS_AWAY) and forms.get(form, 0) < 2:
                forms[form] = forms.get(form, 0) + 1
                seen.add(found)
                waiting.append(found)


@pytest.mark.parametrize("login", [None, "reviewer"])
def test_every_link_on_every_page_leads_somewhere(visit: Visit, site: Keyway, login: str | None) -> None:
    found = dict(named(visit(login), "/"))
    assert {"/releases", "/releases/2026.1", "/downloads", "/statistics", "/api/v1/openapi.json"} <= set(found)
    for address, answer in found.items():
        asks_to_sign_in = login is None and address == "/me/tokens"
        assert answer.status_code == (401 if asks_to_sign_in else 200), address
        assert answer.headers["content-type"].startswith(kind(address.partition("?")[0])), address


def test_every_page_of_the_sitemap_is_there(visit: Visit, site: Keyway) -> None:
    client = visit(None)
    answer = client.get("/sitemap.xml")
    assert answer.headers["content-type"].startswith("application/xml")
    addresses = [each.text or "" for each in ElementTree.fromstring(answer.text).iter() if each.tag.endswith("loc")]
    for path in ("/", "/releases/2026.1", "/aops/144", "/key-events/1115"):
        assert f"{site.base_url}{path}" in addresses
    for address in addresses:
        page = client.get(address)
        assert page.status_code == 200, address
        assert page.headers["content-type"].startswith("text/html")


def test_robots_may_read_what_is_public(visit: Visit, site: Keyway) -> None:
    answer = visit(None).get("/robots.txt")
    assert answer.headers["content-type"].startswith("text/plain")
    rules = RobotFileParser()
    rules.parse(answer.text.splitlines())
    assert rules.site_maps() == [f"{site.base_url}/sitemap.xml"]
    for path, allowed in (("/", True), ("/key-events/149", True), ("/releases/2026.1", True), ("/me", False),
                          ("/admin/system", False), ("/exports/mappings.csv", False)):  # fmt: skip
        assert rules.can_fetch("*", path) == allowed, path
