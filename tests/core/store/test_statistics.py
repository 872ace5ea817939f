"""What statistics count is what people did, and reading it costs no walk through the decisions."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from sqlite3 import Connection
from uuid import uuid4

import pytest

from core import review, undoing
from core.coverage import Cover
from core.model import Act, Pair, Relation, Source, State, Tier
from core.store import connection, contributions, statistics
from core.store.activity import Activity
from tests import people, publishing
from tests.catalogues import NOW
from tests.publishing import GO, WP254, WP408

TODAY = NOW.date()


@pytest.fixture
def db(database: Path) -> Iterator[Connection]:
    """The small catalogue, in a transaction."""
    with connection.writer(database) as found, connection.transaction(found):
        yield found


def no_target(db: Connection, key_event: int, source: Source | None) -> None:
    review.no_target(db, key_event, source, people.person(db, "curator").id, str(uuid4()), "", NOW)


class TestCoverage:
    def test_each_source_is_told_by_the_best_that_it_has(self, db: Connection) -> None:
        publishing.approve(db, 149, WP254)
        publishing.act(db, "curator", Pair(149, WP408), Act.PROPOSE, relation=Relation.RELATED)
        publishing.act(db, "curator", Pair(149, GO), Act.PROPOSE, relation=Relation.RELATED)
        publishing.act(db, "curator", Pair(1115, WP408), Act.REJECT)
        no_target(db, 344, None)
        found = {id: covers for id, (_, covers) in statistics.key_events(db).items()}
        assert list(found[149].values()) == [Cover.APPROVED, Cover.PROPOSED, Cover.GAP]
        assert set(found[344].values()) == {Cover.NOTHING}
        assert set(found[1115].values()) == {Cover.GAP}

    def test_a_revision_is_in_force_and_what_is_retired_is_a_gap(self, db: Connection) -> None:
        publishing.approve(db, 149, WP254)
        publishing.act(db, "curator", Pair(149, WP254), Act.REVISE, relation=Relation.BROADER)
        assert statistics.key_events(db)[149][1][WP254.source] is Cover.APPROVED
        publishing.retire(db, 149, WP254)
        assert statistics.key_events(db)[149][1][WP254.source] is Cover.GAP

    def test_what_is_withdrawn_is_left_out(self, db: Connection) -> None:
        assert {149, 1115} <= statistics.key_events(db).keys()
        members = {aop.id: ids for aop, ids in statistics.aops(db).items()}
        db.execute("UPDATE key_event SET withdrawn = 1 WHERE id = 149")
        assert 149 not in statistics.key_events(db)
        left = {aop.id: ids for aop, ids in statistics.aops(db).items()}
        assert {id for ids in members.values() for id in ids} - {id for ids in left.values() for id in ids} == {149}


class TestCounts:
    def test_states_and_tiers_are_by_source(self, db: Connection) -> None:
        publishing.approve(db, 149, WP254, tier=Tier.LOW)
        publishing.approve(db, 149, GO)
        publishing.act(db, "curator", Pair(1115, GO), Act.REJECT)
        assert statistics.states(db)[State.APPROVED] == {WP254.source: 1, GO.source: 1, Source.REACTOME: 0}
        assert statistics.states(db)[State.REJECTED][GO.source] == 1
        assert State.OPEN not in statistics.states(db)
        assert statistics.tiers(db)[WP254.source] == {Tier.HIGH: 0, Tier.MEDIUM: 0, Tier.LOW: 1, None: 0}

    def test_approvals_and_waits_are_those_of_mappings_in_force(self, db: Connection) -> None:
        pair = Pair(149, WP254)
        publishing.act(db, "curator", pair, Act.PROPOSE, relation=Relation.RELATED)
        publishing.act(db, "curator", pair, Act.ASSESS, answers=publishing.answers(WP254.source))
        assert statistics.waiting_since(db) == NOW
        publishing.act(db, "reviewer", pair, Act.APPROVE, now=NOW + timedelta(days=9, hours=5))
        publishing.approve(db, 1115, WP408)
        assert statistics.approvals(db) == {TODAY: 1, TODAY + timedelta(days=9): 1}
        assert statistics.waits(db) == {0: 1, 9: 1}
        assert statistics.waiting_since(db) is None
        publishing.retire(db, 1115, WP408)
        assert statistics.waits(db) == {9: 1}


class TestActivity:
    def test_each_act_is_counted_once_however_often_one_asks(self, db: Connection) -> None:
        activity = Activity()
        for asked in range(3):
            publishing.act(db, "curator", Pair(149, WP254), Act.ANNOTATE, note=f"note {asked}")
            activity.follow(db)
            activity.follow(db)
        no_target(db, 344, None)
        assert activity.follow(db).days == Activity().follow(db).days == {TODAY: 4}
        assert dict(activity.acts) == {people.person(db, "curator").id: 4}

    def test_an_undo_is_no_act_of_its_own(self, db: Connection) -> None:
        publishing.act(db, "curator", Pair(149, WP254), Act.REJECT)
        undoing.undo(db, 149, people.person(db, "curator").id, "key", NOW)
        assert sum(Activity().follow(db).days.values()) == 1

    def test_only_what_is_new_is_read(self, database: Path) -> None:
        publishing.publish(database, (149, WP254))
        activity = Activity()
        with connection.reader(database) as db:
            activity.follow(db)
            asked: list[str] = []
            db.set_trace_callback(asked.append)
            activity.follow(db)
            db.set_trace_callback(None)
            (statement,) = asked
            plan = [row["detail"] for row in db.execute(f"EXPLAIN QUERY PLAN {statement}")]
        assert f"id > {activity.newest}" in statement
        assert [step for step in plan if step.startswith("SCAN") and "subquery" not in step] == []


def test_contributors_stand_in_the_order_in_which_they_began_with_what_is_theirs(db: Connection) -> None:
    later = NOW + timedelta(days=3)
    publishing.act(db, "second-curator", Pair(149, WP408), Act.REJECT, now=NOW - timedelta(days=1))
    publishing.approve(db, 149, WP254, now=later)
    found = contributions.all(db, Activity().follow(db))
    assert [(each.contributor.login, each.proposed, each.approved, each.acts, each.since) for each in found] == [
        ("second-curator", 0, 0, 1, TODAY - timedelta(days=1)),
        ("curator", 1, 0, 2, later.date()),
        ("reviewer", 0, 1, 1, later.date()),
    ]
    assert isinstance(found[0].since, date)
