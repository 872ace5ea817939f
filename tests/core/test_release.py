"""A release is whole or not at all, is the same for the same data, and holds what it published for ever."""

import json
import shutil
import sqlite3
import subprocess
from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from core import backups, deposits, release, restore, undoing
from core.changes import changes
from core.deposits import require_name
from core.errors import Conflict, Invalid, OperatorError
from core.export import citation
from core.export.account import Account
from core.export.published import Credit
from core.model import Act, Contributor, Pair, Relation, Tier
from core.publish import EXPORTS
from core.store import connection, releases
from core.store.releases import Release
from tests import catalogues, people, publishing, releasing
from tests.catalogues import NOW
from tests.publishing import GO, WP254, WP408, WP4341
from tests.releasing import HOME

# What Zenodo's documentation of a deposit's metadata says of the fields that we send.
TEXT = {"type": "string", "minLength": 1}
ZENODO = {
    "type": "object",
    "additionalProperties": False,
    "required": ["title", "upload_type", "publication_date", "description", "creators", "access_right", "license"],
    "properties": {
        "title": {"type": "string", "minLength": 3},
        "upload_type": {"enum": ["publication", "poster", "presentation", "dataset", "image", "video", "software",
                                 "lesson", "physicalobject", "other"]},
        "publication_date": {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}$"},
        "description": TEXT,
        "creators": {
            "type": "array", "minItems": 1, "uniqueItems": True,
            "items": {
                "type": "object", "additionalProperties": False, "required": ["name"],
                "properties": {"name": TEXT, "affiliation": TEXT,
                               "orcid": {"type": "string", "pattern": r"^(\d{4}-){3}\d{3}[\dX]$"}},
            },
        },
        "access_right": {"enum": ["open", "embargoed", "restricted", "closed"]},
        "license": {"enum": ["cc0-1.0", "cc-by-4.0", "cc-by-sa-4.0"]},
        "version": TEXT,
        "language": {"type": "string", "pattern": "^[a-z]{2,3}$"},
        "keywords": {"type": "array", "uniqueItems": True, "items": TEXT},
        "notes": TEXT,
        "related_identifiers": {
            "type": "array", "uniqueItems": True,
            "items": {
                "type": "object", "additionalProperties": False, "required": ["identifier", "relation"],
                "properties": {
                    "identifier": {"type": "string", "pattern": "^https?://"},
                    "relation": {"enum": [
                        "isCitedBy", "cites", "isSupplementTo", "isSupplementedBy", "isContinuedBy", "continues",
                        "isDescribedBy", "describes", "isNewVersionOf", "isPreviousVersionOf", "isPartOf", "hasPart",
                        "isReferencedBy", "references", "isDocumentedBy", "documents", "isCompiledBy", "compiles",
                        "isIdenticalTo", "isAlternateIdentifier", "isReviewedBy", "reviews", "isDerivedFrom",
                        "isSourceOf", "requires", "isRequiredBy", "isObsoletedBy", "obsoletes"]},
                    "resource_type": {"enum": ["dataset", "software", "lesson", "other", "physicalobject", "poster",
                                               "presentation", "video"]},
                },
            },
        },
    },
}  # fmt: skip


@pytest.fixture(scope="module")
def several(made_database: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database where several mappings are in force. To copy."""
    database = Path(shutil.copy(made_database, tmp_path_factory.mktemp("several") / "keyway.db"))
    publishing.several(database)
    with connection.writer(database) as db, connection.transaction(db):
        db.execute("UPDATE person SET orcid = '0000-0002-1825-0097', name = 'Ada Curator' WHERE login = 'curator'")
    return database


@pytest.fixture
def published(several: Path, tmp_path: Path) -> Path:
    """A copy of it."""
    return Path(shutil.copy(several, tmp_path / "keyway.db"))


@pytest.fixture(scope="module")
def made(several: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a release of it. To read."""
    database = Path(shutil.copy(several, tmp_path_factory.mktemp("made") / "keyway.db"))
    releasing.make(database)
    return releasing.place(database) / "2026.1"


def known(database: Path) -> list[Release]:
    with connection.reader(database) as db:
        return releases.made(db)


def left(database: Path) -> list[str]:
    """What lies in the folder of releases, but for its lock."""
    return sorted(path.name for path in releasing.place(database).iterdir() if path.name != ".lock")


class TestFolder:
    def test_every_export_is_there_for_all_and_for_each_source(self, made: Path) -> None:
        for name in EXPORTS:
            assert {name, f"go-{name}", f"wikipathways-{name}", f"reactome-{name}"} <= {
                path.name for path in made.iterdir()
            }

    def test_sha256sum_finds_every_file_as_it_was(self, made: Path) -> None:
        done = subprocess.run(["sha256sum", "--strict", "-c", "SHA256SUMS"], cwd=made, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        assert len(done.stdout.splitlines()) == len(list(made.iterdir())) - 1

    def test_its_manifest_says_what_it_holds_and_of_what_it_is_made(self, made: Path) -> None:
        said = json.loads((made / "manifest.json").read_text("utf-8"))
        assert (said["name"], said["date"], said["licence"]) == ("2026.1", "2026-11-23", "CC0-1.0")
        assert (said["mappings"]["total"], said["mappings"]["key_events"]) == (4, 2)
        assert said["mappings"]["by_source"]["wikipathways"] == {"high": 2, "medium": 0, "low": 1, "not assessed": 0}
        assert {(each["of"], each["release"]) for each in said["snapshots"]} == {
            ("aopwiki", "test"), ("wikipathways", "test"), ("go", "test")
        }  # fmt: skip
        assert [(each["name"], each["version"], each["mappings"]) for each in said["instruments"]] == [
            ("go", "1", 1),
            ("pathway", "1", 3),
        ]
        assert said["instruments"][1]["questions"][1]["answers"][0]["points"] == 3
        assert {"source": "wikipathways", "target": "WP1742", "title": "p53 signaling"} in said["left_out"]
        for file in said["files"]:
            content = (made / file["name"]).read_bytes()
            assert (len(content), sha256(content).hexdigest()) == (file["bytes"], file["sha256"])

    def test_contributors_are_named_with_orcid_and_counts(self, made: Path) -> None:
        said = json.loads((made / "manifest.json").read_text("utf-8"))
        assert {"login": "curator", "name": "Ada Curator", "orcid": "0000-0002-1825-0097", "proposed": 4,
                "approved": 0} in said["contributors"]  # fmt: skip
        assert "| Ada Curator | 0000-0002-1825-0097 | 4 | 0 |" in (made / "README.md").read_text("utf-8")

    def test_targets_without_genes_are_named_in_the_notes(self, made: Path) -> None:
        assert "- WP1742 p53 signaling (WikiPathways)" in (made / "CHANGES.md").read_text("utf-8")
        assert "WP1742" not in (made / "pairs.gmt").read_text("utf-8")

    def test_gene_sets_by_ncbi_id_are_files_of_their_own_and_say_what_they_lack(self, published: Path) -> None:
        catalogues.number_genes(published)
        releasing.make(published)
        folder = releasing.place(published) / "2026.1"
        assert (folder / "wikipathways-pairs-ncbi.gmt").read_text("utf-8").splitlines() == [
            "KE149_Increase_Inflammation_WP254\tApoptosis\t836\t7157",
            "KE1115_Increase_Reactive_oxygen_species_WP408\tOxidative stress response\t6647",
        ]
        words = (folder / "CHANGES.md").read_text("utf-8").partition("## Left out of the gene sets by NCBI Gene id")[2]
        assert "- WP1742 p53 signaling (WikiPathways)" in words
        assert "without an id: NFE2L2, TNF." in words
        said = json.loads((folder / "manifest.json").read_text("utf-8"))["without_ids"]
        assert said["genes"] == {"count": 2, "first": ["NFE2L2", "TNF"]}
        assert {each["target"] for each in said["targets"]} == {"GO:0072593", "WP1742"}

    def test_where_the_catalogue_has_no_ids_they_are_empty_and_say_so(self, made: Path) -> None:
        assert (made / "key-events-ncbi.gmt").read_bytes() == b""
        assert "The catalogue has no ids of NCBI Gene" in (made / "CHANGES.md").read_text("utf-8")
        assert json.loads((made / "manifest.json").read_text("utf-8"))["without_ids"] is None

    def test_others_may_read_it(self, made: Path) -> None:
        assert made.stat().st_mode & 0o055 == 0o055
        assert all(path.stat().st_mode & 0o044 == 0o044 for path in made.iterdir())


class TestCitation:
    def test_the_citation_file_says_what_its_format_asks_for(self, made: Path) -> None:
        said = yaml.safe_load((made / "CITATION.cff").read_text("utf-8"))
        assert (said["cff-version"], said["type"], said["version"]) == ("1.2.0", "dataset", "2026.1")
        assert (said["date-released"], said["license"]) == ("2026-11-23", "CC0-1.0")
        assert said["url"] == f"{HOME}/releases/2026.1"
        assert said["message"] and said["title"] and said["abstract"]
        assert {"family-names": "Curator", "given-names": "Ada", "alias": "curator",
                "orcid": "https://orcid.org/0000-0002-1825-0097"} in said["authors"]  # fmt: skip
        for source in said["references"]:
            assert source.keys() >= {"type", "title", "authors"}

    @pytest.mark.parametrize(
        ("name", "parted"),
        [
            ("Ada Curator", ("Curator", "Ada")),
            ("Jan Pieter van der Berg", ("van der Berg", "Jan Pieter")),
            ("de la Cruz, María", ("de la Cruz", "María")),
            ("von Berg", ("Berg", "von")),
            ("Ada", ("", "")),
            ("", ("", "")),
        ],
    )
    def test_small_words_before_a_family_name_belong_to_it(self, name: str, parted: tuple[str, str]) -> None:
        assert citation.parted(Contributor("login", name)) == parted

    def test_its_authors_have_all_of_their_names_and_each_is_there_once(
        self, published: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        named = (Contributor("", "Ada Twin"), Contributor("", "Twin, Ada"), Contributor("ada", "Ada"),
                 Contributor("anon"), Contributor(orcid="0000-0002-1825-0097"))  # fmt: skip
        monkeypatch.setattr(release.coverage, "credits", lambda _: [Credit(who, 1, 0) for who in named])
        releasing.make(published)
        said = yaml.safe_load((releasing.place(published) / "2026.1" / "CITATION.cff").read_text("utf-8"))
        assert said["authors"] == [
            {"family-names": "Twin", "given-names": "Ada"},
            {"given-names": "Ada", "alias": "ada"},
            {"alias": "anon"},
            {"alias": "0000-0002-1825-0097", "orcid": "https://orcid.org/0000-0002-1825-0097"},
        ]

    def test_zenodo_gets_what_it_asks_of_a_deposit(self, made: Path) -> None:
        said = json.loads((made / ".zenodo.json").read_text("utf-8"))
        assert (said["upload_type"], said["access_right"], said["license"]) == ("dataset", "open", "cc0-1.0")
        assert (said["version"], said["publication_date"]) == ("2026.1", "2026-11-23")
        assert {"name": "Curator, Ada", "orcid": "0000-0002-1825-0097"} in said["creators"]
        assert said["description"].startswith("<p>4 mappings of 2 Key Events")
        assert {each["relation"] for each in said["related_identifiers"]} == {"isIdenticalTo", "isDerivedFrom"}

    def test_zenodo_knows_every_field_and_word(self, published: Path) -> None:
        with connection.writer(published) as db, connection.transaction(db):
            db.execute("UPDATE person SET name = 'Ada Twin', orcid = NULL WHERE login IN ('curator', 'reviewer')")
        releasing.make(published)
        publishing.publish(published, (55, WP254))
        releasing.make(published, "2026.2")
        said = json.loads((releasing.place(published) / "2026.2" / ".zenodo.json").read_text("utf-8"))
        jsonschema.validate(said, ZENODO)
        assert said["creators"] == [{"name": "Twin, Ada"}], "Zenodo takes nobody twice"
        assert "isNewVersionOf" in {each["relation"] for each in said["related_identifiers"]}
        for wrong in ({"upload_type": "data"}, {"license": "CC0"}, {"creators": []}, {"relations": []}):
            with pytest.raises(jsonschema.ValidationError):
                jsonschema.validate(said | wrong, ZENODO)


class TestSameBytes:
    def test_the_same_data_gives_the_same_bytes_whenever_it_is_made(self, published: Path, tmp_path: Path) -> None:
        twin = tmp_path / "twin"
        twin.mkdir()
        shutil.copy(published, twin / published.name)
        first = releasing.make(published, now=NOW)
        second = releasing.make(twin / published.name, now=NOW + timedelta(hours=5))
        assert release.files(first) == release.files(second)

    def test_what_is_decided_meanwhile_is_not_in_it(self, published: Path) -> None:
        def decide(name: str) -> None:
            if name == "mappings.csv":
                publishing.publish(published, (55, WP254))

        made = releasing.make(published, progress=decide)
        assert json.loads(json.dumps(made.manifest))["mappings"]["total"] == 4
        folder = releasing.place(published) / "2026.1"
        assert all(b"KE 55" not in path.read_bytes() for path in folder.iterdir())
        with connection.writer(published) as db, connection.transaction(db):
            undone = undoing.undo(db, 55, people.person(db, "reviewer").id, "undo", NOW)
        assert undone.person

    def test_people_decide_while_it_is_counted(self, published: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        count = release.describe

        def meanwhile(*given: Any) -> Account:
            publishing.publish(published, (55, WP254))
            return count(*given)

        monkeypatch.setattr(release, "describe", meanwhile)
        made = releasing.make(published)
        assert json.loads(json.dumps(made.manifest))["mappings"]["total"] == 4


class TestFaults:
    @pytest.mark.parametrize("fault", ["killed", "killed when named"])
    def test_one_that_was_killed_leaves_nothing_half_made_and_runs_again(self, published: Path, fault: str) -> None:
        assert releasing.struck(published, fault).returncode < 0
        assert known(published) == []
        releasing.make(published)
        assert left(published) == ["2026.1"]
        assert deposits.damage(releasing.place(published) / "2026.1", release.files(known(published)[0])) == {}

    @pytest.mark.parametrize("fault", ["killed", "killed when named"])
    def test_one_that_was_killed_holds_nothing_once_another_is_made(self, published: Path, fault: str) -> None:
        releasing.struck(published, fault)
        releasing.make(published, "another")
        assert left(published) == ["another"]
        with connection.reader(published) as db:
            assert releases.unfinished(db) == frozenset()

    @pytest.mark.parametrize("name", ["mappings.csv", "mappings.xlsx"])
    def test_a_full_disk_is_told_and_leaves_nothing(self, published: Path, name: str) -> None:
        done = releasing.struck(published, name)
        assert done.returncode == 1
        assert "the disk is full; nothing of it is left, run it again" in done.stderr
        assert (known(published), left(published)) == ([], [])
        releasing.make(published)

    def test_ctrl_c_leaves_nothing_and_holds_nothing(self, published: Path) -> None:
        def interrupt(name: str) -> None:
            if name == "go-pairs.gmt":
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            releasing.make(published, progress=interrupt)
        assert left(published) == []
        with connection.reader(published) as db:
            assert (releases.marks(db), releases.made(db)) == ([], [])

    def test_ctrl_c_as_it_is_named_leaves_nothing(self, published: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        whole = deposits.settle

        def settle(path: Path) -> None:
            if path == releasing.place(published):
                raise KeyboardInterrupt
            whole(path)

        monkeypatch.setattr(deposits, "settle", settle)
        with pytest.raises(KeyboardInterrupt):
            releasing.make(published)
        assert (known(published), left(published)) == ([], [])

    def test_ctrl_c_once_it_is_public_takes_nothing_away(
        self, published: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        finish = releases.finish

        def interrupted(db: sqlite3.Connection, name: str, manifest: dict[str, object]) -> None:
            finish(db, name, manifest)
            db.execute("COMMIT")
            raise KeyboardInterrupt

        monkeypatch.setattr(releases, "finish", interrupted)
        with pytest.raises(KeyboardInterrupt):
            releasing.make(published)
        (made,) = known(published)
        assert release.damage(releasing.place(published), made) == {}

    def test_a_folder_that_came_between_is_not_taken_away(self, published: Path) -> None:
        stranger = releasing.place(published) / "2026.1"

        def between(name: str) -> None:
            stranger.mkdir(exist_ok=True)
            (stranger / "theirs").write_text("theirs")

        with pytest.raises(OperatorError, match="no release was made"):
            releasing.make(published, progress=between)
        assert (stranger / "theirs").read_text() == "theirs"

    def test_one_that_nobody_has_begun_cannot_be_finished(self, published: Path) -> None:
        with (
            connection.writer(published) as db,
            connection.transaction(db),
            pytest.raises(Conflict, match=r"The release 2026\.1 is not one that was begun"),
        ):
            releases.finish(db, "2026.1", {})

    def test_what_cannot_be_written_down_is_not_named(self, published: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        def full(*_: object) -> None:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(releases, "finish", full)
        with pytest.raises(OperatorError, match="the disk is full"):
            releasing.make(published)
        assert left(published) == []

    def test_two_at_a_time_are_refused(self, published: Path) -> None:
        def another(name: str) -> None:
            with pytest.raises(OperatorError, match="another release is at work"):
                releasing.make(published, "2026.2")

        releasing.make(published, progress=another)
        assert left(published) == ["2026.1"]


class TestRefusals:
    @pytest.mark.parametrize(
        "name", ["", ".", "..", "../x", "a/b", "2026 1", ".hidden", "2026.", "-x", "a..b", "latest", "Latest", "ü",
                 "x" * 41, "a\n"]
    )  # fmt: skip
    def test_a_name_that_cannot_be_is_refused(self, published: Path, name: str) -> None:
        with pytest.raises(Invalid, match="like 2026.1"):
            releasing.make(published, name)
        assert not releasing.place(published).exists()

    @pytest.mark.parametrize("name", ["2026.1", "v1", "2026-11-23", "2026.1-rc.1", "x" * 40])
    def test_one_that_can_be_is_taken(self, name: str) -> None:
        require_name(name)

    def test_a_name_is_used_once(self, published: Path) -> None:
        first = releasing.make(published)
        with pytest.raises(Conflict, match=r"The release 2026\.1 is made and stays as it is"):
            releasing.make(published)
        assert release.damage(releasing.place(published), first) == {}

    def test_nothing_approved_is_no_release(self, database: Path) -> None:
        with pytest.raises(Invalid, match="Nothing is approved yet"):
            releasing.make(database)
        assert (known(database), left(database)) == ([], [])

    def test_a_folder_that_the_database_does_not_know_is_left_alone(self, published: Path) -> None:
        stranger = releasing.place(published) / "2026.1"
        stranger.mkdir(parents=True)
        (stranger / "mappings.csv").write_text("published before")
        with pytest.raises(OperatorError, match="was an older copy of it restored"):
            releasing.make(published)
        assert (stranger / "mappings.csv").read_text() == "published before"

    def test_one_that_a_copy_was_made_beside_is_left_alone_when_the_copy_comes_back(self, published: Path) -> None:
        copies = published.parent / "backups"

        def backed_up(name: str) -> None:
            if name == "mappings.xlsx":
                backups.make(published, copies, NOW)

        made = releasing.make(published, progress=backed_up)
        copy = backups.newest(copies)
        assert copy is not None
        restore.restore(copy.path, published, copies, NOW)
        with pytest.raises(OperatorError, match="was an older copy of it restored"):
            releasing.make(published)
        assert release.damage(releasing.place(published), made) == {}


class TestReading:
    def test_a_manifest_is_read_once_and_changed_by_nobody(self, published: Path) -> None:
        releasing.make(published)
        with connection.reader(published) as db:
            first, again = releases.get(db, "2026.1").manifest, releases.made(db)[0].manifest
        assert first is again
        with pytest.raises(TypeError):
            first["name"] = "another"  # type: ignore[index]

    def test_what_is_new_is_found_in_as_many_statements_for_many_pairs_as_for_one(self, published: Path) -> None:
        before = releasing.make(published)
        counts = []
        for pairs in (((55, WP254),), ((55, WP408), (55, WP4341), (344, WP254))):
            publishing.publish(published, *pairs)
            with connection.reader(published) as db:
                asked: list[str] = []
                db.set_trace_callback(asked.append)
                found = changes(db, before)
                db.set_trace_callback(None)
            counts.append((len(found.added), len(asked)))
        assert counts[0][0] == 1 and counts[1][0] == 4
        assert counts[0][1] == counts[1][1]


class TestHeld:
    def test_what_a_release_holds_cannot_be_undone(self, published: Path) -> None:
        releasing.make(published)
        with connection.writer(published) as db, connection.transaction(db):
            reviewer = people.person(db, "reviewer").id
            with pytest.raises(Conflict, match="A release holds this mapping"):
                undoing.undo(db, 1115, reviewer, "undo", NOW)
            publishing.retire(db, 1115, WP408)

    def test_what_it_does_not_hold_can(self, published: Path) -> None:
        with connection.writer(published) as db, connection.transaction(db):
            publishing.act(db, "curator", Pair(149, WP4341), Act.PROPOSE, relation=Relation.RELATED)
        releasing.make(published)
        with connection.writer(published) as db, connection.transaction(db):
            undoing.undo(db, 149, people.person(db, "curator").id, "undo", NOW)


class TestChanges:
    @pytest.fixture
    def later(self, published: Path) -> Path:
        """Two mappings came, one was revised, one retired, one came and went, after the first release."""
        releasing.make(published)
        with connection.writer(published) as db, connection.transaction(db):
            publishing.approve(db, 55, WP254, tier=Tier.LOW)
            publishing.approve(db, 55, WP4341)
            publishing.retire(db, 55, WP4341)
            publishing.retire(db, 149, WP254, "the pathway is | too *broad*")
            revised = Pair(1115, GO)
            publishing.act(
                db, "curator", revised, Act.REVISE, relation=Relation.RELATED, answers=publishing.answers(GO.source)
            )
            publishing.act(db, "reviewer", revised, Act.APPROVE)
        releasing.make(published, "2026.2", NOW + timedelta(days=90))
        return releasing.place(published) / "2026.2"

    def test_the_notes_say_what_came_changed_and_ended(self, later: Path) -> None:
        words = (later / "CHANGES.md").read_text("utf-8")
        assert "Since 2026.1: 1 added, 1 changed, 1 retired." in words
        parts = {part.partition("\n")[0]: part for part in words.split("\n## ")}
        assert "- KE 55 Increase, Cell injury/death – WP254 Apoptosis: related, low" in parts["Added"]
        assert "relation equivalent → related; confidence medium → high; other answers" in parts["Changed"]
        assert r"WP254 Apoptosis: the pathway is \| too \*broad\*" in parts["Retired"]
        assert "- WikiPathways: test, as before" in parts["Sources"]

    def test_the_manifest_counts_them(self, later: Path) -> None:
        said = json.loads((later / "manifest.json").read_text("utf-8"))["changes"]
        assert said["since"] == "2026.1"
        assert [said[kind]["count"] for kind in ("added", "changed", "retired")] == [1, 1, 1]

    def test_an_older_release_stays_as_it_was(self, later: Path, published: Path) -> None:
        oldest = known(published)[-1]
        assert oldest.name == "2026.1"
        assert release.damage(later.parent, oldest) == {}


class TestDamage:
    @pytest.mark.parametrize(
        ("harm", "words"),
        [
            (lambda file: file.unlink(), "is missing"),
            (lambda file: file.write_bytes(file.read_bytes() + b"x"), "bytes, had"),
            (lambda file: file.write_bytes(b"X" + file.read_bytes()[1:]), "has another checksum"),
        ],
    )
    def test_a_damaged_file_is_found(self, published: Path, harm: Callable[[Path], object], words: str) -> None:
        made, folder = releasing.make(published), releasing.place(published)
        assert release.damage(folder, made) == {}
        harm(folder / made.name / "mappings.csv")
        damaged = release.damage(folder, made)
        assert damaged.keys() == {"mappings.csv"}
        assert words in damaged["mappings.csv"]
