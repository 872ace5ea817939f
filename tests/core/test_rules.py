"""The table of acts, read as a person would: who may do what to a pair, and what it is afterwards."""

from dataclasses import replace
from datetime import UTC, datetime
from itertools import count

import pytest

from core import answered, rules
from core.errors import Conflict, Forbidden, Invalid
from core.model import Act, Assessment, Decision, NoTarget, Pair, Person, Progress, Relation, Role, Source, State, Tier
from core.model import TargetKey as Key
from core.rules import Eyes

NOW = datetime(2026, 11, 23, tzinfo=UTC)
PAIR = Pair(1115, Key(Source.WIKIPATHWAYS, "WP408"))
OTHER = Pair(1115, Key(Source.GO, "GO:0072593"))
HIGH = Assessment("pathway", "1", {}, 6.5, Tier.HIGH)

stranger = Person(1, "stranger", "", None)
curator = Person(2, "curator", "", Role.CURATOR)
second_curator = Person(3, "second-curator", "", Role.CURATOR)
reviewer = Person(4, "reviewer", "", Role.REVIEWER)
admin = Person(5, "admin", "", Role.ADMIN)


def history(*acts: tuple[Person, Act], pair: Pair = PAIR) -> list[Decision]:
    """Decisions on one pair, by these people; an undo takes back the newest standing one."""
    decisions: list[Decision] = []
    for number, (person, act) in enumerate(acts, start=1):
        decisions.append(
            Decision(
                id=10 + number,
                uuid=str(number),
                pair=pair,
                person=person.id,
                act=act,
                version=number,
                at=NOW,
                role=person.role,
                relation=Relation.RELATED if act in (Act.PROPOSE, Act.REVISE) else None,
                assessment=HIGH if act is Act.ASSESS else None,
                undoes=rules.standing(decisions)[-1].id if act is Act.UNDO else None,
            )  # fmt: skip
        )
    return decisions


def state(*acts: tuple[Person, Act]) -> State:
    return rules.fold(PAIR, history(*acts)).state


# The whole table: (how the pair came to its state, who asks) → what they may do.
PROPOSED = ((curator, Act.PROPOSE),)
ASSESSED = (*PROPOSED, (curator, Act.ASSESS))
APPROVED = (*ASSESSED, (reviewer, Act.APPROVE))
REVISED = (*APPROVED, (second_curator, Act.REVISE))
TABLE = [
    ((), curator, "propose annotate reject unsure"),
    ((), reviewer, "propose annotate reject unsure"),
    (PROPOSED, curator, "propose assess annotate reject unsure"),
    (PROPOSED, second_curator, "annotate"),
    (PROPOSED, reviewer, "assess annotate decline ask-back"),
    (ASSESSED, reviewer, "assess annotate approve decline ask-back"),
    (
        ((reviewer, Act.PROPOSE), (reviewer, Act.ASSESS)),
        reviewer,
        "propose assess annotate reject unsure decline ask-back",
    ),
    (((reviewer, Act.PROPOSE), (reviewer, Act.ASSESS)), admin, "assess annotate approve decline ask-back"),
    (((curator, Act.REJECT),), curator, "propose annotate unsure"),
    (((curator, Act.REJECT),), second_curator, "propose annotate"),
    (((curator, Act.UNSURE),), second_curator, "propose annotate reject"),
    ((*PROPOSED, (reviewer, Act.DECLINE)), second_curator, "propose annotate reject"),
    (APPROVED, curator, "annotate revise"),
    (APPROVED, reviewer, "annotate revise retire"),
    (REVISED, second_curator, "assess annotate reject revise"),
    (REVISED, curator, "annotate"),
    (REVISED, reviewer, "assess annotate decline ask-back retire"),
    ((*APPROVED, (reviewer, Act.RETIRE)), curator, "propose annotate"),
]


@pytest.mark.parametrize(("acts", "person", "may"), TABLE)
def test_a_person_may_do_exactly_what_the_table_says(acts, person, may) -> None:
    mapping = rules.fold(PAIR, history(*acts))
    assert " ".join(rules.allowed(mapping, Eyes(person))) == may
    for act in rules.RULES:
        if act in rules.allowed(mapping, Eyes(person)):
            rules.require(mapping, act, Eyes(person), "because")
        else:
            with pytest.raises((Forbidden, Invalid)):
                rules.require(mapping, act, Eyes(person), "because")


def test_a_stranger_and_somebody_disabled_may_do_nothing() -> None:
    disabled = Person(6, "disabled", "", Role.ADMIN, enabled=False)
    for acts in (entry[0] for entry in TABLE):
        mapping = rules.fold(PAIR, history(*acts))
        assert all(rules.allowed(mapping, Eyes(who)) == [] for who in (stranger, disabled, None))


@pytest.mark.parametrize(
    ("acts", "then"),
    [
        ((), State.OPEN),
        (PROPOSED, State.PROPOSED),
        ((*PROPOSED, (curator, Act.ANNOTATE)), State.PROPOSED),
        ((*PROPOSED, (curator, Act.REJECT)), State.REJECTED),
        ((*PROPOSED, (curator, Act.UNSURE)), State.UNSURE),
        ((*PROPOSED, (curator, Act.UNDO)), State.OPEN),
        (APPROVED, State.APPROVED),
        ((*APPROVED, (reviewer, Act.UNDO)), State.PROPOSED),
        (REVISED, State.REVISION),
        ((*REVISED, (second_curator, Act.REJECT)), State.APPROVED),
        ((*REVISED, (reviewer, Act.DECLINE)), State.APPROVED),
        ((*REVISED, (reviewer, Act.APPROVE)), State.APPROVED),
        ((*REVISED, (reviewer, Act.RETIRE)), State.RETIRED),
        ((*PROPOSED, (reviewer, Act.DECLINE)), State.DECLINED),
        ((*PROPOSED, (reviewer, Act.DECLINE), (curator, Act.PROPOSE)), State.PROPOSED),
    ],
)
def test_the_acts_bring_a_pair_into_its_state(acts, then) -> None:
    assert state(*acts) is then


def test_a_revision_leaves_the_approved_mapping_in_force() -> None:
    mapping = rules.fold(PAIR, history(*REVISED))
    assert mapping.approved is not None
    assert mapping.approved.author == curator.id
    assert mapping.claim is not None
    assert mapping.claim.author == second_curator.id


def test_asking_back_stays_until_the_author_or_a_reviewer_acts() -> None:
    asked = (*ASSESSED, (reviewer, Act.ASK_BACK))
    assert rules.fold(PAIR, history(*asked)).asked_back
    assert rules.fold(PAIR, history(*asked, (second_curator, Act.ANNOTATE))).asked_back
    assert not rules.fold(PAIR, history(*asked, (curator, Act.ANNOTATE))).asked_back
    assert not rules.fold(PAIR, history(*asked, (curator, Act.ASSESS))).asked_back
    for reviews in (reviewer, admin):
        assert not rules.fold(PAIR, history(*asked, (reviews, Act.ANNOTATE))).asked_back
    assert rules.fold(PAIR, history(*asked, (admin, Act.ANNOTATE), (admin, Act.UNDO))).asked_back


def test_a_note_written_before_roles_were_kept_ends_a_question_only_where_it_is_the_authors() -> None:
    asked = (*ASSESSED, (reviewer, Act.ASK_BACK))
    for person, stays in ((curator, False), (reviewer, True)):
        unkept = [replace(each, role=None) for each in history(*asked, (person, Act.ANNOTATE))]
        assert rules.fold(PAIR, unkept).asked_back is stays


def test_in_a_team_of_one_a_curator_acts_as_reviewer() -> None:
    acted = [rules.acting(each, single=True).role for each in (stranger, curator, reviewer, admin)]
    assert acted == [None, Role.REVIEWER, Role.REVIEWER, Role.ADMIN]
    assert rules.acting(curator, single=False) == curator


def test_a_reason_is_asked_of_who_declines_and_of_nobody_who_rejects() -> None:
    mapping = rules.fold(PAIR, history(*PROPOSED))
    with pytest.raises(Invalid, match="say why"):
        rules.require(mapping, Act.DECLINE, Eyes(reviewer), "  ")
    rules.require(mapping, Act.REJECT, Eyes(curator), "")


def test_nobody_undoes_beneath_another_persons_act() -> None:
    decisions = history(*ASSESSED, (reviewer, Act.APPROVE))
    with pytest.raises(Conflict):
        rules.undoable(decisions[1], decisions)
    rules.undoable(decisions[2], decisions)


def test_the_newest_standing_act_comes_first_to_be_undone() -> None:
    decisions = history(*ASSESSED)
    newest = rules.newest(rules.standing(decisions), curator.id)
    assert newest is decisions[1]
    undone = history(*ASSESSED, (curator, Act.UNDO))
    assert rules.newest(rules.standing(undone), curator.id) == undone[0]
    assert rules.newest(rules.standing(undone), second_curator.id) is None


def nothing(number: int, source: Source | None, undoes: int | None = None) -> NoTarget:
    return NoTarget(number, str(number), PAIR.key_event, source, curator.id, NOW, undoes=undoes)


def test_a_proposal_ends_a_no_target_for_its_own_source_alone_and_its_undo_brings_it_back() -> None:
    said = [nothing(1, None)]
    assert answered.nothing_fits(said, []) == set(Source)
    assert answered.nothing_fits(said, history(*PROPOSED)) == set(Source) - {Source.WIKIPATHWAYS}
    assert answered.nothing_fits(said, history(*PROPOSED, (curator, Act.UNDO))) == set(Source)
    later = nothing(98, Source.WIKIPATHWAYS)
    assert answered.nothing_fits([later], history(*PROPOSED)) == {Source.WIKIPATHWAYS}
    assert answered.nothing_fits([later, nothing(99, Source.WIKIPATHWAYS, undoes=98)], []) == set()


def test_nothing_fits_cannot_be_said_where_something_is_proposed() -> None:
    held = [rules.fold(PAIR, history(*PROPOSED))]
    for source in (None, Source.WIKIPATHWAYS):
        with pytest.raises(Invalid, match="WP408"):
            answered.require_nothing_held(source, held, second_curator)
    answered.require_nothing_held(Source.GO, held, second_curator)
    with pytest.raises(Forbidden):
        answered.require_nothing_held(Source.GO, held, stranger)


def test_a_key_event_is_done_when_every_source_has_its_answer() -> None:
    proposed, rejected = (
        rules.fold(PAIR, history(*PROPOSED)),
        rules.fold(OTHER, history((curator, Act.REJECT), pair=OTHER)),
    )
    assert answered.progress([], ()) is Progress.OPEN
    assert answered.progress([rejected], ()) is Progress.IN_PROGRESS
    assert answered.progress([proposed], ()) is Progress.IN_PROGRESS
    assert answered.progress([proposed], (Source.GO, Source.REACTOME)) is Progress.DONE
    assert answered.progress([], tuple(Source)) is Progress.DONE


def test_versions_count_every_decision_so_that_no_two_are_made_on_the_same_state() -> None:
    versions = count(1)
    for acts in (PROPOSED, ASSESSED, APPROVED, REVISED):
        assert rules.fold(PAIR, history(*acts)).version == next(versions)
