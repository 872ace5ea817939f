"""A team of one (`REVIEW=single`): whoever assesses their own proposal has approved it, and one key takes both back."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.model import Act
from tests import servers
from tests.browser.conftest import Sit
from tests.servers import Keyway

pytestmark = pytest.mark.browser
WIDTHS = (1280, 360)


@pytest.fixture(scope="module")
def site(embedded: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Keyway]:
    """Keyway where one pair of eyes is enough."""
    folder = tmp_path_factory.mktemp("alone") / "data"
    shutil.copytree(embedded, folder)
    with servers.keyway(folder / servers.DATABASE, REVIEW="single") as running:
        yield running


@pytest.mark.parametrize("width", WIDTHS)
def test_an_assessment_of_ones_own_approves_and_one_key_takes_both_back(sit: Sit, width: int) -> None:
    desk = sit("curator", viewport={"width": width, "height": 800}).open()
    pair = desk.current or ""
    desk.judge("a")
    assert (desk.state(pair), desk.acts(pair)) == ("proposed", [Act.PROPOSE])
    assert "not assessed" in desk.row(pair).inner_text()
    desk.judge("1", "1", "1", "1")
    assert (desk.state(pair), desk.acts(pair)) == ("approved", [Act.PROPOSE, Act.ASSESS, Act.APPROVE])
    assert desk.status == f"Approved {pair.partition(':')[2]}. {desk.open_count} open. Z undoes."
    assert "Approved as related" in (desk.detail(pair).text_content() or "")
    desk.judge("z")
    assert (desk.state(pair), desk.current, desk.focus) == ("proposed", pair, pair)
    assert desk.acts(pair)[3:] == [Act.UNDO, Act.UNDO], "two acts were taken back by one key"
    assert "not assessed" in desk.row(pair).inner_text()
    desk.reload()
    desk.judge("z")
    assert desk.state(pair) == "open"


@pytest.mark.parametrize("width", WIDTHS)
def test_a_curator_reviews_and_approves_what_is_their_own(sit: Sit, width: int) -> None:
    viewport = {"width": width, "height": 800}
    author = sit("curator", viewport=viewport).open()
    first, second, third = author.pairs()[:3]
    for _ in range(3):  # one after another, so that the queue, oldest first, has them in this order
        author.judge("a")
        author.press("j")
    assert [author.state(pair) for pair in (first, second, third)] == ["proposed"] * 3

    other = sit("second-curator", viewport=viewport)
    other.page.goto(f"/review?key_event={other.key_event}")
    other.detailed()
    assert "On a proposal" in other.page.locator(".ke").inner_text()
    assert other.page.locator('nav a[href="/review"]').is_visible()
    names = {pair: f"{other.key_event}/{pair}" for pair in (first, second, third)}
    other.judge("1", "1", "1", "1", "j", "2", "1", "1", "1")
    assert [other.state(names[pair]) for pair in (first, second)] == ["proposed"] * 2, "it is not their own"
    other.explain("x", "too broad")
    assert (other.state(names[second]), other.acts(second)[-1]) == ("declined", Act.DECLINE)

    author.open(f"?at={first}")
    assert author.button(first, "a").inner_text().split()[:2] == ["A", "Approve"]
    author.judge("a")
    assert (author.state(first), author.acts(first)) == ("approved", [Act.PROPOSE, Act.ASSESS, Act.APPROVE])
    author.open(f"?at={first}")
    author.explain("x", "it was merged into another")
    assert author.state(first) == "retired"
