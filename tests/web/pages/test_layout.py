"""Every page, looked at by a browser: it fits, it can be pressed, it can be walked through with the keyboard."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from core.model import Act
from tests.web.pages.conftest import Decide

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser
Browse = Callable[[str | None], "Page"]
FOUND = ("/aops", "/aops/144", "/search", "/search?q=tnf", "/genes/TNF", "/targets/wikipathways/WP254", "/recheck")
PAGES = ("/", "/queue", "/queue?text=nosuchword", *FOUND, "/releases", "/me", "/role", "/nosuchpage")
SMALL = """() => [...document.querySelectorAll("button, input, select, nav a, .button")]
  .map(each => [each.outerHTML.slice(0, 80), each.getBoundingClientRect()])
  .filter(([, box]) => box.height > 0 && Math.min(box.width, box.height) < 24 && box.width > 1)
  .map(([name]) => name).filter(name => !name.includes('type="checkbox"'))"""


@pytest.mark.parametrize("width", [320, 768, 1280])
def test_no_page_scrolls_sideways_and_every_target_can_be_hit(browse: Browse, decided: Decide, width: int) -> None:
    decided("curator", 149, Act.REJECT, "WP254")
    page = browse("curator")
    page.set_viewport_size({"width": width, "height": 700})
    for path in PAGES[:-1]:
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
        assert page.evaluate(SMALL) == [], path
        assert page.locator("h1").count() == 1, path
        assert page.title().endswith(" · Keyway"), path


def test_the_keyboard_reaches_the_content_at_once(browse: Browse) -> None:
    page = browse(None)
    page.goto("/queue")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def test_a_person_signs_out_from_the_menu(browse: Browse) -> None:
    page = browse("curator")
    page.goto("/queue")
    page.get_by_role("button", name="curator").click()
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/")
    assert page.get_by_role("link", name="Sign in", exact=True).is_visible()


def test_nothing_moves_for_who_asked_for_that(browse: Browse) -> None:
    page = browse(None)
    page.emulate_media(reduced_motion="reduce")
    page.goto("/")
    assert page.evaluate("getComputedStyle(document.documentElement).getPropertyValue('--quick').trim()") in {
        "0ms",
        "0s",
    }


def test_a_printed_page_is_the_sheet_alone(browse: Browse) -> None:
    page = browse(None)
    page.goto("/queue")
    page.emulate_media(media="print")
    assert not page.locator(".site").is_visible()
    assert not page.locator(".filters").is_visible()
    assert page.locator(".list").is_visible()
