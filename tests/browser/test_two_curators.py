"""Two people judge one pair: one is faster, and the other sees who, and what to do."""

import pytest

from core.model import Act
from tests.browser.conftest import Sit

pytestmark = pytest.mark.browser


def test_one_is_saved_and_the_other_sees_who_was_faster(sit: Sit) -> None:
    curator, second_curator = sit("curator").open(), sit("second-curator").open()
    pair = curator.current or ""
    with curator.page.expect_response("**/table/decisions*") as first:
        curator.press("x")
    curator.settled()
    with second_curator.page.expect_response("**/table/decisions*") as second:
        second_curator.press("a")
    second_curator.settled()
    assert (first.value.status, second.value.status) == (200, 409)
    row = second_curator.row(pair)
    message = row.locator('[data-kind="conflict"]').text_content() or ""
    assert message == "curator was faster: it is rejected now. Yours was not saved; judge it as it stands."
    assert second_curator.state(pair) == "rejected"
    assert "by curator" in (row.locator(".stands").text_content() or "")
    assert message in second_curator.status
    assert second_curator.current == second_curator.focus == pair
    assert second_curator.detail(pair).locator(".assess[open]").count() == 0
    assert curator.acts(pair) == [Act.REJECT]

    second_curator.judge("a", "1", "1", "1", "1")
    assert row.locator(".row-message").count() == 0
    assert curator.acts(pair) == [Act.REJECT, Act.PROPOSE, Act.ASSESS]
    history = second_curator.detail(pair).locator(".history").text_content() or ""
    assert "curator rejected it" in history and "you proposed it as related" in history


def test_what_is_anothers_proposal_cannot_be_rejected_or_assessed(sit: Sit) -> None:
    curator, second_curator = sit("curator").open(), sit("second-curator")
    pair = curator.current or ""
    curator.judge("a", "1", "1", "1", "1")
    second_curator.open(f"?at={pair}")
    assert second_curator.row(pair).locator("button").count() == 0
    for key in "axubne":
        second_curator.press(key)
        assert second_curator.status == f"{pair.partition(':')[2]} is proposed: {key.upper()} does nothing here."
    second_curator.press("1", "1", "1", "1")
    assert second_curator.sent == []
    assert second_curator.current == second_curator.focus == pair


def test_the_same_person_in_two_windows_learns_of_their_own_decision(sit: Sit) -> None:
    one, other = sit().open(), sit().open()
    pair = one.current or ""
    one.judge("x", "k", "u")
    with other.page.expect_response("**/table/decisions*") as answer:
        other.press("n")
    assert answer.value.status in (409, 422)
    other.settled()
    assert other.state(pair) == "unsure"
    assert other.row(pair).locator(".row-message").is_visible()
    assert one.acts(pair) == [Act.REJECT, Act.UNSURE]
