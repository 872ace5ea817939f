"""Mappings in force whose Key Event or target changed: marked, told, affirmed, and never forgotten."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from core import appending, recheck, review, rules, undoing
from core.appending import Draft
from core.errors import Invalid
from core.ingest.content import Side, SourceContent
from core.model import Act, Mapping, Pair, Relation, Source, State, Target, TargetKey
from core.staleness import Kind
from core.store import connection, decisions, hierarchy, mappings
from tests import catalogues, people
from tests.catalogues import KEY_EVENTS, NOW, PATHWAY_GENES, PATHWAYS, bring, pathways

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
