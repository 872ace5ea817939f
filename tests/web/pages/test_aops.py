"""AOPs: the list of them, and one with its chain, its gaps first."""

import re
from collections.abc import Callable

import httpx
import pytest

from core.model import Act, Source
from tests import catalogues
from tests.catalogues import KEY_EVENTS, RELATIONSHIPS, bring, lines
from tests.servers import Keyway
from tests.web.pages.conftest import Decide
from web.pages import aops

Visit = Callable[[str | None], httpx.Client]


def text(html: str) -> str:
    """What one reads, tags taken away."""
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def test_a_reader_finds_an_aop_in_the_list(visit: Visit) -> None:
    page = visit(None).get("/aops").text
    assert page.index("Protein alkylation leading to liver fibrosis") < page.index("Lysosomal damage")
    assert '<a href="/aops/144">' in page and "Endorsed" in page


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("?text=lysosomal", [144]),
        ("?text=144", [144]),
        ("?text=aop38", [38]),
        ("?text=100%25", []),
        ("?status=Endorsed", [38]),
        ("?sort=gaps", [144, 38]),
        ("?sort=approved", [38, 144]),
        ("?page=9", []),
    ],
)
def test_the_list_is_filtered_and_sorted_by_its_address(visit: Visit, query: str, expected: list[int]) -> None:
    page = visit(None).get(f"/aops{query}").text
    assert [int(id) for id in re.findall(r'class="name"><a href="/aops/(\d+)"', page)] == expected


def test_a_wrong_order_is_named(visit: Visit) -> None:
    answer = visit(None).get("/aops?sort=mood")
    assert answer.status_code == 422
    assert "expected one of: number, gaps, approved" in text(answer.text)


def test_an_aop_tells_what_each_source_has_for_each_event(
    visit: Visit, decided: Decide, nothing_fits: Callable[[str, int, Source | None], None]
) -> None:
    decided("curator", 149, Act.PROPOSE, "WP254")
    nothing_fits("curator", 344, Source.GO)
    page = visit(None).get("/aops/144").text
    said = text(page)
    assert "0 of 3 Key Events have an approved mapping; for 1 nothing is decided" in said
    names = re.findall(r'class="event" data-id="\d+" data-to="[^"]*" data-best="([^"]+)" aria-label="([^"]+)"', page)
    assert [name.partition(",")[0] for _, name in names] == ["KE 1115", "KE 149", "KE 344"]
    assert [best for best, _ in names] == ["gap", "proposed", "nothing"]
    (inflammation,) = [name for _, name in names if name.startswith("KE 149")]
    assert "Increase, Inflammation, key event, Tissue level" in inflammation
    assert "WikiPathways: proposed. Gene Ontology: gap. Reactome: gap. Leads to KE 344." in inflammation
    rows = re.findall(r'<td class="id">(KE \d+)</td>', page)
    assert rows == ["KE 1115", "KE 344", "KE 149"], "gaps first"


def test_its_drawing_is_walked_by_links_from_top_to_bottom(visit: Visit) -> None:
    page = visit(None).get("/aops/144").text
    drawing = page[page.index("<svg width") : page.index("</svg>", page.index("<svg width"))]
    assert re.findall(r'<a href="/key-events/(\d+)"', drawing) == ["1115", "149", "344"]
    assert drawing.count('marker-end="url(#arrow)"') == 2
    assert 'href="https://aopwiki.org/aops/144"' in page


def test_events_that_lead_to_each_other_share_a_line_with_two_heads(keyway: Keyway, visit: Visit) -> None:
    back = {"aop_id": "AOP 144", "upstream": "KE 344", "downstream": "KE 149"}
    bring(
        keyway.database,
        catalogues.AopWikiFiles(lines(*KEY_EVENTS), relationships=lines(*RELATIONSHIPS, back, name="arrows.jsonl")),
    )
    page = visit(None).get("/aops/144").text
    assert page.count('marker-start="url(#arrow)"') == 1
    assert "Leads to KE 344." in page and "Leads to KE 149." in page


def test_without_relationships_its_events_are_cards_by_level(visit: Visit) -> None:
    page = visit(None).get("/aops/38").text
    assert "The catalogue has no relationships of this AOP" in text(page)
    assert "<svg width" not in page
    (card,) = re.findall(r'<a class="event" href="/key-events/344\?aop=38" data-best="gap">.*?</a>', page, re.DOTALL)
    said = "KE 344 gap N/A, Liver fibrosis W WikiPathways: gap. G Gene Ontology: gap. R Reactome: gap."
    assert " ".join(text(card).split()) == said
    assert re.findall(r'<h3 id="level-\d">(\w+)', page) == ["Organ"]


def test_an_aop_that_is_not_here_is_not_found(visit: Visit) -> None:
    answer = visit(None).get("/aops/999999")
    assert answer.status_code == 404
    assert "There is no AOP 999999 in the catalogue" in text(answer.text)


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Increase, Inflammation", ["Increase, Inflammation"]),
        ("Reduction, Plasma vitellogenin concentrations", ["Reduction, Plasma", "vitellogenin concentrations"]),
        (
            "Binding, Thiol/seleno-proteins involved in protection",
            ["Binding, Thiol/seleno-", "proteins involved in prote…"],
        ),
        ("x" * 200, ["x" * 23, "x" * 22 + "…"]),
        ("W" * 200, ["W" * 15, "W" * 14 + "…"]),
        ("", [""]),
    ],
)
def test_a_title_fits_into_its_box(title: str, expected: list[str]) -> None:
    assert aops.lines(title) == expected
