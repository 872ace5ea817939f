"""The list of all mappings: every filter, every order, every page, against a plain list of what was decided."""

import itertools
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, given, settings

from core.model import Relation, Source, State, Tier
from core.store import connection, explore
from core.store.explore import Filter, Mark, Order, Row
from scripts.bench import decisions
from tests import catalogues, people

SEED = 3
FIRST_DAY = decisions.BEGIN.date()
ORDERED: dict[Order, Callable[[Row], object]] = {
    Order.NEWEST: lambda row: row.at,
    Order.OLDEST: lambda row: row.at,
    Order.KEY_EVENT: lambda row: row.key_event,
    Order.TARGET: lambda row: row.target.accession,
    Order.CONFIDENCE: lambda row: [None, Tier.LOW, Tier.MEDIUM, Tier.HIGH].index(row.tier),
}
FALLING = {Order.NEWEST, Order.CONFIDENCE}
FILTERS = st.builds(
    Filter,
    state=st.sampled_from([None, *(state for state in State if state is not State.OPEN)]),
    key_event=st.sampled_from([None, None, 149, 1115, 7]),
    aop=st.sampled_from([None, None, 144, 38]),
    source=st.sampled_from([None, None, *Source]),
    accession=st.sampled_from(["", "", "WP254", "GO:0006954"]),
    gene=st.sampled_from(["", "", "TNF", "sod1", "NOBODY"]),
    tier=st.sampled_from([None, None, *Tier]),
    relation=st.sampled_from([None, None, *Relation]),
    person=st.sampled_from(["", "", "curator", "REVIEWER", "nobody"]),
    since=st.sampled_from([None, FIRST_DAY, FIRST_DAY + timedelta(days=1)]),
    until=st.sampled_from([None, FIRST_DAY, FIRST_DAY + timedelta(days=2)]),
)
NAMES = ("aop", "key_event", "source", "accession", "gene", "tier", "relation", "person", "since")
GENES = {"TNF": {"WP254", "WP4341"}, "sod1": {"WP408"}, "NOBODY": set[str]()}
AOPS = {144: {149, 1115, 344}, 38: {344}}


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    path = catalogues.small(tmp_path_factory.mktemp("explore"))
    with connection.writer(path) as writing, connection.transaction(writing):
        people.enrol(writing)
    decisions.decide(path, 1000, SEED)
    with connection.reader(path) as db:
        yield db


def everything(db: sqlite3.Connection) -> list[Row]:
    """All mappings there are."""
    return list(explore.page(db, Filter(state=None), size=1000).rows)


def fits(row: Row, filter: Filter) -> bool:
    """Whether a filter leaves a row, in plain words."""
    day = row.at.date()
    return (
        filter.state in (None, row.state)
        and filter.key_event in (None, row.key_event)
        and (filter.aop is None or row.key_event in AOPS[filter.aop])
        and filter.source in (None, row.target.source)
        and filter.accession in ("", row.target.accession)
        and (not filter.gene or row.target.accession in GENES[filter.gene])
        and filter.tier in (None, row.tier)
        and filter.relation in (None, row.relation)
        and (not filter.person or filter.person.lower() in (row.author, row.person))
        and (filter.since or date.min) <= day <= (filter.until or date.max)
    )


def test_the_list_has_every_state_to_look_at(db: sqlite3.Connection) -> None:
    rows = everything(db)
    assert len(rows) == 24  # each of four Key Events with each of six targets
    assert {row.state for row in rows} >= {State.APPROVED, State.PROPOSED, State.REJECTED}
    assert all(row.uuid for row in rows)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(filter=FILTERS, order=st.sampled_from(Order), size=st.integers(1, 7))
def test_turning_the_pages_shows_what_the_filter_leaves_once_and_in_order(
    db: sqlite3.Connection, filter: Filter, order: Order, size: int
) -> None:
    wanted = [row for row in everything(db) if fits(row, filter)]
    pages = list(turned(db, filter, order, size))
    shown = [row for page in pages for row in page.rows]
    assert sorted(row.uuid for row in shown) == sorted(row.uuid for row in wanted)
    assert all(page.total == len(wanted) for page in pages)
    values = [(ORDERED[order](row), row.mark.pair) for row in shown]
    assert values == sorted(values, reverse=order in FALLING)  # type: ignore[type-var]
    back = [*turned_back(db, filter, order, size, pages[-1])]
    assert [row for page in reversed(back) for row in page.rows] == [row for page in pages[:-1] for row in page.rows]


def turned(db: sqlite3.Connection, filter: Filter, order: Order, size: int) -> Iterator[explore.Page]:
    """The pages, from the first to the last."""
    after: Mark | None = None
    for _ in range(30):
        page = explore.page(db, filter, order, after=after, size=size)
        yield page
        after = page.after
        if after is None:
            return
    raise AssertionError("there is no last page")


def turned_back(
    db: sqlite3.Connection, filter: Filter, order: Order, size: int, last: explore.Page
) -> Iterator[explore.Page]:
    """The pages before the last one, from there to the first."""
    page = last
    for _ in range(30):
        if page.before is None:
            return
        page = explore.page(db, filter, order, before=page.before, size=size)
        yield page
    raise AssertionError("there is no first page")


def test_many_are_walked_as_few_are_sorted(db: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    """The two ways to the same list: above FEW the order's index leads, below it the filter's."""
    cases = list(itertools.product((None, State.APPROVED), Order, ("", "curator"), (None, FIRST_DAY)))

    def lists() -> list[tuple[Row, ...]]:
        return [
            explore.page(db, Filter(state=state, person=person, since=since), order, size=9).rows
            for state, order, person, since in cases
        ]

    sorted_ones = lists()
    monkeypatch.setattr(explore, "FEW", -1)
    assert lists() == sorted_ones


ALONE: tuple[Filter, ...] = (
    Filter(),
    Filter(aop=144),
    Filter(key_event=149),
    Filter(source=Source.GO),
    Filter(accession="WP254"),
    Filter(gene="TNF"),
    Filter(tier=Tier.HIGH),
    Filter(relation=Relation.RELATED),
    Filter(person="curator"),
    Filter(since=FIRST_DAY, until=FIRST_DAY + timedelta(days=9)),
)


@pytest.mark.parametrize("state", [None, State.APPROVED], ids=["all", "approved"])
@pytest.mark.parametrize("order", Order)
@pytest.mark.parametrize("filter", ALONE, ids=lambda filter: next((f for f in NAMES if getattr(filter, f)), "none"))
def test_a_long_list_is_walked_in_order_and_never_sorted(
    db: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch, filter: Filter, order: Order, state: State | None
) -> None:
    monkeypatch.setattr(explore, "FEW", -1)
    *_, listed = plans(db, lambda: explore.page(db, replace(filter, state=state), order))
    assert "USE TEMP B-TREE FOR ORDER BY" not in listed  # the last term alone, a Key Event's pairs, may be sorted
    (first,) = [step for step in listed if step.split()[1] == "mapping"]
    assert "USING INDEX mapping_" in first, listed


@pytest.mark.parametrize("filter", ALONE[1:3] + ALONE[4:6], ids=["aop", "key_event", "accession", "gene"])
def test_a_short_list_is_found_by_what_makes_it_short(db: sqlite3.Connection, filter: Filter) -> None:
    for step in itertools.chain(*plans(db, lambda: explore.page(db, replace(filter, state=None), Order.NEWEST))):
        assert not step.startswith("SCAN mapping"), step


def test_counting_does_not_read_the_table(db: sqlite3.Connection) -> None:
    counted, _ = plans(db, lambda: explore.page(db, Filter(person="curator")))
    assert any("mapping USING COVERING INDEX mapping_facts" in step for step in counted), counted


def plans(db: sqlite3.Connection, request: Callable[[], object]) -> list[list[str]]:
    """How SQLite goes about each statement of a request."""
    asked: list[str] = []
    db.set_trace_callback(asked.append)
    request()
    db.set_trace_callback(None)
    own = [statement for statement in asked if not statement.startswith("--")]  # the others are FTS5's
    return [[row["detail"] for row in db.execute(f"EXPLAIN QUERY PLAN {statement}")] for statement in own]


def test_a_count_says_when_it_stops_counting(db: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(explore, "MOST_COUNTED", 10)
    assert explore.page(db, Filter(state=None)).total == 11


def test_a_mark_from_nowhere_is_only_a_place(db: sqlite3.Connection) -> None:
    for order in Order:
        for value in ("", "x" * 50, "9" * 30, "-1", "é"):
            explore.page(db, Filter(), order, after=Mark(value, 10**14))


def test_a_database_of_an_older_schema_gets_its_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from core.store import migrate

    steps = migrate.known()
    path = tmp_path / "keyway.db"
    monkeypatch.setattr(migrate, "known", lambda: steps[:2])
    migrate.migrate(path, catalogues.NOW)
    with connection.writer(path) as db, connection.transaction(db):
        db.execute("INSERT INTO snapshot VALUES (1, 'x', 'r', '', '', 0, 0, 0, 0, 0)")
        db.execute("INSERT INTO key_event (id, title, snapshot) VALUES (1, 'One', 1)")
        db.execute("INSERT INTO target (id, source, accession, title, snapshot) VALUES (1, 'go', 'GO:0000001', 'T', 1)")
        db.execute("INSERT INTO person (id, issuer, subject, login, created_at) VALUES (1, 'i', 1, 'curator', '')")
        db.execute("INSERT INTO pair VALUES (1, 1, 1)")
        for id, uuid, act, undoes in ((1, "r", "reject", None), (2, "p", "propose", None), (3, "u", "undo", 2)):
            db.execute(
                "INSERT INTO decision (id, uuid, pair, person, act, undoes, base_version, idempotency_key, at)"
                " VALUES (:id, :uuid, 1, 1, :act, :undoes, :id - 1, :uuid, '')",
                {"id": id, "uuid": uuid, "act": act, "undoes": undoes},
            )
        db.execute(
            "INSERT INTO mapping (pair, key_event, target, source, state, tier, version)"
            " VALUES (1, 1, 1, 'go', 'rejected', 'medium', 3)"
        )
    monkeypatch.setattr(migrate, "known", lambda: steps)
    migrate.migrate(path, catalogues.NOW)
    with connection.reader(path) as db:
        row = db.execute("SELECT uuid, accession, confidence FROM mapping").fetchone()
    assert tuple(row) == ("p", "GO:0000001", 2)
