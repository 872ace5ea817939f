"""What readers get follows every decision, and its revision tells each state from every other."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from sqlite3 import Connection

import pytest

from core import appending, undoing
from core.errors import Conflict
from core.model import Act, Pair, Relation, Tier
from core.store import connection, curators, exports, published, releases
from core.store.curators import Identity
from core.store.explore import Filter
from core.store.exports import Selection
from tests import people, publishing
from tests.catalogues import NOW
from tests.publishing import GO, WP254, WP408


@pytest.fixture
def db(database: Path) -> Iterator[Connection]:
    """The small catalogue, in a transaction."""
    with connection.writer(database) as found, connection.transaction(found):
        yield found


def named(db: Connection, selection: Selection = exports.ALL) -> list[tuple[int, str]]:
    return [(each.key_event, each.target.accession) for each in exports.rows(db, selection)]


class TestInForce:
    def test_a_proposal_is_not_published(self, db: Connection) -> None:
        publishing.act(db, "curator", Pair(149, WP254), Act.PROPOSE, relation=Relation.RELATED)
        assert named(db) == []

    def test_an_approved_mapping_is_published_with_its_authors(self, db: Connection) -> None:
        publishing.approve(db, 149, WP254, relation=Relation.NARROWER, note="said in a review")
        (found,) = exports.rows(db)
        assert (found.author.login, found.approver.login) == ("curator", "reviewer")
        assert (found.relation, found.tier, found.connection) == (Relation.NARROWER, Tier.HIGH, "causative")
        assert (found.key_event_title, found.title) == ("Increase, Inflammation", "Apoptosis")
        assert (found.aops, found.note, found.genes) == (("AOP 144",), "said in a review", 3)

    def test_a_revision_changes_nothing_until_it_is_approved(self, db: Connection) -> None:
        publishing.approve(db, 149, WP254)
        pair = Pair(149, WP254)
        low = publishing.answers(WP254.source, Tier.LOW)
        publishing.act(db, "second-curator", pair, Act.REVISE, relation=Relation.BROADER, answers=low)
        assert [(each.relation, each.tier) for each in exports.rows(db)] == [(Relation.RELATED, Tier.HIGH)]
        publishing.act(db, "reviewer", pair, Act.APPROVE)
        assert [(each.relation, each.author.login) for each in exports.rows(db)] == [
            (Relation.BROADER, "second-curator")
        ]

    def test_a_retired_mapping_is_told_in_the_feed(self, db: Connection) -> None:
        publishing.approve(db, 149, WP254)
        (before,) = exports.rows(db)
        publishing.retire(db, 149, WP254, "the pathway is about another cell")
        assert named(db) == []
        (ended,) = exports.retired(db, None)
        assert (ended.uuid, ended.reason) == (before.uuid, "the pathway is about another cell")

    def test_an_undone_approval_is_told_in_the_feed_too(self, db: Connection) -> None:
        publishing.approve(db, 149, WP254)
        undoing.undo(db, 149, people.person(db, "reviewer").id, "key", NOW)
        assert named(db) == []
        assert [each.reason for each in exports.retired(db, None)] == ["The approval was undone."]

    def test_everything_can_be_made_again_from_the_decisions(self, db: Connection) -> None:
        publishing.approve(db, 149, WP254)
        publishing.approve(db, 149, WP408)
        publishing.retire(db, 149, WP408)
        rows = [tuple(row) for row in db.execute("SELECT * FROM published ORDER BY pair")]
        appending.rebuild(db)
        assert [tuple(row) for row in db.execute("SELECT * FROM published ORDER BY pair")] == rows


class TestSelection:
    def test_the_order_is_by_key_event_source_and_target(self, database: Path) -> None:
        pairs = publishing.several(database)
        with connection.reader(database) as db:
            assert named(db) == [(key_event, target.accession) for key_event, target in pairs]

    @pytest.mark.parametrize(
        ("selection", "expected"),
        [
            (Selection(Filter(source=GO.source)), ["GO:0072593"]),
            (Selection(Filter(key_event=149)), ["WP1742", "WP254"]),
            (Selection(Filter(aop=38)), []),
            (Selection(Filter(gene="sod1")), ["WP408"]),
            (Selection(Filter(relation=Relation.BROADER)), ["WP254"]),
            (Selection(Filter(person="REVIEWER")), ["WP1742", "WP254", "GO:0072593", "WP408"]),
            (Selection(least=Tier.MEDIUM), ["WP1742", "GO:0072593", "WP408"]),
            (Selection(changed_since=NOW + timedelta(seconds=1)), []),
        ],
    )
    def test_it_can_be_narrowed(self, database: Path, selection: Selection, expected: list[str]) -> None:
        publishing.several(database)
        with connection.reader(database) as db:
            assert [accession for _, accession in named(db, selection)] == expected
            assert exports.count(db, selection) == len(expected)

    def test_reading_goes_on_behind_any_place(self, database: Path) -> None:
        publishing.several(database)
        with connection.reader(database) as db:
            everything = list(exports.rows(db))
            for place, each in enumerate(everything):
                mark = (each.key_event, str(each.target.source), each.target.accession)
                assert list(exports.rows(db, after=mark)) == everything[place + 1 :]


class TestRevision:
    def test_it_changes_with_what_readers_get_and_with_nothing_else(self, db: Connection) -> None:
        empty = str(published.revision(db))
        publishing.act(db, "curator", Pair(149, WP408), Act.PROPOSE, relation=Relation.RELATED)
        curators.enrol(db, Identity(people.ISSUER, 77, "passer-by", ""), None, NOW)
        assert str(published.revision(db)) == empty
        publishing.approve(db, 149, WP254)
        one = str(published.revision(db))
        publishing.retire(db, 149, WP254)
        ended = str(published.revision(db))
        curators.link_orcid(db, people.person(db, "curator").id, "0000-0002-1825-0097")
        assert len({empty, one, ended, str(published.revision(db))}) == 4


class TestReleases:
    def test_what_a_release_holds_cannot_be_undone(self, db: Connection) -> None:
        publishing.approve(db, 149, WP254)
        releases.begin(db, "2026.1", NOW)
        reviewer = people.person(db, "reviewer").id
        with pytest.raises(Conflict, match="A release holds this mapping"):
            undoing.undo(db, 149, reviewer, "key", NOW)
        publishing.retire(db, 149, WP254)
        undoing.undo(db, 149, reviewer, "another", NOW)
        assert named(db) == [(149, "WP254")]

    def test_a_proposal_that_no_release_has_can_be(self, db: Connection) -> None:
        publishing.act(db, "curator", Pair(149, WP254), Act.PROPOSE, relation=Relation.RELATED)
        releases.begin(db, "2026.1", NOW)
        undoing.undo(db, 149, people.person(db, "curator").id, "key", NOW)

    def test_a_release_that_is_made_stays(self, db: Connection) -> None:
        releases.begin(db, "2026.1", NOW)
        releases.begin(db, "2026.1", NOW)
        releases.finish(db, "2026.1", {"files": []})
        with pytest.raises(Conflict, match="is made and stays as it is"):
            releases.begin(db, "2026.1", NOW)
        assert [release.name for release in releases.made(db)] == ["2026.1"]


class TestLeftOut:
    def test_genes_without_an_id_are_looked_for_until_there_are_enough(self, db: Connection) -> None:
        for key_event, target in ((149, WP254), (1115, WP408)):
            publishing.approve(db, key_event, target)
        ids = {"TP53": 7157}
        assert exports.left_out(db, ids=ids).genes == ("CASP3", "NFE2L2", "SOD1", "TNF")
        some = exports.left_out(db, ids=ids, most=1)
        assert some.genes == ("CASP3", "TNF"), "those of the first target"
        assert some.targets == exports.left_out(db, ids=ids).targets, "none of the targets is passed over"
