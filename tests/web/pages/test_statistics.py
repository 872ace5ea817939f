"""Statistics: findings that are true, drawings that say the same as their tables, for everybody."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from html import unescape
from typing import TYPE_CHECKING
from xml.etree import ElementTree

import httpx
import pytest

from core.model import Act, Pair, Relation, Source
from core.periods import periods
from core.store import connection, statistics
from tests import publishing
from tests.catalogues import NOW
from tests.servers import Keyway
from web import charts

if TYPE_CHECKING:
    from playwright.sync_api import Page

Visit = Callable[[str | None], httpx.Client]
SVG = re.compile(r'<svg class="plot.*?\n</svg>', re.S)


@pytest.fixture
def page(visit: Visit, keyway: Keyway) -> str:
    """The page where a small set is published."""
    publishing.several(keyway.database)
    return visit(None).get("/statistics").text


def findings(page: str) -> list[str]:
    """What the headings of the charts say."""
    return [unescape(" ".join(found.split())) for found in re.findall(r"<h2[^>]*>(.*?)</h2>", page, re.S)]


def drawings(page: str) -> dict[str, ElementTree.Element]:
    """The drawings by name."""
    found = map(ElementTree.fromstring, SVG.findall(page))
    return {svg[0].attrib["id"].removesuffix("-title"): svg for svg in found}


def bars(svg: ElementTree.Element) -> dict[str, float]:
    """The lengths of the bars of a drawing, by what they say."""
    return {rect[0].text or "": float(rect.attrib["width"].removesuffix("%")) for rect in svg.iter("rect")}


def test_every_chart_has_its_finding_for_a_title(page: str) -> None:
    assert findings(page) == [
        "2 of 4 Key Events have an approved mapping",
        "1 of 2 AOPs has a Key Event with an approved mapping",
        "Key Events of cellular level are covered best: 1 of 1",
        "4 mappings are in force, the first since 2026-11-23",
        "14 decisions, all of them on 2026-11-23",
        "No mapping waits for a reviewer",
        "2 of 4 mappings in force have high confidence",
        "All of the approvals came within a day of the proposal",
        "2 people have contributed",
        "Sources",
    ]


@pytest.mark.parametrize("count", [*range(1, 13), 34, 47])
def test_days_named_below_a_chart_stand_apart_on_a_phone(count: int) -> None:
    plot, day, margin = 244, 64, 44  # pixels: a plot on 320, a day as it is written, what the axis has before the plot
    first = date(2026, 11, 1)
    named = charts.columns(periods({first: 1, first + timedelta(days=count - 1): 1})).named
    assert (named[0].label, named[-1].label) == (first.isoformat(), (first + timedelta(days=count - 1)).isoformat())
    end = float(-margin)
    for name in named:
        begin = plot * name.at / 100 - day * {"start": 0, "middle": 0.5, "end": 1}[name.anchor]
        assert begin >= end, name
        end = begin + day
    assert end <= plot + 16, "what leaves the plot stays on the page"


@pytest.mark.parametrize(
    ("days", "finding"),
    [
        ((0, 0, 40), "Half of the approvals came within a day of the proposal"),
        ((0, 40, 40), "Half of the approvals came within three months of the proposal"),
        ((100, 120, 200), "All of the approvals took longer than three months"),
    ],
)
def test_how_long_approvals_took_is_said_as_it_was(
    visit: Visit, keyway: Keyway, days: tuple[int, ...], finding: str
) -> None:
    with connection.writer(keyway.database) as db, connection.transaction(db):
        for key_event, waited in zip((55, 149, 1115), days, strict=True):
            pair = Pair(key_event, publishing.WP254)
            began = NOW - timedelta(days=waited)
            publishing.act(db, "curator", pair, Act.PROPOSE, relation=Relation.RELATED, now=began)
            publishing.act(db, "curator", pair, Act.ASSESS, answers=publishing.answers(Source.WIKIPATHWAYS), now=began)
            publishing.act(db, "reviewer", pair, Act.APPROVE)
    assert finding in findings(visit(None).get("/statistics").text)


def test_bars_are_as_long_as_the_numbers_say(page: str) -> None:
    svg = drawings(page)["coverage"]
    nothing = {"1 nothing fits": 25, "1 nothing decided": 25, "2 nothing decided": 50, "3 nothing decided": 75}
    assert bars(svg) == {"1 approved": 25, "2 approved": 50} | nothing
    third = pytest.approx(100 / 3, abs=0.01)
    assert bars(drawings(page)["tiers"]) == {
        "2 high": pytest.approx(200 / 3, abs=0.01),
        "1 medium": third,
        "1 low": third,
    }


def test_who_cannot_see_a_drawing_is_told_the_same(page: str) -> None:
    found = drawings(page)
    assert {"coverage", "aops", "growth", "work", "states", "tiers", "waits"} <= found.keys()
    for svg in found.values():
        title, told = svg[0], svg[1]
        assert svg.attrib["role"] == "img"
        assert svg.attrib["aria-labelledby"] == f"{title.attrib['id']} {told.attrib['id']}"
        assert title.text and told.text
    assert found["coverage"][1].text == (
        "Any source: 2 approved, 0 proposed, 1 nothing fits, 1 nothing decided. "
        "WikiPathways: 2 approved, 0 proposed, 1 nothing fits, 1 nothing decided. "
        "Gene Ontology: 1 approved, 0 proposed, 1 nothing fits, 2 nothing decided. "
        "Reactome: 0 approved, 0 proposed, 1 nothing fits, 3 nothing decided."
    )
    assert found["aops"][1].text == "all: 0. more than half: 1. half or fewer: 0. none: 1."
    assert page.count("<details>") == len(findings(page)) - 2


def test_the_table_of_aops_says_what_every_source_has(page: str) -> None:
    row = re.search(r'<tr><th scope="row"><a href="/aops/144".*?</tr>', page)
    assert row is not None
    cells = [re.findall(r"\d+", re.sub(r"<[^>]+>", " ", cell)) for cell in row[0].split("</td>")]
    assert cells[1:-1] == [["2", "0", "1"], ["2", "0", "1"], ["1", "0", "1"], ["0", "0", "1"]]
    assert cells[0][-1] == "3"


def test_contributors_are_credited_and_not_ranked(page: str, keyway: Keyway, visit: Visit) -> None:
    with connection.writer(keyway.database) as db, connection.transaction(db):
        db.execute("UPDATE person SET orcid = '0000-0002-1825-0097' WHERE login = 'reviewer'")
    again = visit(None).get("/statistics").text
    assert again.index(">Curator</a>") < again.index(">Reviewer</a>")
    assert 'href="https://orcid.org/0000-0002-1825-0097"' in again


def test_before_the_first_decision_it_says_what_it_is_for(visit: Visit) -> None:
    page = visit(None).get("/statistics").text
    assert "Nothing has been decided yet" in page
    assert "4 Key Events of 2 AOPs wait for a first mapping" in page
    assert "<svg class=" not in page
    assert 'href="/queue"' in page


def test_a_second_reader_costs_nothing_and_a_decision_is_there_at_once(
    page: str, visit: Visit, keyway: Keyway, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    whole = statistics.key_events
    monkeypatch.setattr(statistics, "key_events", lambda db: asked.append("") or whole(db))
    reader = visit(None)
    assert reader.get("/statistics").text == page
    assert asked == []
    publishing.publish(keyway.database, (55, publishing.WP4341))
    assert "3 of 4 Key Events have an approved mapping" in reader.get("/statistics").text


@pytest.mark.browser
def test_it_fits_a_phone_and_its_numbers_are_one_click_away(page: str, browse: "Callable[[str | None], Page]") -> None:
    reader = browse(None)
    reader.set_viewport_size({"width": 320, "height": 700})
    reader.goto("/statistics")
    for summary in reader.locator("summary").all():
        summary.click()
    assert reader.evaluate("document.documentElement.scrollWidth") <= 320
    assert reader.locator("details table").first.is_visible()
    overlapping = reader.evaluate(
        """() => [...document.querySelectorAll(".plot")].flatMap((plot) => {
          const texts = [...plot.querySelectorAll("text")];
          const boxes = texts.map((text) => [text.textContent, text.getBoundingClientRect()]);
          return boxes.flatMap(([one, a], at) => boxes.slice(at + 1).filter(([, b]) =>
            a.left < b.right && b.left < a.right && a.top + 2 < b.bottom && b.top + 2 < a.bottom)
            .map(([other]) => `${one} / ${other}`)); })"""
    )
    assert overlapping == []
