"""Which keys count, where, and how a person has them."""

from collections.abc import Callable

import pytest

from tests.browser.conftest import Sit
from tests.browser.desk import Desk

pytestmark = pytest.mark.browser

VERDICTS = "axubne"
ALL = "jkaxubnercgosz/0?JKZ1234"


@pytest.fixture
def own_keys(sit: Sit) -> "Callable[[Desk], None]":
    """Put a person's keys back to what everybody has."""

    def put_back(desk: Desk) -> None:
        desk.page.goto(f"/key-events/{desk.key_event}")
        desk.page.locator('.place [data-opens="keys"]').click()
        dialog = desk.page.locator("#keys")
        for field in dialog.locator("input.key").all():
            field.fill((field.get_attribute("name") or "").removeprefix("key."))
        dialog.locator('[name="keys"]').check()
        desk.follow(dialog.get_by_role("button", name="Save my keys"))

    return put_back


def test_keys_with_control_alt_or_meta_and_composed_ones_are_the_browsers(sit: Sit) -> None:
    desk = sit().open()
    before = desk.current
    for held in ("ctrlKey", "altKey", "metaKey", "isComposing"):
        for key in "xujkzg":
            desk.page.evaluate(
                """([key, held]) => document.activeElement.dispatchEvent(
                  new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, [held]: true }))""",
                [key, held],
            )
            assert (desk.current, desk.sent) == (before, []), (held, key)
    desk.judge("x")
    assert len(desk.decided) == 1, "the control: without them it is a verdict"


def test_a_key_that_is_held_down_counts_once(sit: Sit) -> None:
    desk = sit().open()
    for _ in range(5):
        desk.page.keyboard.down("x")
    desk.page.keyboard.up("x")
    desk.settled()
    assert len(desk.decided) == 1


def test_typing_in_a_field_judges_nothing(sit: Sit) -> None:
    desk = sit().open()
    here = desk.current
    desk.press("c")
    desk.page.keyboard.type(ALL)
    desk.page.locator('.filters [name="words"]').click()
    desk.page.keyboard.type(ALL)
    desk.page.locator('.filters [name="state"]').focus()
    desk.press("x")
    assert desk.current == here
    assert desk.decided == []
    assert desk.sent == []


def test_in_a_dialog_keys_are_the_dialogs(sit: Sit) -> None:
    desk = sit().open()
    here = desk.current
    for key, dialog in (("/", "#search"), ("0", "#none-fits"), ("?", "#keys")):
        desk.press(key)
        assert desk.page.locator(dialog).is_visible()
        desk.page.locator(f"{dialog} button").first.focus()
        for verdict in VERDICTS + "jz":
            desk.press(verdict)
        desk.press("Escape")
        assert not desk.page.locator(dialog).is_visible()
        assert desk.current == desk.focus == here
        assert desk.decided == []


def test_outside_of_the_table_keys_judge_nothing(sit: Sit) -> None:
    desk = sit().open()
    desk.page.locator("header.site .product").focus()
    desk.press("x", "u", "a", "j")
    assert desk.current == desk.pairs()[0]
    assert desk.sent == []


def test_beside_the_rows_but_in_the_table_they_do(sit: Sit) -> None:
    desk = sit().open()
    desk.page.locator("header.ke h1").click()
    desk.judge("x")
    assert len(desk.decided) == 1


def test_keys_that_mean_something_else_everywhere_are_no_verdicts(sit: Sit) -> None:
    desk = sit().open()
    for key in ("Space", "Enter", "Backspace", "Delete", "Escape", "PageDown", "Tab"):
        desk.press(key)
    assert desk.sent == []
    assert desk.decided == []


def test_every_key_is_told_and_its_buttons_show_it(sit: Sit) -> None:
    desk = sit().open()
    told = {field.get_attribute("name") for field in desk.page.locator("#keys input.key").all()}
    assert told >= {f"key.{key}" for key in "jkaxubnercgosz/0JK"}
    assert desk.button(desk.pairs()[0], "a").get_attribute("aria-keyshortcuts") == "a"
    shown = desk.page.locator("kbd").all_text_contents()
    assert {"A", "X", "U", "B", "N", "E", "C", "G", "O", "S", "Z", "/", "0", "?", "1", "2", "3", "4"} <= set(shown)
    assert desk.page.locator("[accesskey]").count() == 0


def test_keys_can_be_put_elsewhere_and_back(sit: Sit, own_keys: "Callable[[Desk], None]") -> None:
    desk = sit("reviewer").open()
    desk.press("?")
    desk.page.locator('#keys [name="key.x"]').fill("q")
    desk.page.locator('#keys [name="key.j"]').fill("x")
    desk.follow(desk.page.get_by_role("button", name="Save my keys"))
    desk.detailed()
    pairs = desk.pairs()
    try:
        desk.press("x", "j")
        assert desk.current == pairs[1]
        desk.judge("q")
        assert [decision.act for decision in desk.decided] == ["reject"]
        assert desk.state(pairs[1]) == "rejected"
        assert desk.button(pairs[2], "x").locator("kbd").text_content() == "Q"
    finally:
        own_keys(desk)
    desk.open()
    desk.judge("x")
    assert len(desk.decided) == 2


def test_two_acts_on_one_key_are_refused_by_name(sit: Sit) -> None:
    desk = sit("reviewer").open()
    desk.press("?")
    desk.page.locator('#keys [name="key.x"]').fill("a")
    desk.follow(desk.page.get_by_role("button", name="Save my keys"))
    assert "“a” would stand for a and x" in (desk.page.locator("main").text_content() or "")


def test_the_switch_turns_every_key_off_and_buttons_still_work(sit: Sit, own_keys: "Callable[[Desk], None]") -> None:
    desk = sit("admin").open()
    desk.press("?")
    desk.page.locator('#keys [name="keys"]').uncheck()
    desk.follow(desk.page.get_by_role("button", name="Save my keys"))
    desk.detailed()
    try:
        first = desk.pairs()[0]
        desk.page.evaluate("() => scrollTo(0, 0)")
        for key in [*VERDICTS, "j", "z", "/", "0", "?", "s", "J"]:
            desk.press(key)
        assert desk.current == first
        assert desk.decided == []
        assert desk.page.locator("[aria-keyshortcuts], dialog[open]").count() == 0
        desk.button(first, "x").click()
        desk.settled()
        assert desk.state(first) == "rejected"
    finally:
        own_keys(desk)


def test_a_digit_without_a_question_does_nothing(sit: Sit) -> None:
    desk = sit().open()
    desk.press("1", "2", "3", "4")
    assert desk.current == desk.pairs()[0]
    assert desk.sent == []


def test_a_digit_that_the_question_does_not_have_answers_nothing(sit: Sit) -> None:
    desk = sit().open()
    pair = desk.current or ""
    desk.judge("a", "1", "1", "4", "1", "1")
    assert [decision.act for decision in desk.decided] == ["propose", "assess"]
    assert desk.state(pair) == "proposed"


def test_g_and_c_open_and_close_what_they_name(sit: Sit) -> None:
    desk = sit().open()
    pair = desk.current or ""
    note = desk.detail(pair).locator("details.note")
    desk.press("c")
    assert note.locator("textarea").first.is_visible()
    assert desk.focus != pair
    desk.press("Escape")
    assert desk.focus == pair
    desk.press("c")
    assert not note.locator("textarea").first.is_visible()
