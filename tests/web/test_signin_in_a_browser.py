"""Signing in as people do, with a real browser."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from tests.servers import Keyway

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

Browse = Callable[[str | None], "Page"]


def test_a_curator_signs_in_from_the_first_page_and_out_again(browse: Browse, keyway: Keyway) -> None:
    page = browse(None)
    page.goto("/queue?level=Tissue")
    page.get_by_role("link", name="Sign in", exact=True).click()
    page.get_by_role("link", name="Sign in with GitHub").click()
    page.locator('button[data-person="curator"]').click()
    page.wait_for_url(f"{keyway.base_url}/queue?level=Tissue")
    assert page.locator(".login").text_content() == "curator"
    cookie = next(cookie for cookie in page.context.cookies() if cookie["name"] == "keyway")
    assert cookie["httpOnly"]
    assert cookie["sameSite"] == "Lax"
    page.locator(".person-button").click()
    page.get_by_role("button", name="Sign out", exact=True).click()
    page.wait_for_url(f"{keyway.base_url}/")
    assert page.get_by_role("link", name="Sign in", exact=True).is_visible()


def test_a_stranger_asks_for_a_role(browse: Browse) -> None:
    page = browse("stranger")
    page.get_by_role("button", name="Ask to be a curator").click()
    page.get_by_role("heading", name="You have asked for a role").wait_for()


def test_refusing_at_github_leads_to_a_page_with_a_way_out(browse: Browse, keyway: Keyway) -> None:
    page = browse(None)
    page.goto("/signin?next=/queue")
    page.get_by_role("link", name="Sign in with GitHub").click()
    page.get_by_text("Let something go wrong").click()
    page.get_by_label("What GitHub does").select_option("id-as-text")
    with page.expect_navigation() as answer:
        page.locator('button[data-person="curator"]').click()
    assert answer.value.status == 503
    assert "GitHub did not tell us who you are" in (page.text_content("main") or "")
    page.get_by_role("link", name="Sign in again").click()
    page.get_by_role("link", name="Sign in with GitHub").click()
    page.locator('button[data-person="curator"]').click()
    page.wait_for_url(f"{keyway.base_url}/queue")
    assert page.locator(".login").text_content() == "curator"
