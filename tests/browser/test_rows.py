"""What a row says, and that the page and the answers to presses say the same."""

import re

import pytest

from tests.browser.conftest import Sit

pytestmark = pytest.mark.browser

ROW = r'<tr id="row-{}".*?</tr>'


def row(html: str, pair: str) -> str:
    """The HTML of one row."""
    found = re.search(ROW.format(re.escape(pair.replace(":", "-"))), html, re.DOTALL)
    assert found, pair
    return found.group()


def test_what_a_press_is_answered_with_is_the_row_of_the_page(sit: Sit) -> None:
    desk = sit().open()
    pair = desk.current or ""
    for keys in ("x", "kb", "k1231", "kc"):
        with desk.page.expect_response("**/table/decisions*") as answer:
            desk.press(*keys)
            if keys == "kc":
                desk.page.keyboard.type("noted")
                desk.page.keyboard.press("Tab")
                desk.page.keyboard.press("Enter")
        assert answer.value.status == 200
        desk.settled()
        page = desk.page.request.get(f"/key-events/{desk.key_event}").text()
        assert row(answer.value.text(), pair) == row(page, pair), keys


def test_an_undo_is_answered_with_the_row_of_the_page(sit: Sit) -> None:
    desk = sit().open()
    pair = desk.pairs()[1]
    desk.judge("j", "x")
    with desk.page.expect_response("**/table/undo*") as answer:
        desk.press("z")
    page = desk.page.request.get(f"/key-events/{desk.key_event}").text()
    assert row(answer.value.text(), pair) == row(page, pair)


def test_counters_and_the_status_line_come_beside_the_row(sit: Sit) -> None:
    desk = sit().open()
    accession = (desk.current or "").partition(":")[2]
    with desk.page.expect_response("**/table/decisions*") as answer:
        desk.press("x")
    desk.settled()
    beside = answer.value.text().split("</tr>", 1)[1]
    open_now = desk.open_count
    assert f'<hx-partial hx-target="#open-count" hx-swap="innerHTML">{open_now}</hx-partial>' in beside
    assert f'hx-target="#status" hx-swap="innerHTML">Rejected {accession}. {open_now} open. Z undoes.<' in beside
    assert desk.page.locator('[hx-target] [role="status"], [role="status"][hx-get]').count() == 0


def test_the_heading_of_a_row_says_all(sit: Sit) -> None:
    desk = sit().open()
    pairs = desk.pairs()
    desk.judge("x")
    label = desk.row(pairs[0]).get_attribute("aria-label") or ""
    title = desk.row(pairs[0]).locator(".title a").text_content()
    accession = pairs[0].partition(":")[2]
    assert label.endswith(f"{accession}, {title}, 1 of {len(pairs)}, rejected")
    assert (
        desk.page.locator("table.targets[role], [role=grid], [role=application], [aria-activedescendant]").count() == 0
    )


def test_filters_are_in_the_address_and_stay_there(sit: Sit) -> None:
    desk = sit().open()
    desk.judge("x", "u")
    desk.page.locator('.filters [name="source"]').select_option("go")
    desk.page.locator('.filters [name="state"]').select_option("open")
    with desk.page.expect_navigation():
        desk.page.get_by_role("button", name="Filter").click()
    desk.detailed()
    assert "source=go" in desk.page.url and "state=open" in desk.page.url
    assert {(pair.partition(":")[0], state) for pair, state in desk.states().items()} == {("go", "open")}
    everything = desk.open_count
    first = desk.current or ""
    desk.judge("x")
    assert desk.state(first) == "rejected", "it stays until the page is loaded again"
    assert desk.open_count == everything - 1
    desk.judge("z", "z")
    assert desk.focus != "body"
    desk.reload()
    assert "source=go" in desk.page.url
    desk.follow(desk.page.get_by_role("link", name=re.compile("Show all")))
    desk.detailed()
    assert "source=" not in desk.page.url


def test_a_filter_that_leaves_no_row_says_so(sit: Sit) -> None:
    desk = sit().open("?words=nothing+is+called+this")
    assert desk.pairs() == []
    assert "No row is left by these filters" in (desk.page.locator("table").text_content() or "")
    desk.page.locator("#triage").focus()
    desk.press("j", "x", "a")
    desk.press("/")
    assert desk.page.locator("#search").is_visible()


def test_more_suggestions_are_one_press_away(sit: Sit) -> None:
    desk = sit().open()
    before = desk.pairs()
    desk.follow(desk.page.get_by_role("link", name="More suggestions"))
    desk.detailed()
    after = desk.pairs()
    assert len(after) > len(before)
    assert set(before) <= set(after)


def test_others_verdicts_can_be_left_out(sit: Sit) -> None:
    curator, reviewer = sit("curator").open(), sit("reviewer")
    pair = curator.current or ""
    curator.judge("x")
    reviewer.open()
    by = reviewer.row(pair).locator(".by")
    assert by.text_content() == "by curator"
    reviewer.press("s")
    assert not by.is_visible()
    with reviewer.page.expect_response("**/me/scores/table"):
        reviewer.press("s")
    assert by.is_visible()
