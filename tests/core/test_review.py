"""Decisions through the whole journey, on a real database: every act, replays, stale pages, roles that change.

The model beside it knows the table of acts as plain words and nothing of how Keyway does it.
"""

import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from core import review, rules
from core.errors import Conflict, DomainError, Forbidden, Invalid, NotFound
from core.model import Act, NoTarget, Pair, Relation, Role, Source, TargetKey
from core.review import Draft
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

# act → (least role, states for all, states for the owner, states for a reviewer); as the table of acts has it.
PLAIN = {
    "propose": (1, "open unsure rejected declined retired", "proposed", ""),
    "assess": (1, "", "proposed revision", "proposed revision"),
    "annotate": (1, "open proposed approved revision rejected unsure declined retired", "", ""),
    "reject": (1, "open unsure declined", "proposed revision", ""),
    "unsure": (1, "open", "proposed rejected", ""),
    "approve": (2, "proposed revision", "", ""),
    "decline": (2, "proposed revision", "", ""),
    "ask-back": (2, "proposed revision", "", ""),
    "revise": (1, "approved", "revision", ""),
    "affirm": (1, "", "", ""),
    "retire": (2, "approved revision", "", ""),
}


@dataclass
class Plain:
    """A pair as somebody would keep it on paper: its state, whose it is, and the pages turned to get here."""

    state: str = "open"
    owner: str = ""
    assessed: bool = False
    in_force: bool = False
    version: int = 0
    turned: list[tuple[str, tuple[str, str, bool, bool]]] = field(default_factory=list)

    def page(self) -> tuple[str, str, bool, bool]:
        return (self.state, self.owner, self.assessed, self.in_force)

    def may(self, who: str, role: int, act: str) -> bool:
        least, everybody, owner, reviewer = PLAIN[act]
        if role < least:
            return False
        mine = self.owner == who
        if self.state not in everybody.split() and not (
            (mine and self.state in owner.split()) or (role >= 2 and self.state in reviewer.split())
        ):
            return False
        return not (act == "approve" and (mine or not self.assessed))

    def do(self, who: str, act: str) -> None:
        self.turned.append((who, self.page()))
        self.version += 1
        if act == "assess":
            self.assessed = True
        elif act not in ("annotate", "ask-back", "affirm"):
            kept = self.assessed and act == "propose" and self.state == "proposed"
            back = act in ("reject", "decline") and self.in_force
            ends = {"propose": "proposed", "approve": "approved", "revise": "revision", "retire": "retired",
                    "reject": "rejected", "decline": "declined", "unsure": "unsure"}  # fmt: skip
            self.state = "approved" if back else ends[act]
            self.owner, self.assessed = who, kept
            self.in_force = self.state in ("approved", "revision")

    def undo(self, who: str) -> bool:
        if not self.turned or self.turned[-1][0] != who:
            return False
        _, (self.state, self.owner, self.assessed, self.in_force) = self.turned.pop()
        self.version += 1
        return True


class Curation(RuleBasedStateMachine):
    """People at work on one Key Event."""

    @initialize()
    def begin(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.db = connection.connect(small(Path(self.folder.name)), mode="rw")
        self.db.execute("PRAGMA synchronous = OFF")
        self.roles = dict(ROLES)
        self.ids = {}
        with connection.transaction(self.db):
            for number, name in enumerate(PEOPLE, start=1):
                identity = Identity("http://127.0.0.1", number, name)
                person = curators.sign_in(self.db, identity, (), NOW)
                self.ids[name] = person.id
                curators.set_role(self.db, person.id, ROLES.get(name))
        self.plain = {target: Plain() for target in TARGETS}
        self.sent: list[tuple[str, Draft]] = []

    def teardown(self) -> None:
        self.db.close()
        self.folder.cleanup()

    def draft(self, target: TargetKey, act: Act, version: int) -> Draft:
        answers = GO_ANSWERS if target.source is Source.GO else ANSWERS
        return Draft(
            Pair(KE, target), act, version, str(uuid4()),
            relation=Relation.RELATED if act is Act.PROPOSE else None,
            answers=answers if act is Act.ASSESS else {}, note="because",
        )  # fmt: skip

    def send(self, who: str, draft: Draft) -> review.Outcome:
        with connection.transaction(self.db):
            return review.decide(self.db, draft, self.ids[who], NOW)

    @rule(who=st.sampled_from(PEOPLE), key=st.sampled_from(TARGETS), act=st.sampled_from(ACTS))
    def act(self, who: str, key: TargetKey, act: Act) -> None:
        plain = self.plain[key]
        draft = self.draft(key, act, plain.version)
        if plain.may(who, self.roles.get(who, 0), act.value):
            self.send(who, draft)
            plain.do(who, act.value)
            self.sent.append((who, draft))
        else:
            with pytest.raises((Forbidden, Invalid)):
                self.send(who, draft)

    @rule(who=st.sampled_from(PEOPLE), key=st.sampled_from(TARGETS), act=st.sampled_from(ACTS), by=st.integers(1, 3))
    def act_on_an_old_page(self, who: str, key: TargetKey, act: Act, by: int) -> None:
        version = self.plain[key].version - by
        if version >= 0:
            with pytest.raises(Conflict):
                self.send(who, self.draft(key, act, version))

    @rule(which=st.integers(0, 99))
    def send_again(self, which: int) -> None:
        if self.sent:
            who, draft = self.sent[which % len(self.sent)]
            assert self.send(who, draft).decision.version == draft.base_version + 1

    @rule(which=st.integers(0, 99))
    def send_the_same_form_with_another_answer(self, which: int) -> None:
        if self.sent:
            who, draft = self.sent[which % len(self.sent)]
            with pytest.raises(Invalid):
                self.send(who, Draft(draft.pair, draft.act, draft.base_version, draft.key, draft.relation, note="no"))

    @rule(who=st.sampled_from(PEOPLE), key=st.sampled_from(TARGETS))
    def undo_on_a_row(self, who: str, key: TargetKey) -> None:
        plain = self.plain[key]
        draft = self.draft(key, Act.UNDO, plain.version)
        if self.roles.get(who, 0) >= 1 and plain.undo(who):
            self.send(who, draft)
        else:
            with pytest.raises((Forbidden, Invalid, Conflict)):
                self.send(who, draft)

    @rule(who=st.sampled_from(PEOPLE), role=st.sampled_from([None, *Role]))
    def give_a_role(self, who: str, role: Role | None) -> None:
        with connection.transaction(self.db):
            curators.set_role(self.db, self.ids[who], role)
        self.roles[who] = role or 0

    @invariant()
    def the_database_says_what_the_paper_says(self) -> None:
        rows = self.db.execute(
            "SELECT target.source, target.accession, mapping.state "
            "FROM mapping JOIN target ON target.id = mapping.target"
        )
        kept = {(row["source"], row["accession"]): row["state"] for row in rows}
        for target, plain in self.plain.items():
            history = decisions.of_pair(self.db, Pair(KE, target))
            mapping = rules.fold(Pair(KE, target), history)
            assert (mapping.state, mapping.version, len(history)) == (plain.state, plain.version, plain.version)
            assert kept.get(target, "open") == plain.state


TestCuration = Curation.TestCase
TestCuration.settings = settings(
    max_examples=200, stateful_step_count=50, deadline=None, suppress_health_check=list(HealthCheck)
)


@pytest.fixture
def db(tmp_path):
    with connection.writer(small(tmp_path)) as db:
        for number, name in enumerate(PEOPLE, start=1):
            curators.sign_in(db, Identity("http://127.0.0.1", number, name), (), NOW)
            curators.set_role(db, number, ROLES.get(name))
        yield db


CURATOR, SECOND, REVIEWER, ADMIN, STRANGER = range(1, 6)
WP408 = Pair(KE, TARGETS[0])


def propose(db, person=CURATOR, pair=WP408, version=0, key="k") -> review.Outcome:
    return review.decide(db, Draft(pair, Act.PROPOSE, version, key, Relation.RELATED), person, NOW)


def test_z_takes_back_the_newest_act_first_across_pairs_and_no_targets(db) -> None:
    propose(db, key="1")
    review.no_target(db, KE, Source.REACTOME, CURATOR, "2", "", NOW)
    review.decide(db, Draft(Pair(KE, TARGETS[2]), Act.REJECT, 0, "3"), CURATOR, NOW)
    undone = [review.undo(db, KE, CURATOR, key, NOW) for key in "456"]
    assert [type(act) is NoTarget or act.act for act in undone] == [Act.REJECT, True, Act.PROPOSE]
    with pytest.raises(Invalid, match="nothing of yours"):
        review.undo(db, KE, CURATOR, "7", NOW)
    assert review.undo(db, KE, CURATOR, "6", NOW) == undone[2], "the same form again gives the first answer"


def test_nobody_undoes_what_somebody_else_has_built_on(db) -> None:
    propose(db)
    review.decide(db, Draft(WP408, Act.ASSESS, 1, "a", answers=ANSWERS), REVIEWER, NOW)
    with pytest.raises(Conflict, match="built on"):
        review.undo(db, KE, CURATOR, "z", NOW)


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
    assert review.rebuild(db) == 2
    assert [[tuple(row) for row in db.execute(sql)] for sql in tables] == before


def test_a_role_removed_a_moment_ago_counts(db) -> None:
    curators.set_role(db, CURATOR, None)
    for attempt in (
        lambda: propose(db),
        lambda: review.undo(db, KE, CURATOR, "z", NOW),
        lambda: review.no_target(db, KE, None, CURATOR, "n", "", NOW),
    ):
        with pytest.raises(DomainError) as refused:
            attempt()
        assert isinstance(refused.value, Forbidden)


def test_a_long_note_is_refused_with_its_length(db) -> None:
    with pytest.raises(Invalid, match="4,001"):
        review.decide(db, Draft(WP408, Act.ANNOTATE, 0, "k", note="x" * 4001), CURATOR, NOW)
