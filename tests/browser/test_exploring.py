"""All mappings, read by anybody who is signed out, by keys alone: filtered, sorted, paged, opened; on both screens."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from core.model import Act, Pair, Source, TargetKey
from core.store import connection, key_events, targets
from tests import decided, servers
from tests.browser.conftest import Sit
from tests.browser.desk import Desk
from tests.servers import Keyway

if TYPE_CHECKING:
    from playwright.sync_api import Locator

pytestmark = [pytest.mark.browser, pytest.mark.slow]
WIDTHS = (1280, 360)
A_PAGE = 50
IN_SIGHT = """each => { const box = each.getBoundingClientRect();
  const seen = document.elementFromPoint((box.left + box.right) / 2, (box.top + box.bottom) / 2);
  return each === seen || each.contains(seen); }"""
WIDER = "document.documentElement.scrollWidth > innerWidth"


@pytest.fixture(scope="module")
def site(embedded: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Keyway]:
    """Keyway with more mappings than fit on a page: the first one approved, two more proposed on its Key Event, and as
    many on others as fill the page."""
    folder = tmp_path_factory.mktemp("exploring")
    database = folder / servers.DATABASE
    database.write_bytes((embedded / servers.DATABASE).read_bytes())
    with connection.writer(database) as db, connection.transaction(db):
        events, pathways = key_events.ids(db), targets.accessions(db, Source.WIKIPATHWAYS)
        decided.approve(db, Pair(events[0], TargetKey(Source.WIKIPATHWAYS, pathways[0])))
        for place in range(1, A_PAGE + 3):
            pair = Pair(events[place // 3], TargetKey(Source.WIKIPATHWAYS, pathways[place]))
            decided.decide(db, pair, Act.PROPOSE, "second-curator")
    with servers.keyway(database) as running:
        yield running


@pytest.fixture(params=WIDTHS, ids="{} px".format)
def reader(request: pytest.FixtureRequest, sit: Sit) -> Desk:
    """Somebody who is signed out, before a screen of this width."""
    return sit(None, viewport={"width": request.param, "height": 800})


@pytest.fixture
def enter(reader: Desk) -> Callable[["Locator"], None]:
    """Go by Tab to something that is then in sight, so that a finger would meet it, too, and press Enter there."""

    def to(wanted: "Locator") -> None:
        reader.reach(wanted)
        assert wanted.evaluate(IN_SIGHT), f"{wanted} has the focus and is not to be seen"
        with reader.page.expect_navigation():
            reader.press("Enter")
        assert not reader.page.evaluate(WIDER)

    return to


def test_states_and_pages_are_reached(reader: Desk, enter: Callable[["Locator"], None]) -> None:
    page, rows = reader.page, reader.page.locator("tbody tr")
    page.goto("/explore")
    assert rows.count() == 1, "what is approved comes first"
    enter(page.get_by_role("link", name="Proposed", exact=True))
    assert page.get_by_text(f"{A_PAGE + 2} mappings").is_visible()
    assert rows.count() == A_PAGE
    enter(page.get_by_role("link", name="Next"))
    assert rows.count() == 2
    enter(page.get_by_role("link", name="Previous"))
    assert rows.count() == A_PAGE


def test_filters_are_typed_chosen_and_taken_away(reader: Desk, enter: Callable[["Locator"], None]) -> None:
    page, rows = reader.page, reader.page.locator("tbody tr")
    page.goto("/explore?state=all")
    reader.reach(page.get_by_label("Key Event", exact=True))
    page.keyboard.type(f"KE {first(reader).key_event}")
    with page.expect_navigation():
        reader.press("Enter")
    assert rows.count() == 3
    reader.reach(page.locator("summary", has_text="More filters"))
    reader.press("Enter")
    reader.reach(page.get_by_label("Confidence", exact=True))
    reader.press("h")
    enter(page.get_by_role("button", name="Filter"))
    assert "tier=high" in page.url
    assert rows.locator(".to .id").all_inner_texts() == [first(reader).target.accession]
    assert page.get_by_label("Confidence", exact=True).is_visible(), "a filter that is in force is not folded away"
    reader.reach(page.get_by_label("Person", exact=True))
    page.keyboard.type("nobody")
    enter(page.get_by_role("button", name="Filter"))
    assert page.get_by_role("heading", name="No mapping fits these filters").is_visible()
    enter(page.get_by_role("link", name="Clear the filters"))
    assert rows.count() == A_PAGE


@pytest.mark.parametrize(
    ("by", "address", "way"),
    [
        ("Key Event", "sort=key-event", "ascending"),
        ("Target", "sort=target", "ascending"),
        ("Confidence", "sort=confidence", "descending"),
        ("Date", "sort=oldest", "ascending"),
    ],
)
def test_the_list_is_sorted(reader: Desk, enter: Callable[["Locator"], None], by: str, address: str, way: str) -> None:
    page = reader.page
    page.goto("/explore?state=all")
    enter(page.locator("thead").get_by_role("link", name=by))
    assert page.url.endswith(f"?state=all&{address}")
    assert page.locator("th[aria-sort]").get_attribute("aria-sort") == way
    assert page.locator("th[aria-sort]").inner_text().startswith(by)


def test_a_mapping_is_opened_and_its_two_sides_list_it(reader: Desk, enter: Callable[["Locator"], None]) -> None:
    page, pair = reader.page, first(reader)
    page.goto("/explore")
    enter(page.locator("tbody a").first)
    own = page.url
    assert "/mappings/" in own
    assert [" ".join(act.split()[2:4]).strip(":") for act in page.locator(".record .act").all_inner_texts()] == [
        "proposed it",
        "assessed it",
        "approved it",
    ]
    enter(page.locator(".which a", has_text=pair.target.accession))
    enter(page.get_by_role("link", name=f"KE {pair.key_event}", exact=True))
    assert page.url == own
    enter(page.locator(".which").get_by_role("link", name=f"KE {pair.key_event}", exact=True))
    enter(page.get_by_role("link", name="Mappings", exact=True))
    assert page.url.partition("/explore")[2].count(f"key_event={pair.key_event}") == 1
    assert page.locator("tbody tr").count() == 3


def first(reader: Desk) -> Pair:
    """The pair that is approved."""
    with connection.reader(reader.database) as db:
        return Pair(
            key_events.ids(db)[0],
            TargetKey(Source.WIKIPATHWAYS, targets.accessions(db, Source.WIKIPATHWAYS)[0]),
        )
