"""The focus is always somewhere, and where a person expects it."""

import pytest

from core.model import Act
from tests.browser.conftest import Sit
from tests.browser.desk import Desk

pytestmark = pytest.mark.browser
IN_SIGHT = """each => { const box = each.getBoundingClientRect();
  return each.contains(document.elementFromPoint((box.left + box.right) / 2, (box.top + box.bottom) / 2)); }"""

WATCH = """() => { window.lost = []; const look = () => {
  if (document.activeElement === document.body || !document.activeElement) lost.push(performance.now());
  requestAnimationFrame(look); }; look(); }"""


def watched(desk: Desk) -> Desk:
    """Look at the focus in every frame from now on."""
    desk.page.evaluate(WATCH)
    return desk


def lost(desk: Desk) -> int:
    """In how many frames the focus was nowhere."""
    return int(desk.page.evaluate("() => lost.length"))


def test_it_is_never_lost_while_judging_with_keys(sit: Sit) -> None:
    desk = watched(sit().open())
    for keys in ("x", "u", "a1111", "b", "z", "j", "n2222", "xxx", "zzz", "Z", "k", "s", "cEscape", "g"):
        desk.judge(*(["c", "Escape"] if keys == "cEscape" else keys))
        assert desk.focus in desk.pairs(), keys
    assert lost(desk) == 0


def test_it_is_never_lost_while_judging_with_the_mouse(sit: Sit) -> None:
    desk = watched(sit().open())
    pairs = desk.pairs()
    for pair, key in ((pairs[4], "x"), (pairs[0], "a"), (pairs[7], "u"), (pairs[4], "Z"), (pairs[7], "Z")):
        desk.button(pair, key).click()
        desk.settled()
        assert desk.focus in pairs, key
    desk.choose(pairs[2])
    desk.detail(pairs[2]).locator('.relations [data-key="n"]').click()
    desk.settled()
    assert desk.focus not in ("body", "html")
    desk.page.locator("#undo button").click()
    desk.settled()
    assert desk.focus == pairs[2]
    assert lost(desk) == 0


def test_it_is_never_lost_while_judging_by_tab_and_enter(sit: Sit) -> None:
    desk = watched(sit().open())
    pairs = desk.pairs()
    desk.press("Tab")
    assert desk.page.evaluate("() => document.activeElement.dataset.key") == "a"
    desk.press("Tab", "Enter")
    desk.settled()
    assert desk.state(pairs[0]) == "rejected"
    assert desk.current == desk.focus == pairs[1]
    assert lost(desk) == 0


def test_tab_goes_from_the_row_through_its_buttons_to_its_detail_and_on(sit: Sit) -> None:
    desk = sit().open()
    pairs = desk.pairs()
    desk.choose(pairs[1])
    order: list[str] = []
    for _ in range(40):
        desk.press("Tab")
        order.append(
            desk.page.evaluate(
                """() => { const row = document.activeElement.closest("tr"), above = row?.previousElementSibling;
                  return row?.dataset.pair ?? (row ? `${above.dataset.pair} detail` : "beside"); }"""
            )
        )
        if order[-1] == pairs[2]:
            break
    assert [place for place, before in zip(order, ["", *order], strict=False) if place != before] == [
        pairs[1],
        f"{pairs[1]} detail",
        pairs[2],
    ]
    assert desk.current == pairs[2], "the row that the focus is in is the current one"


def test_the_mouse_hits_what_it_points_at(sit: Sit) -> None:
    """A row below the open detail moves when another becomes current; not under a mouse button that is down."""
    desk = sit().open()
    pairs = desk.pairs()
    desk.button(pairs[6], "x").hover()
    box = desk.button(pairs[6], "x").bounding_box()
    desk.page.mouse.down()
    assert desk.button(pairs[6], "x").bounding_box() == box
    desk.page.mouse.up()
    desk.settled()
    assert [pair for pair in pairs if desk.acts(pair)] == [pairs[6]]


def test_a_closed_dialog_gives_it_back(sit: Sit) -> None:
    desk = sit().open()
    for dialog in ("search", "none-fits", "keys"):
        opener = f'.foot [data-opens="{dialog}"]'
        desk.page.locator(opener).click()
        assert desk.page.evaluate("() => document.activeElement.closest('dialog') !== null")
        desk.press("Escape")
        assert desk.page.evaluate("selector => document.activeElement === document.querySelector(selector)", opener)


def test_a_row_below_the_fold_comes_into_view_and_stays_clear_of_the_header(sit: Sit) -> None:
    for width, height in ((1280, 800), (360, 640)):
        desk = sit(viewport={"width": width, "height": height}).open()
        for key in [*"j" * 14, *"k" * 9, *"jjj"]:
            desk.press(key)
            assert covered(desk) == [], (width, key, desk.current)


def covered(desk: Desk) -> list[str]:
    """What lies over the focused row: at its ends and in its middle."""
    return list(
        desk.page.evaluate(
            """() => { const row = document.activeElement, box = row.cells[2].getBoundingClientRect();
              return [[box.left + 2, box.top + 2], [box.left + box.width / 2, box.top + box.height / 2],
                      [box.left + 2, Math.min(box.bottom, innerHeight) - 2]]
                .map(([x, y]) => document.elementFromPoint(x, y)).filter((found) => !row.contains(found))
                .map((found) => found ? found.outerHTML.slice(0, 80) : "out of the window"); }"""
        )
    )


def test_what_a_key_changes_is_where_the_eye_is(sit: Sit) -> None:
    """In the middle of a long table, the next row takes the height of the one before."""
    desk = sit().open()
    desk.press(*"j" * 8)
    top = "() => document.activeElement.getBoundingClientRect().top"
    before = desk.page.evaluate(top)
    for key in "jxuj":
        desk.judge(key)
        assert abs(desk.page.evaluate(top) - before) < 2, key


def test_a_page_that_comes_back_from_the_cache_is_fetched_again(sit: Sit) -> None:
    desk = sit().open()
    with desk.page.expect_navigation():
        desk.page.evaluate("() => dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))")
    desk.detailed()
    assert desk.focus == desk.current


def test_back_shows_what_was_decided(sit: Sit) -> None:
    desk = sit().open()
    pair = desk.current or ""
    desk.judge("x")
    desk.page.goto("/queue")
    desk.page.go_back()
    desk.detailed()
    assert desk.state(pair) == "rejected"


@pytest.mark.parametrize("width", [1280, 360])
@pytest.mark.parametrize("place", [0, 14])
def test_the_next_question_is_in_sight_when_it_is_asked(sit: Sit, width: int, place: int) -> None:
    desk = sit(viewport={"width": width, "height": 800}).open()
    pair = desk.pairs()[place]
    desk.walk(pair)
    desk.judge("a")
    for number in range(1, 5):
        buttons = desk.detail(pair).locator(f'[data-question="{number}"] button')
        assert [buttons.nth(each).evaluate(IN_SIGHT) for each in (0, -1)] == [True, True], f"question {number}"
        assert desk.focus == pair
        desk.press("1")
    desk.settled()
    assert desk.acts(pair) == [Act.PROPOSE, Act.ASSESS]
