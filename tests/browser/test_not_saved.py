"""What the server did not take is said, kept, and sent again: once."""

import shutil
import signal
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from core.model import Act
from tests import people, servers
from tests.browser.conftest import Sit
from tests.browser.desk import Desk, watch
from tests.waiting import patient

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Request, Route

pytestmark = pytest.mark.browser

ACCEPTED = [Act.PROPOSE, Act.ASSESS]
CUT = ("net::ERR_", "Failed to fetch")
A_KEY_EVENT = 1115
NOT_SAVED = "Not saved: the server did not answer. R Send again"
Answer = Callable[["Route", "Request"], None]


def words(desk: Desk, pair: str) -> str:
    """What a row says of a press that was not saved; nothing where all is well."""
    found = desk.row(pair).locator(".row-message")
    return " ".join((found.text_content() or "").split()) if found.count() else ""


def answered_with(status: int, **headers: str) -> Answer:
    """Something in between answers with this status, and the server hears nothing."""
    return lambda route, request: route.fulfill(status=status, headers=headers, body="<h1>Out of order</h1>")


def saved_but_lost(route: "Route", request: "Request") -> None:
    """The server hears and saves; its answer gets lost."""
    route.fetch()
    route.abort("connectionreset")


def refused(route: "Route", request: "Request") -> None:
    """Nobody is there."""
    route.abort("connectionrefused")


def forgive(desk: Desk, *expected: str) -> None:
    """Forget what the console said of a connection that a test has cut on purpose."""
    desk.complaints[:] = [said for said in desk.complaints if not any(each in said for each in expected)]


@pytest.mark.parametrize("fault", [answered_with(500), answered_with(502), answered_with(503), refused, saved_but_lost])
def test_a_press_that_got_no_answer_says_so_and_r_saves_it_once(sit: Sit, fault: Answer) -> None:
    desk = sit().open()
    pair, following = desk.pairs()[:2]
    with desk.answered_by(fault):
        desk.judge("x")
        assert desk.state(pair) == "open"
        assert words(desk, pair) == NOT_SAVED
        assert desk.status.startswith(f"{pair.partition(':')[2]}: Not saved")
        assert desk.current == desk.focus == following
    desk.judge("r")
    assert words(desk, pair) == ""
    assert desk.state(pair) == "rejected"
    assert desk.acts(pair) == [Act.REJECT]
    assert desk.focus == following
    desk.judge("r")
    assert desk.status == "Everything is saved: there is nothing to send again."
    assert desk.acts(pair) == [Act.REJECT]
    forgive(desk, *CUT)


@pytest.mark.parametrize("fault", [answered_with(503), saved_but_lost])
def test_a_whole_assessment_waits_with_the_accept_that_was_not_saved(sit: Sit, fault: Answer) -> None:
    desk = sit().open()
    pair = desk.current or ""
    with desk.answered_by(fault):
        desk.judge(*"a1231")
        assert words(desk, pair) == NOT_SAVED
    desk.row(pair).locator('.row-message button[data-key="r"]').click()
    desk.settled()
    assert desk.acts(pair) == ACCEPTED
    assert desk.focus != "body"
    forgive(desk, *CUT)


def test_an_assessment_that_was_not_saved_is_sent_again(sit: Sit) -> None:
    desk = sit().open()
    pair = desk.current or ""
    desk.judge("a")
    with desk.answered_by(answered_with(503)):
        desk.judge(*"1231")
        assert words(desk, pair) == NOT_SAVED
    desk.judge("r")
    assert desk.acts(pair) == ACCEPTED


def test_another_verdict_takes_the_place_of_one_that_was_not_saved(sit: Sit) -> None:
    desk = sit().open()
    pair = desk.current or ""
    with desk.answered_by(answered_with(503)):
        desk.judge("x")
    desk.judge("k", "u")
    assert desk.acts(pair) == [Act.UNSURE]
    assert words(desk, pair) == ""


def test_a_reload_sends_what_was_not_saved(sit: Sit) -> None:
    desk = sit().open()
    first, second = desk.pairs()[:2]
    desk.page.on("dialog", lambda dialog: dialog.accept())
    with desk.answered_by(answered_with(503)):
        desk.judge("x", "x")
    desk.reload()
    desk.settled()
    assert (desk.acts(first), desk.acts(second)) == ([Act.REJECT], [Act.REJECT])
    desk.reload()
    desk.settled()
    assert (desk.acts(first), desk.acts(second)) == ([Act.REJECT], [Act.REJECT])


def test_too_many_is_sent_again_when_the_server_wants_it(sit: Sit) -> None:
    desk = sit()
    desk.page.clock.install()
    desk.open()
    pair = desk.current or ""
    with desk.answered_by(answered_with(429, **{"Retry-After": "60"})):
        desk.judge("x")
        assert words(desk, pair) == NOT_SAVED
    desk.page.clock.fast_forward(61_000)
    desk.page.wait_for_function(
        "pair => document.querySelector(`[data-pair='${pair}']`).dataset.state === 'rejected'", arg=pair
    )
    desk.settled()
    assert desk.acts(pair) == [Act.REJECT]


def test_a_server_that_says_nothing_is_given_up_after_a_while(sit: Sit) -> None:
    desk = sit()
    desk.page.clock.install()
    desk.open()
    pair = desk.current or ""
    waiting: list[Route] = []
    with desk.answered_by(lambda route, request: waiting.append(route)):
        desk.press("x")
        desk.page.wait_for_function("() => document.querySelector('[data-saving]')")
        desk.page.clock.fast_forward(16_000)
        desk.settled()
        assert words(desk, pair) == NOT_SAVED
    desk.judge("r")
    assert desk.acts(pair) == [Act.REJECT]
    forgive(desk, "timeout")


@pytest.mark.parametrize("status", [403, 404, 413])
def test_what_is_refused_at_the_door_leaves_the_row_and_says_why(sit: Sit, status: int) -> None:
    desk = sit().open()
    pair = desk.current or ""
    before = desk.row(pair).locator(".title a").text_content()
    partial = '<div class="notice" data-kind="wrong" role="alert">\n  <p>It is not allowed here.</p>\n</div>'
    with desk.answered_by(lambda route, request: route.fulfill(status=status, body=partial)):
        desk.judge("x")
    assert words(desk, pair) == "It is not allowed here."
    assert desk.state(pair) == "open"
    assert desk.row(pair).locator(".title a").text_content() == before
    desk.judge("k", "x")
    assert desk.acts(pair) == [Act.REJECT]


def test_an_undo_that_got_no_answer_says_so_and_is_done_once(sit: Sit) -> None:
    desk = sit().open()
    desk.judge("x", "x")
    with desk.answered_by(answered_with(503), "**/table/undo*"):
        desk.judge("z")
        assert desk.status == NOT_SAVED
    desk.judge("r")
    assert [decision.act for decision in desk.decided] == [Act.REJECT, Act.REJECT, Act.UNDO]


def test_a_server_that_dies_in_mid_press_and_comes_back_saves_it_once(
    embedded: Path, tmp_path: Path, chromium: "Browser"
) -> None:
    shutil.copytree(embedded, tmp_path / "data")
    with servers.house(tmp_path / "data" / servers.DATABASE) as house:
        page = patient(chromium.new_context(base_url=house.base_url)).new_page()
        people.choose_in_browser(page, house.base_url, "curator")
        desk = Desk(page, house.database, "curator", A_KEY_EVENT)
        watch(page, desk.complaints)
        desk.open()
        pairs = desk.pairs()
        house.signal(signal.SIGSTOP)
        desk.press("x", "u")
        house.kill()
        desk.settled()
        assert [words(desk, pair) for pair in pairs[:2]] == [NOT_SAVED] * 2
        assert desk.decided == []
        desk.press("r")
        desk.settled()
        assert [words(desk, pair) for pair in pairs[:2]] == [NOT_SAVED] * 2
        house.start()
        desk.judge("r")
        desk.judge("r")
        assert (desk.acts(pairs[0]), desk.acts(pairs[1])) == ([Act.REJECT], [Act.UNSURE])
        assert (desk.state(pairs[0]), desk.state(pairs[1])) == ("rejected", "unsure")
        page.context.close()
    forgive(desk, *CUT)
    assert desk.complaints == []


# Signed out ----------------------------------------------------------------------------------------------------------


def sign_out_elsewhere(desk: Desk) -> None:
    """Sign out in another tab of the same browser."""
    other = desk.page.context.new_page()
    other.goto("/me")
    other.locator(".person-button").click()
    other.get_by_role("button", name="Sign out", exact=True).click()
    other.wait_for_url("**/")
    other.close()


def come_back(desk: Desk, login: str) -> None:
    """Follow the row's own way to the sign-in, and come back."""
    desk.page.locator(".row-message, .status").get_by_role("link", name="Sign in").first.click()
    desk.page.get_by_role("link", name="Sign in with GitHub").click()
    desk.page.locator(f'button[data-person="{login}"]').click()
    desk.page.wait_for_url("**/key-events/**")
    desk.detailed()
    desk.settled()


def test_a_press_of_somebody_signed_out_is_sent_when_they_are_back(sit: Sit) -> None:
    desk = sit("curator", fresh=True).open()
    first, second = desk.pairs()[:2]
    sign_out_elsewhere(desk)
    with desk.page.expect_response("**/table/decisions*") as answer:
        desk.press("x")
    assert answer.value.status == 401
    desk.settled()
    assert words(desk, first) == "Not saved: you are signed out. Sign in, and it is sent again."
    desk.judge("u")
    assert desk.focus != "body"
    come_back(desk, "curator")
    assert (desk.acts(first), desk.acts(second)) == ([Act.REJECT], [Act.UNSURE])
    assert (desk.state(first), desk.state(second)) == ("rejected", "unsure")
    assert desk.kept_presses() is None
    desk.reload()
    desk.settled()
    assert (desk.acts(first), desk.acts(second)) == ([Act.REJECT], [Act.UNSURE])


def test_a_whole_assessment_comes_through_a_sign_in(sit: Sit) -> None:
    desk = sit("curator", fresh=True).open()
    pair = desk.pairs()[1]
    sign_out_elsewhere(desk)
    desk.judge(*"ja1231")
    come_back(desk, "curator")
    assert desk.acts(pair) == ACCEPTED


def test_an_undo_comes_through_a_sign_in(sit: Sit) -> None:
    desk = sit("curator", fresh=True).open()
    pair = desk.current or ""
    desk.judge("x")
    sign_out_elsewhere(desk)
    desk.judge("z")
    assert desk.status == "Not saved: you are signed out. Sign in, and it is sent again."
    come_back(desk, "curator")
    assert desk.acts(pair) == [Act.REJECT, Act.UNDO]


def test_a_press_is_dropped_where_somebody_else_signs_in(sit: Sit) -> None:
    desk = sit("curator", fresh=True).open()
    sign_out_elsewhere(desk)
    desk.judge("x")
    come_back(desk, "second-curator")
    assert desk.decided == []
    assert desk.status == "What somebody else pressed waited here; it was dropped."
    assert desk.kept_presses() is None


def test_signed_in_again_in_another_tab_r_sends_it(sit: Sit) -> None:
    desk = sit("curator", fresh=True).open()
    pair = desk.current or ""
    sign_out_elsewhere(desk)
    desk.judge("x")
    other = desk.page.context.new_page()
    people.choose_in_browser(other, desk.page.url.partition("/key-events")[0], "curator")
    desk.page.bring_to_front()
    desk.judge("r")
    assert desk.acts(pair) == [Act.REJECT]
