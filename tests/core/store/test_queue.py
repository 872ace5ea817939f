"""The queue of Key Events: filters, pages, and where a Key Event stands in it."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.model import Level, Progress, Source, State
from core.store import connection, queue
from core.store.queue import Filter, Place
from tests import catalogues

PERSON = (
    "INSERT INTO person (id, issuer, subject, login, role, created_at)"
    " VALUES (1, 'https://github.com', 1, 'curator', 'curator', '')"
)


@pytest.fixture
def db(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    """KE 149 is in progress with two rejected pairs and nothing in GO; KE 344 is done; the others are open."""
    path = catalogues.small(tmp_path)
    with connection.writer(path) as db:
        with connection.transaction(db):
            db.execute(PERSON)
            for target in (1, 2):
                db.execute(f"INSERT INTO pair (id, key_event, target) VALUES ({target}, 149, {target})")
                db.execute(
                    "INSERT INTO mapping (pair, uuid, key_event, target, source, state, version, at)"
                    f" VALUES ({target}, '{target}', 149, {target}, 'wikipathways', 'rejected', 1, '')"
                )
            db.execute("INSERT INTO key_event_progress VALUES (149, 'in-progress', '[\"go\"]'), (344, 'done', '[]')")
        yield db


def numbers(db: sqlite3.Connection, filter: Filter) -> list[int]:
    return [row.id for row in queue.page(db, filter).rows]


def test_a_person_sees_what_was_decided_in_each_row(db: sqlite3.Connection) -> None:
    row = queue.page(db, Filter()).rows[1]
    assert (row.id, row.level, row.aops, row.progress) == (149, Level.TISSUE, 1, Progress.IN_PROGRESS)
    assert row.decided == {State.REJECTED: 2}
    assert row.no_target == (Source.GO,)
    assert queue.page(db, Filter()).rows[0].decided == {}


@pytest.mark.parametrize(
    ("filter", "expected"),
    [
        (Filter(), [55, 149, 344, 1115]),
        (Filter(progress=Progress.OPEN), [55, 1115]),
        (Filter(progress=Progress.IN_PROGRESS), [149]),
        (Filter(progress=Progress.DONE), [344]),
        (Filter(aop=144), [149, 344, 1115]),
        (Filter(aop=7), []),
        (Filter(aop=10**30), []),
        (Filter(level=Level.CELLULAR), [1115]),
        (Filter(text="inflam"), [149]),
        (Filter(text="KE 149"), [149]),
        (Filter(text="149"), [149]),
        (Filter(text="il-6"), [149]),
        (Filter(text="  "), [55, 149, 344, 1115]),
        (Filter(text="!?"), []),
        (Filter(aop=144, text="increase", progress=Progress.OPEN), [1115]),
    ],
)
def test_a_person_filters_the_queue(db: sqlite3.Connection, filter: Filter, expected: list[int]) -> None:
    assert numbers(db, filter) == expected
    assert queue.page(db, filter).total == len(expected)


def test_pages_follow_each_other_and_a_page_past_the_end_is_the_last(db: sqlite3.Connection) -> None:
    pages = [queue.page(db, Filter(), number, size=3) for number in (1, 2, 3, 10**30)]
    assert [[row.id for row in page.rows] for page in pages] == [[55, 149, 344], [1115], [1115], [1115]]
    assert [(page.number, page.pages, page.total) for page in pages] == [(1, 2, 4), (2, 2, 4), (2, 2, 4), (2, 2, 4)]
    nothing = queue.page(db, Filter(aop=7))
    assert (nothing.number, nothing.pages, nothing.total) == (1, 1, 0)


def test_a_key_event_knows_its_place_and_both_its_sides(db: sqlite3.Connection) -> None:
    assert queue.place(db, Filter(), 149) == Place(2, 4, previous=55, next=344)
    assert queue.place(db, Filter(), 55) == Place(1, 4, previous=None, next=149)
    assert queue.place(db, Filter(), 1115) == Place(4, 4, previous=344, next=None)


def test_a_key_event_that_left_the_filter_still_has_both_sides(db: sqlite3.Connection) -> None:
    assert queue.place(db, Filter(progress=Progress.OPEN), 149) == Place(None, 2, previous=55, next=1115)
    assert queue.place(db, Filter(text="zzz"), 149) == Place(None, 0, previous=None, next=None)


def test_the_menus_offer_what_there_is(db: sqlite3.Connection) -> None:
    assert queue.counts(db) == {Progress.OPEN: 2, Progress.IN_PROGRESS: 1, Progress.DONE: 1}
    assert queue.levels(db) == [Level.CELLULAR, Level.TISSUE, Level.ORGAN]


def test_the_aop_of_a_filter_is_known_by_its_title(db: sqlite3.Connection) -> None:
    found = [queue.aop(db, Filter(aop=number)) for number in (38, 999, None)]
    assert [aop and aop.label for aop in found] == ["AOP 38", None, None]
