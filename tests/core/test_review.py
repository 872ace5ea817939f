"""Decisions through the whole journey, on a real database: what is undone, refused, rebuilt. Every act by everybody is
in `test_acts.py`."""

import pytest

from core import appending, review, undoing
from core.appending import Draft
from core.errors import Conflict, DomainError, Forbidden, Invalid, NotFound
from core.model import Act, NoTarget, Pair, Relation, Role, Source, TargetKey
from core.store import connection, curators, decisions, mappings
from core.store.curators import Identity
from tests.catalogues import NOW, small

KE = 1115
TARGETS = tuple(
    TargetKey(source, accession)
    for source, accession in ((Source.WIKIPATHWAYS, "WP408"), (Source.WIKIPATHWAYS, "WP254"), (Source.GO, "GO:0072593"))
)
PEOPLE = ("curator", "second-curator", "reviewer", "admin", "stranger")
ROLES = {"curator": Role.CURATOR, "second-curator": Role.CURATOR, "reviewer": Role.REVIEWER, "admin": Role.ADMIN}
ANSWERS = {"relationship": "causative", "basis": "known", "specificity": "specific", "coverage": "complete"}
GO_ANSWERS = {"relationship": "describes", "connection": "high", "specificity": "high", "evidence": "high"}
ACTS = [act for act in Act if act not in (Act.IMPORT, Act.UNDO)]


@pytest.fixture
def db(tmp_path):
    with connection.writer(small(tmp_path)) as db:
        for number, name in enumerate(PEOPLE, start=1):
            curators.sign_in(db, Identity("http://127.0.0.1", number, name), (), NOW)
            curators.set_role(db, number, ROLES.get(name))
        yield db


CURATOR, SECOND, REVIEWER, ADMIN, STRANGER = range(1, 6)
WP408 = Pair(KE, TARGETS[0])


def propose(db, person=CURATOR, pair=WP408, version=0, key="k") -> appending.Outcome:
    return review.decide(db, Draft(pair, Act.PROPOSE, version, key, Relation.RELATED), person, NOW)


def test_z_takes_back_the_newest_act_first_across_pairs_and_no_targets(db) -> None:
    propose(db, key="1")
    review.no_target(db, KE, Source.REACTOME, CURATOR, "2", "", NOW)
    review.decide(db, Draft(Pair(KE, TARGETS[2]), Act.REJECT, 0, "3"), CURATOR, NOW)
    undone = [undoing.undo(db, KE, CURATOR, key, NOW) for key in "456"]
    assert [type(act) is NoTarget or act.act for act in undone] == [Act.REJECT, True, Act.PROPOSE]
    with pytest.raises(Invalid, match="nothing of yours"):
        undoing.undo(db, KE, CURATOR, "7", NOW)
    assert undoing.undo(db, KE, CURATOR, "6", NOW) == undone[2], "the same form again gives the first answer"


def test_nobody_undoes_what_somebody_else_has_built_on(db) -> None:
    propose(db)
    review.decide(db, Draft(WP408, Act.ASSESS, 1, "a", answers=ANSWERS), REVIEWER, NOW)
    with pytest.raises(Conflict, match="built on"):
        undoing.undo(db, KE, CURATOR, "z", NOW)


def test_a_made_up_key_event_or_target_cannot_be_decided_on(db) -> None:
    with pytest.raises(NotFound, match="KE 999"):
        propose(db, pair=Pair(999, TARGETS[0]))
    with pytest.raises(NotFound, match="WP9999"):
        propose(db, pair=Pair(KE, TargetKey(Source.WIKIPATHWAYS, "WP9999")))


def test_an_assessment_with_a_missing_or_unknown_answer_is_refused_by_name(db) -> None:
    propose(db)
    for answers, said in (({}, "relationship"), (ANSWERS | {"basis": "sure"}, "sure"), (ANSWERS | {"x": "y"}, "x")):
        with pytest.raises(Invalid, match=said):
            review.decide(db, Draft(WP408, Act.ASSESS, 1, "a", answers=answers), CURATOR, NOW)


def test_a_rebuild_makes_the_same_states_from_the_decisions_alone(db) -> None:
    propose(db, key="1")
    review.decide(db, Draft(Pair(KE, TARGETS[2]), Act.REJECT, 0, "2"), SECOND, NOW)
    review.no_target(db, 149, None, CURATOR, "3", "", NOW)
    tables = ("SELECT * FROM mapping ORDER BY pair", "SELECT * FROM key_event_progress ORDER BY key_event")
    before = [[tuple(row) for row in db.execute(sql)] for sql in tables]
    mappings.forget(db)
    assert appending.rebuild(db) == 2
    assert [[tuple(row) for row in db.execute(sql)] for sql in tables] == before


def test_a_role_removed_a_moment_ago_counts(db) -> None:
    curators.set_role(db, CURATOR, None)
    for attempt in (
        lambda: propose(db),
        lambda: undoing.undo(db, KE, CURATOR, "z", NOW),
        lambda: review.no_target(db, KE, None, CURATOR, "n", "", NOW),
    ):
        with pytest.raises(DomainError) as refused:
            attempt()
        assert isinstance(refused.value, Forbidden)


def asked_back(db) -> bool:
    (kept,) = db.execute("SELECT asked_back FROM mapping").fetchall()
    return bool(kept["asked_back"])


@pytest.mark.parametrize(
    ("person", "words", "role", "stays"),
    [
        (CURATOR, {}, Role.CURATOR, False),
        (SECOND, {}, Role.CURATOR, True),
        (SECOND, {"single": True}, Role.REVIEWER, False),
        (REVIEWER, {}, Role.REVIEWER, False),
        (REVIEWER, {"at_most": Role.CURATOR}, Role.CURATOR, True),
        (ADMIN, {}, Role.ADMIN, False),
    ],
)
def test_a_note_ends_a_question_as_the_role_says_that_it_was_written_in(db, person, words, role, stays) -> None:
    propose(db)
    review.decide(db, Draft(WP408, Act.ASK_BACK, 1, "a", note="which paper?"), REVIEWER, NOW)
    assert asked_back(db)
    noted = review.decide(db, Draft(WP408, Act.ANNOTATE, 2, "n", note="this one"), person, NOW, **words)
    assert (noted.decision.role, asked_back(db)) == (role, stays)
    curators.set_role(db, person, Role.CURATOR if role is not Role.CURATOR else Role.REVIEWER)
    appending.rebuild(db)
    assert asked_back(db) is stays, "what somebody became since changes nothing"
    assert decisions.of_pair(db, WP408)[-1].role is role


def test_a_long_note_is_refused_with_its_length(db) -> None:
    with pytest.raises(Invalid, match="4,001"):
        review.decide(db, Draft(WP408, Act.ANNOTATE, 0, "k", note="x" * 4001), CURATOR, NOW)
