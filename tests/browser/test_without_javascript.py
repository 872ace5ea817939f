"""Everything that is decided can be decided without JavaScript: by forms that lead back to the page."""

import pytest

from core.model import Act
from tests.browser.conftest import Sit
from tests.browser.desk import Desk

pytestmark = pytest.mark.browser


@pytest.fixture
def desk(sit: Sit) -> Desk:
    """A curator whose browser runs no scripts."""
    return sit(java_script_enabled=False).open()


def press(desk: Desk, button: str) -> None:
    """Press a button and come back by a redirect that is to be fetched."""
    with desk.page.expect_navigation() as answer:
        desk.page.locator(button).click()
    sent = answer.value.request.redirected_from
    assert sent is not None and sent.method == "POST"
    redirect = sent.response()
    assert redirect is not None and redirect.status == 303
    assert answer.value.status == 200


def in_row(pair: str, rest: str) -> str:
    """A place in a row."""
    return f'tr[data-pair="{pair}"] {rest}'


def test_the_page_shows_what_it_can_do(desk: Desk) -> None:
    assert desk.current == desk.pairs()[0]
    assert len(desk.pairs()) == 30
    assert desk.detail(desk.pairs()[0]).locator(".why").is_visible()


def test_judging_and_undoing(desk: Desk) -> None:
    first, second, third = desk.pairs()[:3]
    for pair, key, act in ((first, "x", Act.REJECT), (second, "a", Act.PROPOSE), (third, "u", Act.UNSURE)):
        press(desk, in_row(pair, f'[data-key="{key}"]'))
        assert desk.acts(pair) == [act]
        assert desk.current == pair
    press(desk, in_row(second, '[data-key="Z"]'))
    assert desk.state(second) == "open"
    press(desk, "#undo button")
    assert desk.state(third) == "open"
    assert desk.state(first) == "rejected"


def test_accepting_as_broader_and_assessing(desk: Desk) -> None:
    pair = desk.current or ""
    press(desk, f'tr[data-pair="{pair}"] + tr .relations [data-key="b"]')
    assert desk.state(pair) == "proposed"
    for choice in desk.detail(pair).locator(".assessment select").all():
        choice.select_option(index=0)
    press(
        desk,
        f'tr[data-pair="{pair}"] + tr .assessment noscript button, tr[data-pair="{pair}"] + tr .assessment > .button',
    )
    assert desk.acts(pair) == [Act.PROPOSE, Act.ASSESS]
    assert "confidence" in (desk.detail(pair).locator(".claim").text_content() or "")


def test_opening_another_row_and_leaving_a_note_there(desk: Desk) -> None:
    pair = desk.pairs()[4]
    with desk.page.expect_navigation():
        desk.row(pair).locator(".title a").click()
    assert desk.current == pair
    note = desk.detail(pair).locator("details.note")
    note.locator("summary").click()
    note.locator("textarea").first.fill("seen in hepatocytes")
    press(desk, f'tr[data-pair="{pair}"] + tr details.note .button')
    assert desk.acts(pair) == [Act.ANNOTATE]
    assert "seen in hepatocytes" in (desk.detail(pair).text_content() or "")


def test_saying_that_no_target_fits(desk: Desk) -> None:
    desk.page.locator('#none-fits input[value="go"]').check()
    press(desk, "#none-fits .primary")
    assert desk.page.locator("#nothing").text_content() == "No target fits in Gene Ontology."
    press(desk, "#undo button")
    assert desk.page.locator("#nothing").text_content() == ""


def test_searching_another_target_and_putting_it_in(desk: Desk) -> None:
    absent = next(pair for pair in ("wikipathways:WP254", "wikipathways:WP1742") if pair not in desk.pairs())
    desk.page.locator('#search input[name="q"]').fill(absent.partition(":")[2])
    with desk.page.expect_navigation():
        desk.page.get_by_role("button", name="Search").click()
    with desk.page.expect_navigation():
        desk.page.locator("#hits a", has_text=absent.partition(":")[2]).first.click()
    assert desk.current == absent
    press(desk, in_row(absent, '[data-key="x"]'))
    assert desk.acts(absent) == [Act.REJECT]
    assert desk.current == absent


def test_scores_off_and_on(desk: Desk) -> None:
    score = desk.page.locator("tr[data-pair] .bars").first
    press(desk, "#scores button")
    assert not score.is_visible()
    press(desk, "#scores button")
    assert score.is_visible()


def test_a_press_on_a_row_that_has_moved_on_ends_in_a_page_that_says_so(sit: Sit, desk: Desk) -> None:
    other = sit("second-curator").open()
    pair = desk.current or ""
    other.judge("x")
    with desk.page.expect_navigation() as answer:
        desk.button(pair, "u").click()
    assert answer.value.status == 409
    assert "second-curator was faster: it is rejected now" in (desk.page.locator("main").text_content() or "")
