"""The record of a mapping: its name, its history, the ground of each act."""

import itertools
import sqlite3
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import hypothesis.strategies as st
import pytest
from hypothesis import given

from core import appending, instruments, record, tiers
from core.errors import Invalid, NotFound
from core.model import Act, Level, Pair, Snapshot, Source, State, Tier
from core.reckoning import reckon
from core.store import connection, decisions
from tests import catalogues, decided
from tests.catalogues import NOW, pathways
from tests.decided import APOPTOSIS, OXIDATIVE, ROS


@pytest.fixture
def db(database: Path) -> Iterator[sqlite3.Connection]:
    with connection.writer(database) as db:
        yield db


def uuid_in_lists(db: sqlite3.Connection) -> str:
    """What the list of mappings calls the only one there is."""
    (row,) = db.execute("SELECT uuid FROM mapping").fetchall()
    return str(row["uuid"])


class TestName:
    def test_it_is_that_of_the_first_proposal_and_stays(self, db: sqlite3.Connection) -> None:
        rejected = decided.decide(db, OXIDATIVE, Act.REJECT, "curator").decision.uuid
        assert record.read(db, rejected).uuid == uuid_in_lists(db) == rejected
        first = decided.decide(db, OXIDATIVE, Act.PROPOSE, "curator").decision.uuid
        for act, login in ((Act.UNDO, "curator"), (Act.PROPOSE, "second-curator"), (Act.UNSURE, "second-curator")):
            decided.decide(db, OXIDATIVE, act, login)
            assert uuid_in_lists(db) == first
        assert {record.read(db, each.uuid).uuid for each in decisions.of_pair(db, OXIDATIVE)} == {first}

    def test_it_outlives_a_rebuild(self, db: sqlite3.Connection) -> None:
        decided.approve(db, OXIDATIVE)
        before = uuid_in_lists(db)
        appending.rebuild(db)
        assert uuid_in_lists(db) == before

    def test_nothing_is_called_so(self, db: sqlite3.Connection) -> None:
        with pytest.raises(NotFound, match="explore lists all mappings"):
            record.read(db, "7c9e6679-7425-40de-944b-e07fc1f90ae7")


class TestHistory:
    def test_every_act_is_there_with_its_arithmetic_and_what_was_undone(self, db: sqlite3.Connection) -> None:
        decided.decide(db, OXIDATIVE, Act.PROPOSE, "second-curator")
        decided.decide(db, OXIDATIVE, Act.UNDO, "second-curator")
        uuid = decided.approve(db, OXIDATIVE).decision.uuid
        found = record.read(db, uuid)
        assert [entry.decision.act for entry in found.entries] == [Act.PROPOSE, Act.PROPOSE, Act.ASSESS, Act.APPROVE]
        undone = found.entries[0].undone
        assert undone is not None and undone.person.login == "second-curator"
        assert all(entry.undone is None for entry in found.entries[1:])
        reckoning = found.entries[2].reckoning
        assert reckoning is not None
        assert [term.points for term in reckoning.terms] == [0, 3, 2, 1.5, 1.0]
        assert found.mapping.state is State.APPROVED
        assert found.people[found.mapping.approver or 0].login == "reviewer"

    def test_each_act_stands_on_the_snapshots_of_its_time(self, database: Path) -> None:
        decided.in_database(database, (OXIDATIVE, Act.PROPOSE, "curator"))
        catalogues.bring(
            database, pathways({"id": "WP408", "title": "Oxidative stress"}), accept_shrink=True,
            now=NOW + timedelta(seconds=90),
        )  # fmt: skip
        (outcome,) = decided.in_database(database, (OXIDATIVE, Act.ASSESS, "curator"))
        with connection.reader(database) as db:
            before, after = record.read(db, outcome.decision.uuid).entries
            assert [ground.of for ground in before.grounds] == ["aopwiki", Source.WIKIPATHWAYS]
            assert before.grounds[0] == after.grounds[0]
            assert before.grounds[1].id < after.grounds[1].id

    @given(st.lists(st.tuples(st.sampled_from(["aopwiki", "other"]), st.integers(0, 9)), max_size=8), st.integers(0, 9))
    def test_the_newest_import_of_each_is_in_force(self, imports: list[tuple[str, int]], at: int) -> None:
        made = [
            Snapshot(number, of, "r", NOW + timedelta(days=day), "", 0, 0, 0, 0)
            for number, (of, day) in enumerate(sorted(imports, key=lambda each: each[1]))
        ]
        found = record.in_force(made, NOW + timedelta(days=at))
        for of in {each.of for each in made}:
            until = [each for each in made if each.of == of and each.imported_at <= NOW + timedelta(days=at)]
            assert [each for each in found if each.of == of] == until[-1:]


class TestArithmetic:
    @given(st.data(), st.sampled_from(list(instruments.INSTRUMENTS.values())), st.sampled_from([None, *Level]))
    def test_it_makes_up_the_score_whatever_the_level_is_now(
        self, data: st.DataObject, instrument: instruments.Instrument, level: Level | None
    ) -> None:
        answers = {
            question.word: data.draw(st.sampled_from([answer.word for answer in question.answers]))
            for question in instrument.questions
        }
        assessed = instruments.assess(instrument, answers, level)
        found = reckon(assessed)
        assert round(sum(term.points for term in found.terms), 2) == assessed.score
        assert found.alone is instruments.assess(instrument, answers, None).tier
        assert found.by_level == (found.alone is not assessed.tier)

    def test_the_level_alone_makes_the_tier_of_thirteen_of_the_thirty_six_pathway_assessments(self) -> None:
        questions = instruments.PATHWAY.questions[1:]
        answers = itertools.product(*([(each.word, answer.word) for answer in each.answers] for each in questions))
        found = [
            reckon(instruments.assess(instruments.PATHWAY, {"relationship": "unclear", **dict(given)}, Level.CELLULAR))
            for given in answers
        ]
        assert (len(found), sum(each.by_level for each in found)) == (36, 13)


class TestAnotherVersion:
    def test_it_shows_what_would_change_and_writes_nothing(self, db: sqlite3.Connection) -> None:
        decided.approve(db, OXIDATIVE)
        decided.decide(db, APOPTOSIS, Act.PROPOSE, "curator")
        decided.decide(db, APOPTOSIS, Act.ASSESS, "curator")
        decided.approve(db, ROS)
        before = db.total_changes
        harder = tiers.draft({"instrument": "pathway", "version": "2", "high": 9})
        found = list(tiers.again(db, {harder.name: harder}))
        assert {each.pair for each in found} == {OXIDATIVE, APOPTOSIS}
        assert {(each.before.tier, each.after.tier if each.after else None) for each in found} == {
            (Tier.HIGH, Tier.MEDIUM)
        }
        assert db.total_changes == before

    def test_a_later_version_leaves_old_tiers_and_their_arithmetic_as_they_were(
        self, db: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        decided.approve(db, OXIDATIVE)
        second = tiers.draft({"instrument": "pathway", "version": "2", "high": 9, "points": {"basis": {"known": 4}}})
        monkeypatch.setitem(instruments.INSTRUMENTS, ("pathway", "2"), second)
        monkeypatch.setitem(instruments.CURRENT, "pathway", second)
        decided.approve(db, APOPTOSIS)
        appending.rebuild(db)

        def reckoned(pair: Pair) -> list[tuple[str, float, Tier, float]]:
            entries = record.read(db, decisions.of_pair(db, pair)[0].uuid).entries
            found = [each.reckoning for each in entries if each.reckoning]
            return [(r.assessment.version, r.assessment.score, r.assessment.tier, r.terms[1].points) for r in found]

        assert reckoned(OXIDATIVE) == [("1", 7.5, Tier.HIGH, 3)]
        assert reckoned(APOPTOSIS) == [("2", 8.5, Tier.MEDIUM, 4)]
        kept = dict(db.execute("SELECT accession, tier FROM mapping").fetchall())
        assert kept == {"WP408": "high", "WP254": "medium"}
        found = {each.pair: (each.in_force, each.after) for each in tiers.again(db, instruments.CURRENT)}
        assert found[OXIDATIVE] == (True, instruments.assess(second, decided.ANSWERS, Level.CELLULAR))

    def test_the_version_in_use_changes_nothing(self, db: sqlite3.Connection) -> None:
        decided.approve(db, OXIDATIVE)
        assert all(each.after == each.before for each in tiers.again(db, instruments.CURRENT))

    @pytest.mark.parametrize(
        ("said", "field"),
        [
            ([], "instrument"),
            ({"instrument": "other"}, "instrument"),
            ({"instrument": "pathway", "hihg": 1}, "hihg"),
            ({"instrument": "pathway", "high": "5"}, "high"),
            ({"instrument": "pathway", "points": [1]}, "points"),
            ({"instrument": "pathway", "points": {"basis": {"sure": 1}}}, "points"),
            ({"instrument": "pathway", "points": {"basis": {"known": True}}}, "known"),
        ],
    )
    def test_a_draft_that_is_none_says_where(self, said: object, field: str) -> None:
        with pytest.raises(Invalid) as refused:
            tiers.draft(said)
        assert refused.value.field == field
