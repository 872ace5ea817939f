"""Z takes back one's newest act, from the server's log."""

import pytest

from core.model import Act
from tests.browser.conftest import Sit

pytestmark = pytest.mark.browser


def test_z_takes_back_after_a_reload(sit: Sit) -> None:
    desk = sit().open()
    first, second = desk.pairs()[:2]
    desk.judge("x", "a", "1", "1", "1", "1")
    desk.reload()
    for state, acts in (("proposed", 3), ("open", 4)):
        desk.judge("z")
        assert (desk.state(second), len(desk.acts(second))) == (state, acts)
        assert desk.current == desk.focus == second
    desk.judge("z")
    assert desk.state(first) == "open"
    assert desk.current == desk.focus == first
    desk.judge("z")
    assert desk.status == f"There is nothing of yours to undo on KE {desk.key_event}."
    assert desk.focus == first


def test_z_takes_back_on_another_machine(sit: Sit) -> None:
    here, there = sit().open(), sit()
    first, second = here.pairs()[:2]
    here.judge("x", "u")
    there.open()
    there.judge("z")
    assert there.state(second) == "open"
    assert there.current == second
    here.judge("z")
    assert here.acts(first) == [Act.REJECT, Act.UNDO] or here.acts(second) == [Act.UNSURE, Act.UNDO]
    here.reload()
    there.reload()
    assert here.states() == there.states()


def test_a_row_takes_back_what_was_done_on_it(sit: Sit) -> None:
    desk = sit().open()
    first, second = desk.pairs()[:2]
    desk.judge("x", "x")
    desk.button(first, "Z").click()
    desk.settled()
    assert desk.acts(first) == [Act.REJECT, Act.UNDO]
    assert desk.acts(second) == [Act.REJECT]
    desk.choose(second)
    desk.judge("Z")
    assert desk.acts(second) == [Act.REJECT, Act.UNDO]
    assert desk.focus == second


def test_nobody_takes_back_what_somebody_else_did(sit: Sit) -> None:
    curator, second_curator = sit().open(), sit("second-curator")
    pair = curator.current or ""
    curator.judge("x")
    second_curator.open()
    assert second_curator.button(pair, "Z").count() == 0
    second_curator.judge("z")
    assert curator.acts(pair) == [Act.REJECT]


def test_what_somebody_has_built_on_stays(sit: Sit) -> None:
    curator, second_curator = sit().open(), sit("second-curator")
    pair = curator.current or ""
    curator.judge("x")
    second_curator.open(f"?at={pair}")
    second_curator.judge("b")
    with curator.page.expect_response("**/table/undo*") as answer:
        curator.press("z")
    assert answer.value.status == 409
    curator.settled()
    assert "Somebody has built on this since" in curator.status
    assert curator.acts(pair) == [Act.REJECT, Act.PROPOSE]
    assert curator.focus != "body"


def test_no_target_fits_is_said_and_taken_back_and_said_again(sit: Sit) -> None:
    desk = sit().open()
    here = desk.current
    nothing = desk.page.locator("#nothing")
    for _ in range(2):
        desk.press("0")
        desk.page.get_by_role("dialog").get_by_role("button", name="No target fits").click()
        desk.settled()
        assert not desk.page.locator("#none-fits").is_visible()
        assert desk.focus == here
        assert (nothing.text_content() or "").startswith("No target fits in")
        desk.judge("z")
        assert nothing.text_content() == ""
        assert desk.focus == here
    desk.reload()
    assert nothing.text_content() == ""


def test_cancelling_says_nothing(sit: Sit) -> None:
    desk = sit().open()
    desk.press("0")
    desk.page.get_by_role("button", name="Cancel").click()
    desk.reload()
    assert desk.page.locator("#nothing").text_content() == ""


def test_an_accept_ends_no_target_for_its_source_alone(sit: Sit) -> None:
    desk = sit().open()
    desk.press("0")
    desk.page.get_by_role("dialog").get_by_role("button", name="No target fits").click()
    desk.settled()
    desk.choose(next(pair for pair in desk.pairs() if pair.startswith("wikipathways:")))
    desk.judge("a")
    assert desk.page.locator("#nothing").text_content() == "No target fits in Gene Ontology, Reactome."
    desk.judge("z")
    assert desk.page.locator("#nothing").text_content() == "No target fits in WikiPathways, Gene Ontology, Reactome."


def test_no_target_is_refused_in_place_while_something_fits(sit: Sit) -> None:
    desk = sit().open()
    pair = desk.current or ""
    desk.judge("a")
    desk.press("0")
    desk.page.get_by_role("dialog").get_by_role("button", name="No target fits").click()
    refusal = desk.page.locator("#none-message")
    refusal.locator("p").wait_for()
    assert f"Something fits already: {pair.partition(':')[2]}" in (refusal.text_content() or "")
    desk.press("Escape")
    assert desk.focus == pair
