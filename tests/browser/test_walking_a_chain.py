"""An AOP's page by keyboard alone: its chain from top to bottom, each event seen, heard and opened."""

from typing import TYPE_CHECKING

import pytest

from core.store import chains, connection
from tests.browser.conftest import Sit
from tests.browser.desk import Desk

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser
AOP = 3  # it branches, and two of its events lead to each other
FOCUSED = """() => {
  const it = document.activeElement, box = it.getBoundingClientRect();
  const around = it.closest(".drawing")?.getBoundingClientRect() ?? box;
  const abreast = box.left >= around.left - 1 && box.right <= around.right + 1;
  return { class: it.getAttribute("class"), href: it.getAttribute("href"), name: it.getAttribute("aria-label"),
    seen: abreast && box.top >= 0 && box.bottom <= innerHeight }; }"""


@pytest.mark.parametrize("width", [1280, 360])
def test_tab_walks_the_events_from_top_to_bottom_and_each_is_seen(sit: Sit, width: int) -> None:
    desk = sit(None, viewport={"width": width, "height": 720})
    desk.page.goto(f"/aops/{AOP}")
    walked = walk(desk.page)
    with connection.reader(desk.database) as db:
        events = {event.id for event in chains.aop(db, AOP).events}
    assert {int(step["href"].rpartition("/")[2]) for step in walked} == events
    assert len(walked) == len(events), "each once"
    assert [step["name"] for step in walked if not step["seen"]] == []
    assert all("WikiPathways: gap." in step["name"] for step in walked)
    tops = desk.page.eval_on_selector_all(
        ".drawing a.event", "all => all.map(each => Math.round(each.getBoundingClientRect().top))"
    )
    assert tops == sorted(tops)


def walk(page: "Page") -> list[dict[str, str]]:
    """Press Tab until the focus has passed all events of the drawing; what was focused there, in order."""
    walked: list[dict[str, str]] = []
    for _ in range(60):
        page.keyboard.press("Tab")
        focused = page.evaluate(FOCUSED)
        if focused["class"] == "event":
            walked.append(focused)
        elif walked:
            return walked
    raise AssertionError("the focus never left the drawing")


def test_enter_opens_the_event_and_what_is_read_out_leads_on(sit: Sit) -> None:
    desk = sit(None)
    desk.page.goto(f"/aops/{AOP}")
    first, *_ = walk(desk.page)
    assert "molecular initiating event" in first["name"]
    following = first["name"].rpartition("Leads to KE ")[2].strip(". ")
    assert following_is_in_the_table(desk, first["href"].rpartition("/")[2], following)
    desk.page.locator(f'.drawing a[href="{first["href"]}"]').focus()
    desk.page.keyboard.press("Enter")
    desk.page.wait_for_url(f"**{first['href']}")


def following_is_in_the_table(desk: Desk, event: str, following: str) -> bool:
    """Whether the table says the same of what an event leads to."""
    row = desk.page.locator(f'.events tr:has(a[href^="/key-events/{event}?"])')
    return following in row.locator(".to").inner_text()


@pytest.mark.parametrize("width", [1280, 360])
def test_arrow_keys_walk_along_the_chain_and_back(sit: Sit, width: int) -> None:
    desk = sit(None, viewport={"width": width, "height": 720})
    page = desk.page
    page.goto(f"/aops/{AOP}")
    page.locator('.drawing a[href="/key-events/888"]').focus()
    ways = ["ArrowDown"] * 5 + ["ArrowRight", "ArrowRight", "ArrowLeft"] + ["ArrowUp"] * 6
    walked = []
    for way in ways:
        page.keyboard.press(way)
        focused = page.evaluate(FOCUSED)
        assert focused["seen"], focused
        walked.append(int(focused["href"].rpartition("/")[2]))
    assert walked == [887, 177, 889, 890, 188, 896, 896, 188, 890, 889, 177, 887, 888, 888]
