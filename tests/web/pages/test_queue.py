"""The queue's page."""

import re
from collections.abc import Callable

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.model import Act, Level, Progress, Source
from core.store.queue import Filter
from tests.web.pages.conftest import Decide
from web.forms import Form
from web.pages.queue import fields, read_filter
from web.paging import pager

Visit = Callable[[str | None], httpx.Client]
ROW = re.compile(r'<tr data-key-event="(\d+)">')

filters = st.builds(
    Filter,
    progress=st.none() | st.sampled_from(Progress),
    aop=st.none() | st.integers(1, 10**6),
    level=st.none() | st.sampled_from(Level),
    text=st.text(st.characters(blacklist_categories=("Cs", "Cc")), max_size=60).map(str.strip),
)


def rows(page: httpx.Response) -> list[int]:
    """The numbers of the Key Events on a page, in its order."""
    assert page.status_code == 200, page.text
    return [int(number) for number in ROW.findall(page.text)]


def test_a_reader_sees_every_key_event_in_order(visit: Visit) -> None:
    page = visit(None).get("/queue")
    assert rows(page) == [55, 149, 344, 1115]
    assert 'href="/key-events/149"' in page.text
    assert "1–4 of 4" in page.text


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("level=Tissue", [149]),
        ("aop=38", [344]),
        ("aop=AOP+38", [344]),
        ("text=inflam", [149]),
        ("text=il6", [149]),
        ("progress=open&level=Organ", [344]),
        ("progress=&aop=&level=&text=", [55, 149, 344, 1115]),
    ],
)
def test_a_curator_filters_in_the_address(visit: Visit, query: str, expected: list[int]) -> None:
    assert rows(visit(None).get(f"/queue?{query}")) == expected


def test_a_key_event_is_opened_with_the_filter_that_it_was_found_by(visit: Visit) -> None:
    assert (
        'href="/key-events/149?level=Tissue&amp;text=inflam"' in visit(None).get("/queue?level=Tissue&text=inflam").text
    )


def test_the_counts_of_progress_follow_the_other_filters(visit: Visit, decided: Decide) -> None:
    decided("curator", 149, Act.REJECT, "WP254")
    decided("curator", 149, Act.PROPOSE, "WP408")
    page = visit(None).get("/queue?aop=144&progress=in-progress")
    assert rows(page) == [149]
    assert [int(count) for count in re.findall(r'<span class="count">(\d+)</span>', page.text)] == [3, 2, 1, 0]
    assert 'title="1 proposed"' in page.text and 'title="1 rejected"' in page.text


def test_a_source_where_nothing_fits_is_named(
    visit: Visit, nothing_fits: Callable[[str, int, Source | None], None]
) -> None:
    nothing_fits("curator", 149, Source.GO)
    page = visit(None).get("/queue?progress=in-progress")
    assert rows(page) == [149]
    assert "nothing in" in page.text


def test_an_empty_list_says_what_to_do(visit: Visit) -> None:
    page = visit(None).get("/queue?text=nosuchword")
    assert rows(page) == []
    assert "No Key Event fits these filters" in page.text
    assert '<a class="button primary" href="/queue">Show all Key Events</a>' in page.text


@pytest.mark.parametrize(
    ("query", "named"),
    [
        ("level=Nowhere", "Nowhere"),
        ("progress=almost", "almost"),
        ("aop=x", "aop"),
        ("page=0", "page"),
        ("aop=1&aop=2", "aop"),
    ],
)
def test_a_bad_filter_is_refused_by_name(visit: Visit, query: str, named: str) -> None:
    page = visit(None).get(f"/queue?{query}")
    assert page.status_code == 422
    assert named in page.text


def test_what_somebody_types_stays_text(visit: Visit) -> None:
    page = visit(None).get("/queue", params={"text": '"><script>alert(1)</script>'})
    assert page.status_code == 200
    assert "<script>alert" not in page.text


@given(filters)
def test_a_filter_survives_its_own_address(filter: Filter) -> None:
    assert read_filter(Form({name: (value,) for name, value in fields(filter).items()})) == filter


@given(number=st.integers(1, 40), size=st.integers(1, 100), total=st.integers(1, 3000))
def test_a_page_knows_its_neighbours(number: int, size: int, total: int) -> None:
    number = min(number, -(-total // size))
    found = pager("/queue", {"level": "Organ", "text": ""}, number, size, total)
    assert 1 <= found.first <= found.last <= total
    assert (found.previous is None) == (number == 1)
    assert (found.next is None) == (found.last == total)
    assert found.next is None or found.next == f"/queue?level=Organ&page={number + 1}"
    assert number != 2 or found.previous == "/queue?level=Organ"
