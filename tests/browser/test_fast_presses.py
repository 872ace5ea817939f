"""Nothing is lost by pressing faster than the server answers."""

from contextlib import nullcontext
from typing import TYPE_CHECKING

import pytest

from core.model import Act
from tests.browser.conftest import Sit
from tests.browser.desk import Desk

if TYPE_CHECKING:
    from playwright.sync_api import Request, Route

pytestmark = pytest.mark.browser

ACCEPTED = [Act.PROPOSE, Act.ASSESS]
TWENTY = "xxua1231xb2222uxxajx"
MADE_OF_TWENTY = [
    [Act.REJECT], [Act.REJECT], [Act.UNSURE], ACCEPTED, [Act.REJECT], ACCEPTED,
    [Act.UNSURE], [Act.REJECT], [Act.REJECT], [Act.PROPOSE], [Act.REJECT],
]  # fmt: skip
HALF_A_SECOND_MS = 500
HTMX_IS_HERE = """() => document.readyState === "interactive"
  && performance.getEntriesByType("resource").some((each) => each.name.includes("htmx") && each.responseEnd)"""


def made(desk: Desk) -> list[list[Act]]:
    """What the database has of each row that was decided on, from the top."""
    return [acts for pair in desk.pairs() if (acts := desk.acts(pair))]


@pytest.mark.parametrize("answers", ["as they come", "after the last key"])
def test_twenty_keys_lose_nothing(sit: Sit, answers: str) -> None:
    desk = sit().open()
    with desk.unanswered() if answers == "after the last key" else nullcontext():
        desk.press(*TWENTY)
    desk.settled()
    assert made(desk) == MADE_OF_TWENTY
    shown, count = desk.states(), desk.open_count
    assert count == len(shown) - len(MADE_OF_TWENTY)
    desk.reload()
    assert (desk.states(), desk.open_count) == (shown, count)


def test_a_whole_assessment_before_the_first_answer_is_saved(sit: Sit) -> None:
    desk = sit().open()
    pair = desk.current or ""
    with desk.unanswered():
        desk.press(*"a1231")
        assert desk.focus != pair, "on to the next row before the answer is here"
    desk.settled()
    assert desk.acts(pair) == ACCEPTED
    assert desk.sent == [f"POST /key-events/{desk.key_event}/table/decisions"] * 2


def test_so_it_is_on_a_row_whose_detail_came_later(sit: Sit) -> None:
    desk = sit().open()
    pair = desk.pairs()[3]
    desk.latency(HALF_A_SECOND_MS)
    desk.press(*"jjja1231")
    desk.settled()
    assert desk.acts(pair) == ACCEPTED


@pytest.mark.parametrize("accept", ["a", "n"])
def test_and_on_a_row_whose_detail_is_not_there_yet(sit: Sit, accept: str) -> None:
    desk = sit()
    with desk.unanswered("**/table/details*"):
        with desk.page.expect_request("**/table/details*"):
            desk.page.goto(f"/key-events/{desk.key_event}", wait_until="domcontentloaded")
        pair = desk.pairs()[2]
        desk.press("j", "j", accept, "1", "2")
        assert desk.detail(pair).locator(".panes").count() == 0, "the detail was here already: this shows nothing"
        desk.press("3", "1")
    desk.detailed()
    desk.settled()
    assert desk.acts(pair) == ACCEPTED


def test_details_that_fail_to_come_are_asked_for_again(sit: Sit) -> None:
    desk = sit()
    failed: list[str] = []

    def fail_once(route: "Route", request: "Request") -> None:
        if failed:
            route.continue_()
        else:
            failed.append(request.url)
            route.fulfill(status=503, body="")

    desk.page.route("**/table/details*", fail_once)
    desk.page.goto(f"/key-events/{desk.key_event}")
    pair = desk.pairs()[1]
    desk.press("j", "a", "1", "1", "1", "1")
    desk.settled()
    assert failed
    assert desk.acts(pair) == ACCEPTED


def test_details_are_asked_for_once_our_scripts_hear_what_becomes_of_them(sit: Sit) -> None:
    desk = sit()
    with desk.unanswered("**/js/triage.js*"):
        desk.page.goto(f"/key-events/{desk.key_event}", wait_until="commit")
        desk.page.wait_for_function(HTMX_IS_HERE)
        assert desk.page.evaluate("typeof htmx") == "undefined"
    desk.detailed()
    desk.judge("x")
    assert desk.acts(desk.pairs()[0]) == [Act.REJECT]


def test_pressing_twice_on_one_row_is_two_acts_in_that_order(sit: Sit) -> None:
    desk = sit().open()
    pair = desk.current or ""
    desk.latency(200)
    desk.press("u", "k", "x", "k", "b")
    desk.settled()
    assert desk.acts(pair) == [Act.UNSURE, Act.REJECT, Act.PROPOSE]


def test_z_z_z_while_answers_are_under_way_takes_back_three(sit: Sit) -> None:
    desk = sit().open()
    before = desk.states()
    desk.latency(300)
    desk.press(*"xxxzzz")
    desk.settled()
    assert [decision.act for decision in desk.decided] == [Act.REJECT] * 3 + [Act.UNDO] * 3
    assert desk.states() == before
    assert desk.status.endswith(f"{desk.open_count} open. Z undoes.")


def test_what_is_pressed_after_z_comes_after_it(sit: Sit) -> None:
    desk = sit().open()
    pairs = desk.pairs()
    desk.latency(300)
    desk.press(*"xzxu")
    desk.settled()
    assert [decision.act for decision in desk.decided] == [Act.REJECT, Act.UNDO, Act.REJECT, Act.UNSURE]
    assert desk.acts(pairs[0]) == [Act.REJECT, Act.UNDO]
