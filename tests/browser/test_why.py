"""Why a row is there: what its open detail says, and its relatives one press away."""

import pytest

from core.model import Source, TargetKey
from core.store import connection, hierarchy
from tests.browser.conftest import Sit
from tests.browser.desk import Desk


@pytest.fixture
def key_event() -> int:
    """One of which much is known: text, genes, AOPs."""
    return 1115


def reason(desk: Desk, pair: str, name: str) -> str:
    """What the detail of a row says under a name: `Genes`."""
    found = desk.detail(pair).locator(".reasons").locator(f'dt:text-is("{name}") + dd')
    return " ".join((found.text_content() or "").split())


def test_the_open_row_says_why_it_is_there(sit: Sit) -> None:
    desk = sit().open()
    pair = desk.current or ""
    assert "shared" in reason(desk, pair, "Genes") and "in the set" in reason(desk, pair, "Genes")
    assert "meaning 1" in reason(desk, pair, "Rank") and "spelling" in reason(desk, pair, "Rank")
    assert reason(desk, pair, "Expected").startswith("often in targets whose text fits")
    marks = desk.detail(pair).locator(".texts strong mark:visible")
    assert "reactive oxygen species" in {text.lower() for text in marks.all_text_contents()}
    desk.judge("x")
    run, suggested = (desk.database.parent / "vectors/current").read_text().strip(), desk.decided[-1].suggested
    assert suggested and (suggested.rank, suggested.run) == (1, run), "a decision says which run had suggested what"
    desk.choose(pair)
    desk.press("g")
    assert desk.detail(pair).locator("details.genes dl").is_visible()


def test_words_of_near_meaning_are_told_from_those_that_both_have(sit: Sit) -> None:
    desk = sit().open()
    near = desk.page.locator('.texts mark[data-mark="near"]')
    assert near.count() > 0
    detail = near.first.locator("xpath=ancestor::tr")
    assert near.first.text_content().lower() in (detail.locator('dt:text-is("Meaning") + dd').text_content() or "")
    styles = "mark => getComputedStyle(mark).textDecorationStyle"
    shared = detail.locator(".texts mark:not([data-mark])").first
    assert (near.first.evaluate(styles), shared.evaluate(styles)) == ("dotted", "solid")


def test_relatives_in_the_table_are_one_press_away(sit: Sit) -> None:
    desk = sit().open()
    first, second = [pair for pair in desk.pairs() if pair.startswith("go:")][:2]
    above, below = (TargetKey.parse(pair).accession for pair in (first, second))
    with connection.writer(desk.database) as db, connection.transaction(db):
        hierarchy.keep_parents(db, Source.GO, {below: (above,)})
    desk.open()
    desk.choose(second)
    assert reason(desk, second, "Above").startswith(above) and reason(desk, first, "Below").startswith(below)
    desk.detail(second).get_by_role("link", name=above, exact=True).first.click()
    assert desk.current == first and desk.focus == first
    assert desk.sent == [], "the row is here already"
