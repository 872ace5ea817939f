"""The first page."""

from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from core.model import Act, Level, Progress, Source
from core.store import connection
from tests import catalogues, people, servers
from tests.web.pages.conftest import Decide
from web.pages.home import Bar, overview

Visit = Callable[[str | None], httpx.Client]
NothingFits = Callable[[str, int, Source | None], None]


def test_a_reader_learns_what_this_is_and_where_to_begin(visit: Visit) -> None:
    page = visit(None).get("/")
    assert page.status_code == 200
    assert "Which pathways measure a Key Event?" in page.text
    assert '<a class="button primary large" href="/signin?next=/queue">Sign in to curate</a>' in page.text
    assert "0 of 4 Key Events are done" in page.text
    assert "6 targets to choose from" in page.text


def test_every_page_credits_its_sources(visit: Visit) -> None:
    page = visit(None).get("/")
    for words in ("AOP-Wiki", "CC BY-SA 4.0", "WikiPathways", "CC0 1.0", "Gene Ontology", "CC BY 4.0", "2026-11-23"):
        assert words in page.text


def test_a_stranger_is_led_to_ask_for_a_role(visit: Visit) -> None:
    assert '<a class="button primary large" href="/role">' in visit("stranger").get("/").text


def test_a_curator_begins_with_the_first_open_key_event(visit: Visit) -> None:
    assert "Judge KE 55</a>" in visit("curator").get("/").text


def test_a_curator_goes_on_where_they_were(visit: Visit, decided: Decide) -> None:
    decided("curator", 344, Act.REJECT, "WP254")
    decided("second-curator", 55, Act.REJECT, "WP254")
    assert "Judge KE 344</a>" in visit("curator").get("/").text


def test_a_curator_is_led_on_from_what_is_done(visit: Visit, decided: Decide, nothing_fits: NothingFits) -> None:
    decided("curator", 55, Act.REJECT, "WP254")
    nothing_fits("curator", 55, None)
    page = visit("curator").get("/").text
    assert "Judge KE 149</a>" in page
    assert "1 of 4 Key Events is done" in page


def test_a_curator_who_has_finished_everything_is_told_so(visit: Visit, nothing_fits: NothingFits) -> None:
    for key_event in (55, 149, 344, 1115):
        nothing_fits("curator", key_event, None)
    page = visit("curator").get("/").text
    assert "Every Key Event is done." in page
    assert "4 of 4 Key Events are done" in page


def test_a_reader_of_an_empty_catalogue_is_told_so(tmp_path: Path) -> None:
    with servers.keyway(catalogues.empty(tmp_path)) as running, people.visitor(running.base_url) as reader:
        page = reader.get("/")
    assert page.status_code == 200
    assert "The catalogue is empty" in page.text


def test_the_levels_are_bars_on_one_scale(database: Path) -> None:
    with connection.reader(database) as db:
        found = overview(db, None)
    assert [bar.level for bar in found.bars] == [Level.CELLULAR, Level.TISSUE, Level.ORGAN, None]
    assert {bar.longest for bar in found.bars} == {1}
    assert found.counts == {Progress.OPEN: 4, Progress.IN_PROGRESS: 0, Progress.DONE: 0}


@pytest.mark.parametrize(("done", "share"), [(0, 0), (1, 12.5), (3, 37.5)])
def test_a_bar_begins_at_zero(done: int, share: float) -> None:
    counts = {Progress.OPEN: 1, Progress.IN_PROGRESS: 1, Progress.DONE: done}
    assert Bar(None, counts, longest=8).share(Progress.DONE) == share


def test_a_reader_costs_two_statements(database: Path) -> None:
    statements: list[str] = []
    with connection.reader(database) as db:
        db.set_trace_callback(statements.append)
        overview(db, None)
    assert len(statements) == 2, statements
