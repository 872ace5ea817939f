"""Pages that everybody can use: screen readers, small screens, dark rooms; no complaint from the console."""

import os
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlencode

import pytest

from core.model import Act, Pair, Relation, Tier
from core.store import connection, decisions
from tests import publishing, releasing
from tests.browser.conftest import Sit
from tests.browser.desk import Desk
from tests.publishing import GO, WP254, WP408, answers
from tests.servers import Keyway

pytestmark = [pytest.mark.browser, pytest.mark.slow]

ROOT = Path(__file__).parents[2]
AXE = os.environ.get("AXE_SCRIPT") or next(map(str, ROOT.glob("**/node_modules/axe-core/axe.min.js")), "")
EVERYTHING, OF_COLOUR = None, ["color-contrast", "link-in-text-block"]  # the scheme changes nothing but colours
ColorScheme = Literal["light", "dark"]
SCHEMES: tuple[ColorScheme, ...] = ("light", "dark")
WIDTHS = (1280, 360)
RUN_AXE = """async (rules) => {
  const { violations } = await axe.run(document, { resultTypes: ["violations"], runOnly: rules ?? undefined });
  const told = (node) => `${node.target} ${node.failureSummary}`;
  return violations.map((found) => `${found.id}: ${found.nodes.slice(0, 3).map(told).join("; ")}`); }"""

PAGES = {
    "home": ("curator", "/"),
    "queue": ("curator", "/queue"),
    "Key Event": ("curator", "/key-events/1115"),
    "Key Event of a reader": (None, "/key-events/1115"),
    "target": ("curator", "/targets/wikipathways/WP408"),
    "AOPs": (None, "/aops"),
    "an AOP": (None, "/aops/27"),
    "a gene": (None, "/genes/TP53"),
    "search": (None, "/search"),
    "what a search found": ("curator", "/search?q=p53"),
    "look again": ("curator", "/recheck"),
    "explore": (None, "/explore"),
    "explore, filtered": ("curator", "/explore?state=all&gene=TP53&since=2026-01-01"),
    "a mapping with a history": (None, "/mappings/{mapping}"),
    "the review queue": ("reviewer", "/review"),
    "what many approvals would do": ("reviewer", "/review/approvals?{chosen}"),
    "statistics": (None, "/statistics"),
    "releases": (None, "/releases"),
    "a release": (None, "/releases/2026.1"),
    "the API": (None, "/api/v1"),
    "tokens": ("curator", "/me/tokens"),
    "downloads": (None, "/downloads"),
    "downloads, told": (None, "/downloads?source=go&open=pairs.gmt"),
    "instruments": (None, "/instruments"),
    "people": ("admin", "/admin"),
    "sign-in": (None, "/signin"),
    "role": ("stranger", "/role"),
    "me": ("curator", "/me"),
    "nothing there": (None, "/nowhere"),
    "no such Key Event": ("curator", "/key-events/999999"),
    "signed out": (None, "/me"),
    "not allowed": ("stranger", "/review"),
}
TOO_WIDE = """() => document.documentElement.scrollWidth > document.documentElement.clientWidth
  ? [...document.querySelectorAll("body *")].filter((each) => each.getBoundingClientRect().right > innerWidth + 1)
      .slice(0, 5).map((each) => each.outerHTML.slice(0, 80)) : []"""
TOO_SMALL = """(least) => [...document.querySelectorAll("#triage button, #triage summary, header.site :is(a, button)")]
  .map((each) => [each, each.getBoundingClientRect()])
  .filter(([, box]) => box.width && (box.height < least - 0.5 || box.width < least - 0.5))
  .map(([each, box]) => `${each.outerHTML.slice(0, 90)} ${Math.round(box.width)}x${Math.round(box.height)}`)"""
COVERED = """() => [...document.querySelectorAll("a[href]:not(.skip), button, input, select, textarea, summary")]
  .filter((each) => {
    each.scrollIntoView({ block: "center", behavior: "instant" });
    const box = each.getClientRects()[0];
    if (!box || box.width < 2 || !each.checkVisibility({ visibilityProperty: true })) return false;
    const met = document.elementFromPoint(box.left + Math.min(box.width / 2, 12), (box.top + box.bottom) / 2);
    return !(each.contains(met) || met?.closest("label")?.control === each);
  }).slice(0, 5).map((each) => each.outerHTML.slice(0, 90))"""

Pages = dict[str, tuple[str | None, str]]
Judge = Callable[[Desk], list[str]]
APART = 2117  # a Key Event that no test here judges


@pytest.fixture(scope="module", autouse=True)
def released(site: Keyway) -> None:
    """A mapping in force, and a release that holds it, for the pages that show them."""
    publishing.publish(site.database, (APART, WP254))
    releasing.make(site.database)


@pytest.fixture(scope="module")
def pages(site: Keyway, released: None) -> Pages:
    """Who opens which page. The mapping has been revised, and two proposals wait: one assessed, one with a question."""
    mapping, one, other = (Pair(APART, target) for target in (WP254, WP408, GO))
    with connection.writer(site.database) as db, connection.transaction(db):
        act = partial(publishing.act, db)
        act("second-curator", mapping, Act.ANNOTATE, note="seen in hepatocytes, too")
        act("second-curator", mapping, Act.REVISE, relation=Relation.NARROWER, answers=answers(WP254.source, Tier.LOW))
        act("curator", one, Act.PROPOSE, relation=Relation.RELATED, answers=answers(WP408.source), note="as in rats")
        act("curator", other, Act.PROPOSE, relation=Relation.BROADER)
        act("reviewer", other, Act.ASK_BACK, note="Which paper shows that?")
        uuid = decisions.of_pair(db, mapping)[0].uuid
    chosen = urlencode([("pair", f"{APART}/{pair.target}") for pair in (mapping, one, other)])
    return {name: (login, path.format(mapping=uuid, chosen=chosen)) for name, (login, path) in PAGES.items()}


@pytest.fixture
def violations() -> Judge:
    """What axe-core finds wrong with the page as it stands."""
    if not AXE:
        pytest.skip("no axe-core here: name its axe.min.js in AXE_SCRIPT")
    script = Path(AXE).read_text("utf-8")

    def judge(desk: Desk) -> list[str]:
        if not desk.page.evaluate("() => typeof axe !== 'undefined'"):
            desk.page.evaluate(script)
        dark = desk.page.evaluate("() => matchMedia('(prefers-color-scheme: dark)').matches")
        found: list[str] = desk.page.evaluate(RUN_AXE, OF_COLOUR if dark else EVERYTHING)
        return found

    return judge


@pytest.mark.parametrize("scheme", SCHEMES)
def test_axe_finds_nothing_wrong_with_any_page(sit: Sit, violations: Judge, pages: Pages, scheme: ColorScheme) -> None:
    desks: dict[str | None, Desk] = {}
    wrong: list[str] = []
    for name, (login, path) in pages.items():
        desk = desks.get(login) or desks.setdefault(login, sit(login, color_scheme=scheme, reduced_motion="reduce"))
        desk.page.goto(path)
        desk.detailed()
        for width in WIDTHS:
            desk.page.set_viewport_size({"width": width, "height": 800})
            wrong += [f"{name} at {width} px: {found}" for found in violations(desk)]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_axe_finds_nothing_wrong_with_a_table_at_work(sit: Sit, violations: Judge, scheme: ColorScheme) -> None:
    # without motion: half faded in, a dialog has other colours
    desk, other = sit("curator", color_scheme=scheme, reduced_motion="reduce").open(), sit("second-curator").open()
    other.judge("x", "u", "a", "1", "1", "1", "1")
    wrong: list[str] = []

    def look(when: str) -> None:
        wrong.extend(f"{when}: {found}" for found in violations(desk))

    desk.judge("a")
    look("a conflict in the row")
    desk.judge("k", "j", "j", "j", "b", "1", "2")
    look("an assessment, half answered")
    desk.press("c", "Escape", "g")
    look("genes open")
    for key in "/?0":
        desk.press(key)
        look(f"the dialog of {key}")
        desk.press("Escape")
    with desk.answered_by(lambda route, request: route.fulfill(status=503)):
        desk.judge("x")
    look("a press that was not saved")
    desk.judge("r")
    desk.page.set_viewport_size({"width": 360, "height": 640})
    look("at 360 px")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_axe_finds_nothing_wrong_with_what_was_decided(sit: Sit, violations: Judge, scheme: ColorScheme) -> None:
    desk = sit("curator", color_scheme=scheme, reduced_motion="reduce").open()
    desk.judge("a", "1", "1", "1", "1", "j", "x", "z")
    desk.page.goto("/statistics")
    for numbers in desk.page.locator("summary").all():
        numbers.click()
    wrong = violations(desk)
    desk.page.goto("/explore?state=all")
    wrong += violations(desk)
    desk.follow(desk.page.locator("tbody a").first)
    assert "/mappings/" in desk.page.url
    assert wrong + violations(desk) == []


def visited(sit: Sit, pages: Pages, **context: Any) -> Iterator[tuple[str, Desk]]:
    """Each page by its name, opened by somebody whom it is for."""
    for login in dict.fromkeys(whose for whose, _ in pages.values()):
        desk = sit(login, **context)
        for name, (whose, path) in pages.items():
            if whose == login:
                desk.page.goto(path)
                yield name, desk


def test_no_page_scrolls_sideways_at_320_px(sit: Sit, pages: Pages) -> None:
    wrong: dict[str, Any] = {}
    for name, desk in visited(sit, pages, viewport={"width": 320, "height": 640}):
        desk.detailed()
        if found := desk.page.evaluate(TOO_WIDE):
            wrong[name] = found
    desk = sit("curator", viewport={"width": 320, "height": 640}).open()
    for keys in ("j", "a", "c", "Escape", "g", "/", "Escape", "?", "Escape", "0"):
        desk.press(keys)
        if found := desk.page.evaluate(TOO_WIDE):
            wrong[keys] = found
    assert wrong == {}


@pytest.mark.parametrize("width", [1280, 360])
def test_a_finger_meets_whatever_can_be_pressed(sit: Sit, pages: Pages, width: int) -> None:
    wrong: dict[str, Any] = {}
    for name, desk in visited(sit, pages, viewport={"width": width, "height": 800}, reduced_motion="reduce"):
        desk.detailed()
        if found := desk.page.evaluate(COVERED):
            wrong[name] = found
    assert wrong == {}


@pytest.mark.parametrize(("width", "least"), [(1280, 24), (360, 40)])
def test_what_one_presses_is_large_enough(sit: Sit, width: int, least: int) -> None:
    desk = sit(viewport={"width": width, "height": 800}).open()
    desk.judge("a")
    small = desk.page.evaluate(TOO_SMALL, least)
    assert not small, "\n".join(small)
    if width == 360:
        assert not desk.page.evaluate("() => matchMedia('(min-width: 640px)').matches")


def test_less_motion_means_none(sit: Sit) -> None:
    desk = sit(reduced_motion="reduce").open()
    moving = desk.page.evaluate(
        """() => [...document.querySelectorAll("*")].filter((each) => {
          const style = getComputedStyle(each);
          return parseFloat(style.transitionDuration) > 0.001 || parseFloat(style.animationDuration) > 0.001; })
          .map((each) => each.outerHTML.slice(0, 80)).slice(0, 5)"""
    )
    assert moving == []


def test_every_page_has_a_title_a_heading_and_a_way_back(sit: Sit, pages: Pages) -> None:
    for name, desk in visited(sit, pages):
        assert desk.page.title().endswith(" · Keyway"), name
        assert desk.page.locator("h1").count() == 1, name
        assert desk.page.locator('header a[href="/"]').count() == 1, name
        assert desk.page.locator("html[lang=en] main").count() == 1, name


def test_the_live_region_is_there_from_the_first_load_outside_of_every_swap(sit: Sit) -> None:
    desk = sit().open()
    html = desk.page.request.get(f"/key-events/{desk.key_event}").text()
    assert html.count('role="status"') == 1
    assert desk.page.locator("tbody [role=status], form [role=status], [hx-swap] [role=status]").count() == 0
