"""Explore and the pages of mappings, as anybody reads them."""

import re
from collections.abc import Callable
from html import unescape
from typing import TYPE_CHECKING

import httpx
import pytest

from core import bring
from core.ingest.mappings import Brought, Bundle
from core.model import Act, Contributor, Evidence, Relation, State, Suggested, Tier
from core.store import connection
from tests import decided, people
from tests.catalogues import NOW
from tests.decided import APOPTOSIS, OXIDATIVE, ROS
from tests.servers import Keyway

if TYPE_CHECKING:
    from playwright.sync_api import Page

Visit = Callable[[str | None], httpx.Client]
NAMES = re.compile(r'<a href="/mappings/([0-9a-f-]{36})"><span class="id">(KE \d+)</span>')
ID = re.compile(r'<td class="to">.*?<span class="id">([^<]+)</span>')
QUOTE = "Reactive oxygen species <rise> when SOD1 is lost."


@pytest.fixture
def busy(keyway: Keyway) -> Keyway:
    """A Keyway where people have decided: one pair approved, one proposed and undone before, one rejected."""
    with connection.writer(keyway.database) as db, connection.transaction(db):
        decided.decide(db, OXIDATIVE, Act.PROPOSE, "second-curator")
        decided.decide(db, OXIDATIVE, Act.UNDO, "second-curator")
        paper = Evidence(("31037298",), ("10.1000/xyz<1>",), QUOTE)
        decided.decide(
            db, OXIDATIVE, Act.PROPOSE, "curator", relation=Relation.BROADER, note="Both are about <ROS>.",
            evidence=paper, suggested=Suggested(0.7123, 4, "run-of-november"),
        )  # fmt: skip
        decided.decide(db, OXIDATIVE, Act.ASSESS, "curator")
        decided.decide(db, OXIDATIVE, Act.APPROVE, "reviewer")
        decided.decide(db, ROS, Act.PROPOSE, "curator")
        decided.decide(db, APOPTOSIS, Act.REJECT, "curator")
        db.execute("UPDATE person SET orcid = '0000-0002-1825-0097' WHERE login = 'curator'")
    return keyway


def ids(page: httpx.Response) -> list[str]:
    """The targets that a page lists."""
    assert page.status_code == 200, page.text
    return ID.findall(page.text)


class TestExplore:
    def test_what_is_approved_is_listed_first_and_the_rest_can_be(self, busy: Keyway, visit: Visit) -> None:
        anybody = visit(None)
        assert ids(anybody.get("/explore")) == ["WP408"]
        assert ids(anybody.get("/explore?state=proposed")) == ["GO:0072593"]
        assert ids(anybody.get("/explore?state=all&sort=target")) == ["GO:0072593", "WP254", "WP408"]

    @pytest.mark.parametrize(
        ("query", "found"),
        [
            ("key_event=KE+1115", ["WP408"]),
            ("key_event=149", []),
            ("aop=AOP144", ["WP408"]),
            ("target=wikipathways:wp408", ["WP408"]),
            ("gene=sod1&source=wikipathways&tier=high&relation=broader&person=Curator", ["WP408"]),
            ("person=reviewer&since=2026-11-23&until=2026-11-23", ["WP408"]),
            ("until=2026-11-22", []),
            ("person=second-curator", []),
        ],
    )
    def test_every_filter_is_in_the_address(self, busy: Keyway, visit: Visit, query: str, found: list[str]) -> None:
        page = visit(None).get(f"/explore?{query}")
        assert ids(page) == found
        assert found or "No approved mapping fits these filters" in page.text

    @pytest.mark.parametrize(
        ("query", "words"),
        [
            ("state=open", "state is 'open', expected one of: approved, proposed"),
            ("key_event=x", "key_event is 'x', expected a number, like KE 149"),
            ("target=WPX", "target is 'WPX', expected an id like one of: WP254, GO:0006954, R-HSA-109581"),
            ("since=23.11.2026", "since is '23.11.2026', expected a day, like 2026-11-23"),
            ("until=2026-02-30", "until is '2026-02-30', which no calendar has"),
            ("until=9999-12-31", "until is '9999-12-31', expected a day"),
            ("sort=best", "sort is 'best', expected one of: newest"),
            ("after=nowhere", "after is no place in this list"),
        ],
    )
    def test_an_address_that_says_nothing_is_told_so(
        self, keyway: Keyway, visit: Visit, query: str, words: str
    ) -> None:
        answer = visit(None).get(f"/explore?{query}")
        assert answer.status_code == 422
        assert words in unescape(answer.text)

    def test_pages_lead_on_and_back(self, keyway: Keyway, visit: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
        from core.store import explore

        with connection.writer(keyway.database) as db, connection.transaction(db):
            for pair in (OXIDATIVE, APOPTOSIS, ROS):
                decided.decide(db, pair, Act.PROPOSE, "curator")
        whole = explore.page
        monkeypatch.setattr(explore, "page", lambda *given, **named: whole(*given, **named, size=2))
        anybody = visit(None)
        first = anybody.get("/explore?state=proposed&sort=target")
        second = anybody.get(link(first, "next"))
        assert ids(first) + ids(second) == ["GO:0072593", "WP254", "WP408"]
        assert 'rel="next"' not in second.text
        assert ids(anybody.get(link(second, "prev"))) == ids(first)
        assert "3 mappings" in second.text

    def test_an_empty_list_says_why_and_where_to_go(self, keyway: Keyway, visit: Visit) -> None:
        assert "Nothing is approved yet" in visit(None).get("/explore").text
        assert "No mapping is decided on yet" in visit(None).get("/explore?state=all").text
        assert "No mapping is retired" in visit(None).get("/explore?state=retired").text


def link(page: httpx.Response, rel: str) -> str:
    """Where a page's previous or next link leads."""
    match = re.search(rf'rel="{rel}" href="([^"]+)"', page.text)
    assert match is not None, page.text
    return unescape(match[1])


class TestMapping:
    def test_it_says_who_did_what_when_why_and_on_what_ground(self, busy: Keyway, visit: Visit) -> None:
        anybody = visit(None)
        ((uuid, key_event),) = NAMES.findall(anybody.get("/explore").text)
        page = anybody.get(f"/mappings/{uuid}")
        assert (page.status_code, key_event) == (200, "KE 1115")
        text = re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", page.text)))
        for words in (
            "is broader than", "Both are about <ROS>.", QUOTE, "PMID 31037298", "10.1000/xyz<1>", "0000-0002-1825-0097",
            "As reviewer. AOP-Wiki test",
            "As curator. Suggested as number 4 of WikiPathways, score 0.71, by run run-of-november",
            "undone by second-curator, 2026-11-23", "assessed it: high confidence, 7.5 points", "approved it",
            "high, from 5 on", f"{busy.base_url}/mappings/{uuid}", "AOP-Wiki test, WikiPathways test",
        ):  # fmt: skip
            assert words in text, words
        assert 'href="https://pubmed.ncbi.nlm.nih.gov/31037298/"' in page.text
        assert page.text.count('class="undone"') == 1

    def test_one_that_was_made_elsewhere_says_by_whom(self, keyway: Keyway, visit: Visit) -> None:
        ann, boss = Contributor("ann", "Ann Other", "0000-0002-1825-0097"), Contributor("boss")
        one = Brought("1", ROS, Relation.NARROWER, tier=Tier.LOW, author=ann, at=NOW, approver=boss, approved_at=NOW)
        with connection.writer(keyway.database) as db, connection.transaction(db):
            bring.bring(db, Bundle("old.csv", (one,)), State.APPROVED, people.person(db, "reviewer").id, NOW)
        anybody = visit(None)
        ((uuid, _),) = NAMES.findall(anybody.get("/explore").text)
        text = re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", "", anybody.get(f"/mappings/{uuid}").text)))
        for words in (
            "low as it was imported", "2026-11-23, Ann Other ORCID brought here by Reviewer", "2026-11-23, boss",
            "imported it as narrower", "From old.csv: proposed by Ann Other ORCID, 2026-11-23; approved by boss",
        ):  # fmt: skip
            assert words in text, words

    def test_any_of_its_decisions_leads_to_it(self, busy: Keyway, visit: Visit) -> None:
        with connection.reader(busy.database) as db:
            uuids = [row["uuid"] for row in db.execute("SELECT uuid FROM decision ORDER BY id")]
        anybody = visit(None)
        landed = [anybody.get(f"/mappings/{uuid}").url.path for uuid in uuids]
        assert landed == [f"/mappings/{uuids[0]}"] * 5 + [f"/mappings/{uuids[5]}", f"/mappings/{uuids[6]}"]

    def test_what_is_none_is_not_found(self, keyway: Keyway, visit: Visit) -> None:
        anybody = visit(None)
        assert anybody.get("/mappings/7c9e6679-7425-40de-944b-e07fc1f90ae7").status_code == 404
        assert anybody.get("/mappings/1").status_code == 404

    def test_the_key_event_and_the_target_lead_to_it(self, busy: Keyway, visit: Visit) -> None:
        anybody = visit(None)
        uuid = NAMES.findall(anybody.get("/explore").text)[0][0]
        assert f"/mappings/{uuid}" in anybody.get("/targets/wikipathways/WP408").text
        assert f"/mappings/{uuid}" in anybody.get("/key-events/1115?at=wikipathways:WP408").text
        assert "/explore?key_event=1115" in anybody.get("/key-events/1115").text

    def test_a_revision_that_waits_is_told_and_what_is_in_force_stays(self, keyway: Keyway, visit: Visit) -> None:
        with connection.writer(keyway.database) as db, connection.transaction(db):
            decided.approve(db, OXIDATIVE)
            uuid = decided.decide(
                db, OXIDATIVE, Act.REVISE, "second-curator", relation=Relation.NARROWER
            ).decision.uuid  # fmt: skip
        page = unescape(visit(None).get(f"/mappings/{uuid}").text)
        assert "second-curator asks that this mapping be revised to narrower" in page
        assert "is related to" in page


def test_the_instruments_are_public_with_their_points(keyway: Keyway, visit: Visit) -> None:
    page = visit(None).get("/instruments").text
    assert 'id="pathway-1"' in page and 'id="go-1"' in page
    text = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))
    assert "high from 5 points, medium from 2.5, else low" in text
    assert "molecular, cellular or tissue level adds 1." in text
    assert "0.34 times" in text


@pytest.mark.browser
@pytest.mark.parametrize("width", [1280, 360])
@pytest.mark.parametrize("path", ["/explore?state=all", "/explore", "/instruments", "mapping"])
def test_nothing_is_wider_than_the_screen(
    busy: Keyway, browse: "Callable[[str | None], Page]", visit: Visit, width: int, path: str
) -> None:
    if path == "mapping":
        path = "/mappings/" + NAMES.findall(visit(None).get("/explore").text)[0][0]
    page = browse(None)
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(path)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.browser
def test_somebody_filters_and_opens_a_mapping_by_key_alone(
    busy: Keyway, browse: "Callable[[str | None], Page]"
) -> None:
    page = browse(None)
    page.goto("/explore")
    page.get_by_label("Gene", exact=True).focus()
    page.keyboard.type("SOD1")
    page.keyboard.press("Enter")
    page.wait_for_url("**/explore?*gene=SOD1*")
    page.locator("tbody a").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/mappings/*")
    assert page.get_by_role("heading", name="History").is_visible()


@pytest.mark.browser
def test_a_mapping_prints_as_a_clean_sheet(busy: Keyway, browse: "Callable[[str | None], Page]", visit: Visit) -> None:
    page = browse(None)
    page.goto("/mappings/" + NAMES.findall(visit(None).get("/explore").text)[0][0])
    page.emulate_media(media="print")
    assert not page.locator("header.site").is_visible()
    written = page.evaluate("getComputedStyle(document.querySelector('.papers a'), '::after').content")
    assert "pubmed" in written
