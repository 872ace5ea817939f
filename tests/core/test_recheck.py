"""Mappings in force whose Key Event or target changed: marked, told, affirmed, and never forgotten."""

import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from core import appending, recheck, review, rules, undoing
from core.appending import Draft
from core.errors import Invalid
from core.ingest.content import Side, SourceContent
from core.model import Act, Mapping, Pair, Relation, Source, State, Target, TargetKey, Tier
from core.staleness import Kind
from core.store import connection, decisions, hierarchy, mappings
from tests import catalogues, people, publishing
from tests.catalogues import KEY_EVENTS, NOW, PATHWAY_GENES, PATHWAYS, bring, pathways

Meanwhile = Callable[[Callable[[], object]], None]
KE = 1115
WP408 = TargetKey(Source.WIKIPATHWAYS, "WP408")
PAIR = Pair(KE, WP408)
ANSWERS = {"relationship": "causative", "basis": "known", "specificity": "specific", "coverage": "complete"}
RENAMED = ({"id": "WP408", "title": "Response to oxidants"}, *(row for row in PATHWAYS if row["id"] != "WP408"))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """KE 1115 with WP408 approved by a reviewer."""
    path = catalogues.small(tmp_path)
    with connection.writer(path) as db, connection.transaction(db):
        people.enrol(db)
    act(path, "curator", Act.PROPOSE, relation=Relation.RELATED, answers=ANSWERS)
    act(path, "reviewer", Act.APPROVE)
    return path


def act(path: Path, login: str, act: Act, pair: Pair = PAIR, note: str = "", **more: object) -> Mapping:
    """One act of somebody."""
    with connection.writer(path) as db, connection.transaction(db):
        version = len(decisions.of_pair(db, pair))
        draft = Draft(pair, act, version, f"{login} {pair} {version} {act}", note=note, **more)  # type: ignore[arg-type]
        return review.decide(db, draft, people.person(db, login).id, NOW).mapping


def undo(path: Path, login: str) -> None:
    with connection.writer(path) as db, connection.transaction(db):
        undoing.undo(db, KE, people.person(db, login).id, f"undo {login}", NOW)


def stands(path: Path) -> Mapping:
    with connection.reader(path) as db:
        found = recheck.marked(db, rules.fold(PAIR, decisions.of_pair(db, PAIR)))
        assert mappings.stale(db) == ([PAIR] if found.stale else []), "the kept mark is not the true one"
        assert mappings.stale(db, {KE}) == mappings.stale(db)
        return found


def told(path: Path) -> tuple[list[Kind], list[Kind]]:
    """How Key Event and target changed since."""
    with connection.reader(path) as db:
        since = recheck.since(db, rules.fold(PAIR, decisions.of_pair(db, PAIR)))
    return [change.kind for change in since.key_event], [change.kind for change in since.target]


def test_a_mapping_whose_target_was_renamed_is_stale_and_stays_in_force(path: Path) -> None:
    assert not stands(path).stale
    (report,) = bring(path, pathways(*RENAMED, genes=PATHWAY_GENES))
    assert report.stale == 1
    mapping = stands(path)
    assert (mapping.state, mapping.stale) == (State.APPROVED, True)
    assert told(path) == ([], [Kind.RENAMED])


def test_before_and_after_can_be_read(path: Path) -> None:
    bring(path, pathways(*RENAMED, genes=PATHWAY_GENES | {"WP408": ["SOD1", "CAT", "GPX1"]}))
    with connection.reader(path) as db:
        renamed, genes = recheck.since(db, rules.fold(PAIR, decisions.of_pair(db, PAIR))).target
    assert (renamed.before, renamed.after) == ("Oxidative stress response", "Response to oxidants")
    assert (genes.gained, genes.lost) == (("CAT", "GPX1"), ("NFE2L2",))


def test_a_key_event_that_was_rewritten_makes_it_stale(path: Path) -> None:
    rows = [
        row | {"description": "Superoxide and peroxides rise."} if row["id"] == "KE 1115" else row for row in KEY_EVENTS
    ]
    (report,) = bring(path, catalogues.AopWikiFiles(catalogues.lines(*rows)))
    assert (report.stale, told(path)) == (1, ([Kind.REWRITTEN], []))


def test_small_changes_add_up_over_imports(path: Path) -> None:
    many = [f"GENE{number}" for number in range(20)]
    bring(path, pathways(*PATHWAYS, genes=PATHWAY_GENES | {"WP408": many}))
    act(path, "curator", Act.AFFIRM)
    for size in (18, 16):
        bring(path, pathways(*PATHWAYS, genes=PATHWAY_GENES | {"WP408": many[:size]}))
        assert not stands(path).stale
    bring(path, pathways(*PATHWAYS, genes=PATHWAY_GENES | {"WP408": many[:15]}))
    assert told(path) == ([], [Kind.GENES])


def test_what_is_as_it_was_again_is_fresh_again(path: Path) -> None:
    bring(path, pathways(*RENAMED, genes=PATHWAY_GENES))
    (report,) = bring(path, pathways(*PATHWAYS, genes=PATHWAY_GENES))
    assert (report.stale, stands(path).stale) == (0, False)


def test_who_affirms_makes_it_fresh_and_an_undo_makes_it_stale_again(path: Path) -> None:
    bring(path, pathways(*RENAMED, genes=PATHWAY_GENES))
    assert not act(path, "curator", Act.AFFIRM).stale
    assert not stands(path).stale
    undo(path, "curator")
    assert stands(path).stale
    act(path, "curator", Act.AFFIRM)
    bring(path, pathways(*PATHWAYS, genes=PATHWAY_GENES))
    assert told(path) == ([], [Kind.RENAMED])


def test_a_revision_keeps_the_mark_until_it_is_approved(path: Path) -> None:
    bring(path, pathways(*RENAMED, genes=PATHWAY_GENES))
    assert act(path, "curator", Act.REVISE, relation=Relation.BROADER, answers=ANSWERS).stale
    assert not act(path, "reviewer", Act.APPROVE).stale


def test_what_is_retired_is_not_looked_at_again(path: Path) -> None:
    bring(path, pathways(*RENAMED, genes=PATHWAY_GENES))
    assert not act(path, "reviewer", Act.RETIRE, note="renamed beyond recognition").stale
    (report,) = bring(path, pathways(*PATHWAYS, genes=PATHWAY_GENES))
    assert report.stale == 0


def test_a_proposal_that_waits_is_never_stale(tmp_path: Path) -> None:
    path = catalogues.small(tmp_path)
    with connection.writer(path) as db, connection.transaction(db):
        people.enrol(db)
    act(path, "curator", Act.PROPOSE, relation=Relation.RELATED)
    (report,) = bring(path, pathways(*RENAMED, genes=PATHWAY_GENES))
    assert report.stale == 0


def test_a_withdrawn_target_cannot_be_affirmed_and_its_replacement_is_named(path: Path) -> None:
    bring(path, pathways(*(row for row in PATHWAYS if row["id"] != "WP408"), genes=PATHWAY_GENES), accept_shrink=True)
    assert told(path) == ([], [Kind.WITHDRAWN])
    with connection.writer(path) as db, connection.transaction(db):
        hierarchy.keep_replacements(db, Source.WIKIPATHWAYS, {"WP408": ("WP254",)})
    with pytest.raises(Invalid, match="revise the mapping to retire it, or propose WP254 Apoptosis instead"):
        act(path, "curator", Act.AFFIRM)
    with pytest.raises(Invalid, match="WP408 was withdrawn by WikiPathways: propose WP254 Apoptosis instead"):
        act(path, "curator", Act.PROPOSE, Pair(149, WP408), relation=Relation.RELATED)
    assert stands(path).state is State.APPROVED


def test_a_withdrawn_key_event_cannot_be_affirmed(path: Path) -> None:
    rows = [row for row in KEY_EVENTS if row["id"] != "KE 1115"]
    bring(path, catalogues.AopWikiFiles(catalogues.lines(*rows)), accept_shrink=True)
    assert told(path) == ([Kind.WITHDRAWN], [])
    with pytest.raises(Invalid, match="KE 1115 was withdrawn by AOP-Wiki"):
        act(path, "curator", Act.AFFIRM)


def test_an_import_and_an_approval_have_one_order_whatever_the_clocks_say(path: Path) -> None:
    """The approval's clock is ahead of the import's, but it was made on the old text."""
    bring(path, pathways(*RENAMED, genes=PATHWAY_GENES), now=NOW.replace(year=2020))
    assert stands(path).stale


def test_a_rebuild_finds_the_same_marks(path: Path) -> None:
    bring(path, pathways(*RENAMED, genes=PATHWAY_GENES))
    with connection.writer(path) as db, connection.transaction(db):
        appending.rebuild(db)
    assert stands(path).stale


def test_what_nobody_decided_on_leaves_no_copy(path: Path) -> None:
    bring(path, pathways({"id": "WP254", "title": "Death"}, *RENAMED[:1], *PATHWAYS[2:], genes=PATHWAY_GENES))
    with connection.reader(path) as db:
        assert count(db, "target_before") == 1


MORE = tuple(Pair(key_event, WP408) for key_event in (149, 344, 55)) + (Pair(KE, TargetKey(Source.GO, "GO:0006954")),)


def approve(path: Path, *pairs: Pair) -> None:
    for pair in pairs:
        answers = publishing.answers(pair.target.source, Tier.HIGH)
        act(path, "curator", Act.PROPOSE, pair, relation=Relation.RELATED, answers=answers)
        act(path, "reviewer", Act.APPROVE, pair)


def marks(path: Path) -> list[Pair]:
    with connection.reader(path) as db:
        return mappings.stale(db)


def rebuilt(path: Path) -> list[Pair]:
    """The marks as they are reckoned from the decisions, one after another."""
    with connection.writer(path) as db, connection.transaction(db):
        appending.rebuild(db)
    return marks(path)


def test_many_marks_take_as_many_statements_as_one(path: Path, tmp_path: Path) -> None:
    """Nobody waits longer for the lock the more mappings rest on what an import changes."""
    other = tmp_path / "other.db"
    with connection.reader(path) as db, connection.connect(other, mode="rwc") as copy:
        db.backup(copy)
    approve(other, *MORE)
    coming = pathways(*RENAMED, genes=PATHWAY_GENES)
    _, (*_, of_one) = catalogues.traced(path, coming)
    _, (*_, of_many) = catalogues.traced(other, coming)
    assert len(of_one) == len(of_many)
    assert not [each for each in of_many if "SELECT symbols" in each], "texts and genes are compared before"
    assert marks(path) == [PAIR]
    assert marks(other) == sorted([PAIR, *MORE[:-1]])
    assert rebuilt(other) == marks(other)


@pytest.fixture
def meanwhile(path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[], object]], None]:
    """Let something happen when the marks have been foreseen and before the lock is taken."""
    real = recheck.foresee

    def set_up(happen: Callable[[], object]) -> None:
        def foresee(*given: Any) -> recheck.Foreseen:
            foreseen = real(*given)
            monkeypatch.setattr(recheck, "foresee", real)
            happen()
            return foreseen

        monkeypatch.setattr(recheck, "foresee", foresee)

    return set_up


def test_who_approves_at_the_last_moment_has_judged_the_old_text(path: Path, meanwhile: Meanwhile) -> None:
    meanwhile(lambda: approve(path, MORE[0]))
    (report,) = bring(path, pathways(*RENAMED, genes=PATHWAY_GENES))
    assert (report.stale, marks(path)) == (2, sorted([PAIR, MORE[0]]))
    assert rebuilt(path) == marks(path)


def test_and_so_has_who_affirms_but_only_what_they_saw(path: Path, meanwhile: Meanwhile) -> None:
    """It was renamed before; what comes now is the old name again, which is not what was affirmed."""
    bring(path, pathways(*RENAMED, genes=PATHWAY_GENES))
    meanwhile(lambda: act(path, "curator", Act.AFFIRM))
    (report,) = bring(path, pathways(*PATHWAYS, genes=PATHWAY_GENES))
    assert (report.stale, stands(path).stale) == (1, True)


def test_what_is_retired_at_the_last_moment_gets_no_mark(path: Path, meanwhile: Meanwhile) -> None:
    meanwhile(lambda: act(path, "reviewer", Act.RETIRE, note="too broad"))
    (report,) = bring(path, pathways(*RENAMED, genes=PATHWAY_GENES))
    assert (report.stale, marks(path)) == (0, [])


def test_another_import_at_the_last_moment_counts_too(path: Path, meanwhile: Meanwhile) -> None:
    renamed = [row | {"title": "Other"} if row["id"] == "KE 1115" else row for row in KEY_EVENTS]
    meanwhile(lambda: bring(path, catalogues.AopWikiFiles(catalogues.lines(*renamed))))
    (report,) = bring(path, pathways({**PATHWAYS[1], "title": "oxidative stress response"}, *others("WP408")))
    assert (report.stale, stands(path).stale) == (1, True), "the signs of the target alone make no difference"


def others(accession: str) -> list[dict[str, Any]]:
    return [row for row in PATHWAYS if row["id"] != accession]


def test_two_sources_at_one_moment_are_marked_as_they_are_together(path: Path) -> None:
    approve(path, MORE[-1])
    gone = [row for row in catalogues.TERMS if row["id"] != "GO:0006954"]
    reports = bring(
        path,
        pathways(*RENAMED, genes=PATHWAY_GENES),
        catalogues.SourceFiles(Source.GO, catalogues.lines(*gone)),
        accept_shrink=True,
    )
    assert [each.stale for each in reports] == [1, 1]
    assert marks(path) == sorted([PAIR, MORE[-1]])
    assert rebuilt(path) == marks(path)


def count(db: sqlite3.Connection, table: str) -> int:
    return int(db.execute(f"SELECT count(*) FROM {table}").fetchone()[0])


class Given:
    """Content that is not read from files."""

    sha256 = "0" * 64

    def __init__(self, **more: object) -> None:
        rows = {id: Target(Source.GO, id, id.lower()) for id in ("GO:0000001", "GO:0000002", "GO:0000003")}
        self.given = SourceContent(Source.GO, "go.obo", rows, **more)  # type: ignore[arg-type]

    def content(self, watch: object = None) -> SourceContent:
        return self.given


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Path]:
    yield catalogues.empty(tmp_path)


def names(relatives: list[hierarchy.Relative]) -> list[str]:
    return [each.key.accession for each in relatives]


def test_parents_children_and_replacements_come_with_a_source_and_follow_it(empty: Path) -> None:
    one, two = TargetKey(Source.GO, "GO:0000001"), TargetKey(Source.GO, "GO:0000002")
    above = {"GO:0000002": ("GO:0000001",), "GO:0000003": ("GO:0000001", "GO:0000002", "GO:9999999")}
    bring(empty, Given(parents=Side("go.obo", above), replaced={"GO:0000009": ("GO:0000002",)}))
    with connection.reader(empty) as db:
        assert names(hierarchy.children(db, one)) == ["GO:0000002", "GO:0000003"]
        assert names(hierarchy.parents(db, two)) == ["GO:0000001"]
        assert names(hierarchy.replacements(db, TargetKey(Source.GO, "GO:0000009"))) == ["GO:0000002"]
    bring(empty, Given(parents=Side("go.obo", {"GO:0000003": ("GO:0000002",)}), replaced={}))
    with connection.reader(empty) as db:
        assert names(hierarchy.children(db, one)) == []
        assert names(hierarchy.children(db, two)) == ["GO:0000003"]
        assert hierarchy.replacements(db, TargetKey(Source.GO, "GO:0000009")) == []
    bring(empty, Given())
    with connection.reader(empty) as db:
        assert names(hierarchy.children(db, two)) == ["GO:0000003"], "what is not given stays"
