"""Every act by everybody on a real database, beside the same kept on paper: undos, replays, old pages, roles that
change, bulks, imports, releases, what the catalogue changes, and teams of one."""

import tempfile
from collections.abc import Callable
from dataclasses import replace
from functools import cache, partial
from pathlib import Path
from uuid import uuid4

import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from core import appending, bring, instruments, review, rules, undoing
from core.appending import Draft
from core.errors import Conflict, DomainError, Forbidden, Invalid
from core.ingest.mappings import Brought, Bundle
from core.model import Act, Pair, Relation, Role, Source, State, TargetKey
from core.sources import spec
from core.store import connection, curators, decisions, mappings, releases
from core.store.curators import Identity
from tests import catalogues
from tests.catalogues import NOW, PATHWAY_GENES, PATHWAYS
from tests.core.paper import Paper, Refused
from tests.decided import ANSWERS, GO_ANSWERS

KE = 1115
TARGETS = ("wikipathways:WP408", "wikipathways:WP254", "go:GO:0072593")
TITLES = {"wikipathways:WP408": "Oxidative stress response", "wikipathways:WP254": "Apoptosis"}
ROLES = {"curator": 1, "second-curator": 1, "reviewer": 2, "admin": 3, "stranger": 0}
PEOPLE, WHO, WHAT = tuple(ROLES), st.sampled_from(tuple(ROLES)), st.sampled_from(TARGETS)
ACTS = [act for act in Act if act not in (Act.IMPORT, Act.UNDO)]
SOURCES = frozenset(map(str, Source))


@cache
def catalogue() -> bytes:
    """The small catalogue, as every run begins with it."""
    with tempfile.TemporaryDirectory() as folder:
        return catalogues.small(Path(folder)).read_bytes()


def pair(target: str) -> Pair:
    return Pair(KE, TargetKey.parse(target))


class Curation(RuleBasedStateMachine):
    """People at work on one Key Event."""

    @initialize()
    def begin(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.path = Path(self.folder.name) / "keyway.db"
        self.path.write_bytes(catalogue())
        self.db = connection.connect(self.path, mode="rw")
        self.db.execute("PRAGMA synchronous = OFF")
        self.ids = {}
        with connection.transaction(self.db):
            for number, (name, role) in enumerate(ROLES.items(), start=1):
                self.ids[name] = curators.sign_in(self.db, Identity("http://127.0.0.1", number, name), (), NOW).id
                curators.set_role(self.db, self.ids[name], Role(role) if role else None)
        self.paper = Paper(dict(ROLES), TITLES | {"go:GO:0072593": "reactive oxygen species metabolic process"})
        self.sent: list[tuple[str, Draft]] = []

    def teardown(self) -> None:
        self.db.close()
        self.folder.cleanup()

    # What the database is asked, and what the paper says of it --------------------------------------------------------

    def both(self, on_paper: Callable[[], object], asked: Callable[[], object]) -> bool:
        """Do it on paper and in earnest: both do it, or both refuse. Returns whether it was done."""
        try:
            on_paper()
        except Refused:
            with pytest.raises((Forbidden, Invalid, Conflict)), connection.transaction(self.db):
                asked()
            return False
        with connection.transaction(self.db):
            asked()
        return True

    def draft(self, target: str, act: Act, version: int, answers: bool = False, retire: bool = False) -> Draft:
        given = GO_ANSWERS if target.startswith("go:") else ANSWERS
        return Draft(
            pair(target), act, version, str(uuid4()), Relation.RELATED if act is Act.PROPOSE else None,
            given if act is Act.ASSESS or (answers and act in (Act.PROPOSE, Act.REVISE)) else {},
            "because", retire=retire and act is Act.REVISE,
        )  # fmt: skip

    def decide(self, who: str, draft: Draft, most: Role = Role.ADMIN) -> appending.Outcome:
        return review.decide(self.db, draft, self.ids[who], NOW, single=self.paper.single, at_most=most)

    # What people do ---------------------------------------------------------------------------------------------------

    @rule(which=st.integers(0, 999), answers=st.booleans(), retire=st.booleans())
    def somebody_does_what_they_may(self, which: int, answers: bool, retire: bool) -> None:
        if able := self.able(ACTS):
            self.do(*able[which % len(able)], answers, retire)

    @rule(which=st.integers(0, 999), answers=st.booleans())
    def somebody_brings_a_claim_further(self, which: int, answers: bool) -> None:
        if able := self.able([Act.PROPOSE, Act.ASSESS, Act.APPROVE, Act.REVISE]):
            self.do(*able[which % len(able)], answers, retire=which % 3 == 0)

    @rule(who=WHO, on=WHAT, act=st.sampled_from(ACTS), answers=st.booleans(), retire=st.booleans())
    def anybody_tries_anything(self, who: str, on: str, act: Act, answers: bool, retire: bool) -> None:
        self.do(who, on, act, answers, retire)

    def able(self, acts: list[Act]) -> list[tuple[str, str, Act]]:
        return [(who, on, act) for on in TARGETS for act in acts for who in PEOPLE if self.paper.may(who, on, act)]

    def do(self, who: str, on: str, act: Act, answers: bool, retire: bool, most: Role = Role.ADMIN) -> None:
        draft = self.draft(on, act, self.paper.sheets[on].version, answers, retire)
        do = partial(self.paper.do, who, on, act.value, answers=bool(draft.answers), retire=draft.retire, most=most)
        if self.both(do, lambda: self.decide(who, draft, most)):
            self.sent.append((who, draft))

    @rule(who=WHO, on=WHAT, act=st.sampled_from(ACTS), scope=st.sampled_from([Role.CURATOR, Role.REVIEWER]))
    def a_program_tries_anything(self, who: str, on: str, act: Act, scope: Role) -> None:
        self.do(who, on, act, False, False, scope)

    @rule(which=st.integers(0, 999), who=WHO, scope=st.sampled_from(Role))
    def somebody_writes_beneath_a_question(self, which: int, who: str, scope: Role) -> None:
        if asked := [on for on in TARGETS if self.paper.sheets[on].page.asked]:
            self.do(who, asked[which % len(asked)], Act.ANNOTATE, False, False, scope)
        elif able := self.able([Act.ASK_BACK]):
            self.do(*able[which % len(able)], False, False)

    @rule(who=WHO, on=WHAT, act=st.sampled_from(ACTS), by=st.integers(1, 3))
    def act_on_an_old_page(self, who: str, on: str, act: Act, by: int) -> None:
        version = self.paper.sheets[on].version - by
        if version >= 0:
            with pytest.raises(Conflict), connection.transaction(self.db):
                self.decide(who, self.draft(on, act, version))

    @rule(which=st.integers(0, 99), other=st.booleans())
    def send_a_form_again(self, which: int, other: bool) -> None:
        if self.sent:
            who, draft = self.sent[which % len(self.sent)]
            if other:
                another = Draft(draft.pair, draft.act, draft.base_version, draft.key, draft.relation, note="no")
                with pytest.raises(Invalid), connection.transaction(self.db):
                    self.decide(who, another)
            else:
                assert self.decide(who, draft).decision.version == draft.base_version + 1

    @rule(who=WHO, on=WHAT)
    def undo_on_a_row(self, who: str, on: str) -> None:
        draft = self.draft(on, Act.UNDO, self.paper.sheets[on].version)
        self.both(lambda: self.paper.undo_on(who, on), lambda: self.decide(who, draft))

    @rule(who=WHO)
    def undo_here(self, who: str) -> None:
        key = str(uuid4())
        undo = partial(undoing.undo, self.db, KE, self.ids[who], key, NOW, single=self.paper.single)
        if self.both(lambda: self.paper.undo(who), undo):
            again = undo()
            assert again.person == self.ids[who], "the same form again gives the first answer"

    @rule(who=WHO, many=st.sets(WHAT, min_size=1))
    def approve_many(self, who: str, many: set[str]) -> None:
        bulk, drafts, done = str(uuid4()), [], []
        for target in sorted(many):
            version = self.paper.sheets[target].version
            drafts.append(Draft(pair(target), Act.APPROVE, version, f"{bulk}/{target}", bulk=bulk))
        for target in sorted(many):
            try:
                self.paper.do(who, target, "approve", bulk=bulk)
                done.append(True)
            except Refused:
                done.append(False)
        with connection.transaction(self.db):
            answers = review.approve_all(self.db, drafts, self.ids[who], NOW, single=self.paper.single)
        assert [not isinstance(answer, DomainError) for answer in answers] == done

    @rule(who=WHO)
    def undo_in_the_queue(self, who: str) -> None:
        found: list[set[str]] = []
        undone: list[undoing.Undone] = []
        if self.both(
            lambda: found.append(self.paper.undo_bulk(who)),
            lambda: undone.append(
                undoing.undo_bulk(self.db, self.ids[who], str(uuid4()), NOW, single=self.paper.single)
            ),
        ):
            assert {str(act.pair.target) for act in undone[0].acts} == found[0]

    @rule(who=WHO, source=st.sampled_from([None, *Source]))
    def say_that_nothing_fits(self, who: str, source: Source | None) -> None:
        sources = frozenset([source.value]) if source else SOURCES
        self.both(
            lambda: self.paper.say_nothing_fits(who, sources),
            lambda: review.no_target(self.db, KE, source, self.ids[who], str(uuid4()), "", NOW),
        )

    # What happens to them ---------------------------------------------------------------------------------------------

    @rule(who=WHO, role=st.sampled_from([0, *map(int, Role)]))
    def give_a_role(self, who: str, role: int) -> None:
        with connection.transaction(self.db):
            curators.set_role(self.db, self.ids[who], Role(role) if role else None)
        self.paper.roles[who] = role

    @rule(who=WHO)
    def shut_somebody_out_or_let_them_in(self, who: str) -> None:
        with connection.transaction(self.db):
            curators.set_enabled(self.db, self.ids[who], who in self.paper.shut)
        self.paper.shut ^= {who}

    @rule()
    def ask_for_more_or_fewer_eyes(self) -> None:
        self.paper.single = not self.paper.single

    @rule(who=WHO, on=WHAT, approved=st.booleans(), assessed=st.booleans())
    def bring_from_elsewhere(self, who: str, on: str, approved: bool, assessed: bool) -> None:
        instrument = instruments.current(spec(pair(on).target.source).instrument)
        answers = GO_ANSWERS if on.startswith("go:") else ANSWERS
        one = Brought("1", pair(on), Relation.BROADER, instrument=instrument, answers=answers)
        bundle = Bundle("elsewhere", (one if assessed else Brought("1", pair(on), Relation.BROADER),))
        state = State.APPROVED if approved else State.PROPOSED
        self.both(
            lambda: self.paper.bring(who, on, approved, assessed),
            lambda: bring.bring(self.db, bundle, state, self.ids[who], NOW),
        )

    @rule(on=st.sampled_from(tuple(TITLES)), title=st.sampled_from(["first", "second", ""]))
    def rename_or_withdraw(self, on: str, title: str) -> None:
        if title:
            self.paper.titles[on] = f"{title} {on}"
            self.paper.gone.discard(on)
        else:
            self.paper.gone.add(on)
        titles = {pair(each).target.accession: title for each, title in self.paper.titles.items()}
        gone = {pair(each).target.accession for each in self.paper.gone}
        rows = (row | {"title": titles.get(row["id"], row["title"])} for row in PATHWAYS if row["id"] not in gone)
        catalogues.bring(self.path, catalogues.pathways(*rows, genes=PATHWAY_GENES), accept_shrink=True)

    @rule()
    def release(self) -> None:
        with connection.transaction(self.db):
            name = str(uuid4())
            releases.begin(self.db, name, NOW)
            releases.finish(self.db, name, {})
        self.paper.release()

    # What must hold after each of these -------------------------------------------------------------------------------

    @invariant()
    def the_database_says_and_offers_what_the_paper_does(self) -> None:
        stale = {str(each.target) for each in mappings.stale(self.db)}
        rows = self.db.execute("SELECT source || ':' || accession, state, asked_back, version FROM mapping")
        kept = {name: tuple(values) for name, *values in rows}
        people = curators.by_ids(self.db, list(self.ids.values()))
        names = {id: who for who, id in self.ids.items()}
        for target, sheet in self.paper.sheets.items():
            history, page = decisions.of_pair(self.db, pair(target)), sheet.page
            mapping = replace(rules.fold(pair(target), history), stale=target in stale)
            assert (mapping.state, mapping.asked_back, mapping.version) == (page.state, page.asked, len(history))
            assert [(names[each.person], each.role) for each in history] == sheet.record
            assert names.get(rules.author(mapping) or 0, "") == page.owner
            assert kept.get(target, ("open", 0, 0)) == (page.state, page.asked, sheet.version)
            assert mapping.stale == self.paper.stale(target)
            assert bool(mapping.claim and mapping.claim.assessment) == (mapping.claim is not None and page.assessed)
            for who in PEOPLE:
                eyes = rules.Eyes(people[self.ids[who]], self.paper.single)
                assert {*rules.allowed(mapping, eyes)} == {act for act in ACTS if self.paper.may(who, target, act)}

    @invariant()
    def the_key_event_is_as_far_as_the_paper_says(self) -> None:
        row = self.db.execute("SELECT progress, no_target FROM key_event_progress WHERE key_event = 1115").fetchone()
        progress, nothing = tuple(row) if row else ("open", "[]")
        assert progress == self.paper.progress(SOURCES)
        assert all((f'"{source}"' in nothing) == (source in self.paper.nothing_fits()) for source in SOURCES)


TestCuration = Curation.TestCase
TestCuration.settings = settings(
    max_examples=200, stateful_step_count=50, deadline=None, suppress_health_check=list(HealthCheck)
)
