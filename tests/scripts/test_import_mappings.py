"""A team moves over: what it made elsewhere comes in whole, once, with its authors and dates, and goes out the same."""

import csv
import io
from collections.abc import Callable
from pathlib import Path

import pytest

from core import publish
from core.errors import DomainError
from core.export.published import STALE
from core.model import Act, Pair, Relation, Source, State, Tier
from core.publish import Asked
from core.store import connection, decisions, exports, mappings
from core.store.explore import Filter
from core.store.exports import Selection
from scripts import import_mappings
from tests import publishing
from tests.publishing import WP254, WP408

FIELDS = [
    "uuid",
    "ke_id",
    "ke_name",
    "pathway_id",
    "pathway_title",
    "confidence_level",
    "suggestion_score",
    "approved_by",
    "approved_at",
    "proposed_by",
    "connection_type",
    "ke_aop_context",
    "ke_bio_level",
    "proposed_relationship",
    "proposed_basis",
    "proposed_specificity",
    "proposed_coverage",
    "assessment_version",
]
ROW = {
    "uuid": "3f1c0000-0000-4000-8000-000000000001",
    "ke_id": "KE 149",
    "pathway_id": "WP254",
    "confidence_level": "high",
    "suggestion_score": "0.812",
    "approved_by": "boss",
    "approved_at": "2024-05-01T08:00:00Z",
    "proposed_by": "ann",
    "proposed_relationship": "causative",
    "proposed_basis": "known",
    "proposed_specificity": "specific",
    "proposed_coverage": "complete",
    "assessment_version": "v1",
}


def table(path: Path, *rows: dict[str, str], fields: list[str] = FIELDS) -> Path:
    """A CSV of the existing tool."""
    text = io.StringIO()
    writer = csv.DictWriter(text, fields, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    path.write_text(text.getvalue(), "utf-8")
    return path


Bring = Callable[..., str]


@pytest.fixture
def bring(database: Path, capsys: pytest.CaptureFixture[str]) -> Bring:
    """`bring("--csv", file)`: what the command says."""

    def command(form: str, file: Path, *more: str, state: str = "approved", by: str = "reviewer") -> str:
        import_mappings.main(["--db", str(database), form, str(file), "--as", state, "--by", by, *more])
        return capsys.readouterr().out

    return command


def written(path: Path, name: str, source: Source | None = None) -> str:
    """An export as it would be downloaded, of all sources or one."""
    with connection.reader(path) as db:
        edition = publish.edition(db, "http://127.0.0.1", "CC0-1.0", "test")
        return b"".join(
            publish.export(name).write(db, Asked(Selection(Filter(state=None, source=source)), edition))
        ).decode()


class TestMovingOver:
    def test_who_made_it_and_when_is_kept(self, bring: Bring, database: Path, tmp_path: Path) -> None:
        assert bring("--csv", table(tmp_path / "old.csv", ROW)).startswith("1 imported\n0 were there already")
        with connection.reader(database) as db:
            (found,) = exports.rows(db)
        assert (found.uuid, found.author.login, found.approver.login) == (ROW["uuid"], "ann", "boss")
        assert (found.approved_at[:4], found.score, found.tier) == ("2024", 0.812, Tier.HIGH)
        assert found.assessment is not None
        assert found.assessment.answers["basis"] == "known"

    @pytest.mark.parametrize(("state", "by"), [("approved", "reviewer"), ("proposed", "curator")])
    def test_who_brings_it_does_so_in_their_role(
        self, bring: Bring, database: Path, tmp_path: Path, state: str, by: str
    ) -> None:
        bring("--csv", table(tmp_path / "old.csv", ROW), state=state, by=by)
        with connection.reader(database) as db:
            (imported,) = decisions.of_pair(db, Pair(149, WP254))
        assert imported.role is not None and imported.role.word == by

    def test_a_second_time_changes_nothing(self, bring: Bring, database: Path, tmp_path: Path) -> None:
        file = table(tmp_path / "old.csv", ROW)
        bring("--csv", file)
        before = written(database, "mappings.csv")
        assert bring("--csv", file).startswith("0 imported\n1 were there already")
        renamed = table(tmp_path / "old (1).csv", ROW)
        assert bring("--csv", renamed).startswith("0 imported\n1 were there already")
        assert written(database, "mappings.csv") == before

    def test_proposed_ones_wait_for_a_reviewer(self, bring: Bring, database: Path, tmp_path: Path) -> None:
        bring("--csv", table(tmp_path / "old.csv", ROW), state="proposed", by="curator")
        with connection.writer(database) as db, connection.transaction(db):
            assert mappings.counts(db) == {"proposed": 1}
            approved = publishing.act(db, "reviewer", Pair(149, WP254), Act.APPROVE)
            assert approved.state is State.APPROVED
            assert [each.author.login for each in exports.rows(db)] == ["ann"]

    def test_rows_without_answers_keep_their_tier(self, bring: Bring, database: Path, tmp_path: Path) -> None:
        fields = ["ke_id", "go_term_id", "go_term_name", "confidence_level", "proposed_by"]
        row = {"ke_id": "149", "go_term_id": "GO:0006954", "confidence_level": "medium"}
        bring("--csv", table(tmp_path / "go.csv", row, fields=fields))
        with connection.reader(database) as db:
            (found,) = exports.rows(db)
        assert (found.tier, found.assessment, found.approver.login) == (Tier.MEDIUM, None, "reviewer")

    def test_what_is_decided_here_is_left(self, bring: Bring, database: Path, tmp_path: Path) -> None:
        with connection.writer(database) as db, connection.transaction(db):
            publishing.act(db, "curator", Pair(149, WP254), Act.REJECT)
        assert "KE 149 – WP254 is rejected here" in bring("--csv", table(tmp_path / "old.csv", ROW))

    @pytest.mark.parametrize(
        "saved",
        [
            lambda text: "\ufeff" + text.replace("\n", "\r\n"),
            lambda text: text.replace(",", ";"),
            lambda text: text.replace(",", "\t"),
            lambda text: text.replace("\n", ",,\n") + "," * (len(FIELDS) + 1) + "\n\n",
        ],
        ids=["for Windows", "with semicolons", "with tabs", "with empty cells around it"],
    )
    def test_it_is_read_as_spreadsheets_save_it(
        self, bring: Bring, database: Path, tmp_path: Path, saved: Callable[[str], str]
    ) -> None:
        file = table(tmp_path / "old.csv", ROW)
        file.write_text(saved(file.read_text("utf-8")), "utf-8", newline="")
        bring("--csv", file)
        with connection.reader(database) as db:
            assert [(each.uuid, each.tier) for each in exports.rows(db)] == [(ROW["uuid"], Tier.HIGH)]

    @pytest.mark.parametrize(
        ("said", "credited"),
        [
            ("0000-0002-1694-233x", "orcid:0000-0002-1694-233X"),
            ("https://orcid.org/0000-0002-1825-0097", "orcid:0000-0002-1825-0097"),
            ("https://github.com/ann", "github:ann"),
            ("ann_corp", "github:ann_corp"),
        ],
    )
    def test_who_made_it_is_known_by_their_address_too(
        self, bring: Bring, database: Path, tmp_path: Path, said: str, credited: str
    ) -> None:
        bring("--csv", table(tmp_path / "old.csv", ROW | {"proposed_by": said}))
        with connection.reader(database) as db:
            assert [each.author.curie for each in exports.rows(db)] == [credited]


class TestRoundTrip:
    @pytest.fixture
    def twin(self, made_database: Path, tmp_path: Path) -> Path:
        """The same catalogue without a decision."""
        path = tmp_path / "twin.db"
        path.write_bytes(made_database.read_bytes())
        return path

    @pytest.mark.parametrize(("form", "name"), [("--csv", "mappings.csv"), ("--sssom", "positive.sssom.tsv")])
    def test_an_export_imported_and_exported_again_is_equal(
        self, database: Path, twin: Path, tmp_path: Path, form: str, name: str
    ) -> None:
        publishing.several(database)
        with connection.writer(database) as db, connection.transaction(db):
            db.execute("UPDATE person SET orcid = '0000-0002-1825-0097', name = 'C. Curator' WHERE login = 'curator'")
            publishing.approve(db, 55, WP408, note='=SUM(A1), "said"\nin two lines' if form == "--csv" else "said")
        file = tmp_path / name
        file.write_text(written(database, name), "utf-8")
        import_mappings.main(["--db", str(twin), form, str(file), "--as", "approved", "--by", "admin"])
        assert written(twin, name) == file.read_text("utf-8")
        assert written(twin, "pairs.gmt") == written(database, "pairs.gmt")

    @pytest.mark.parametrize("source", [Source.WIKIPATHWAYS, Source.GO])
    def test_that_of_one_source_too(self, database: Path, twin: Path, tmp_path: Path, source: Source) -> None:
        publishing.several(database)
        file = tmp_path / "mappings.csv"
        file.write_text(written(database, "mappings.csv", source), "utf-8")
        import_mappings.main(["--db", str(twin), "--csv", str(file), "--as", "approved", "--by", "admin"])
        assert written(twin, "mappings.csv", source) == file.read_text("utf-8")


class TestRefusals:
    def test_unknown_ids_are_listed_and_nothing_comes(self, bring: Bring, database: Path, tmp_path: Path) -> None:
        rows = [ROW, ROW | {"ke_id": "KE 999999"}, ROW | {"pathway_id": "WP9999"}]
        file = table(tmp_path / "old.csv", *rows)
        with pytest.raises(DomainError) as refusal:
            bring("--csv", file)
        for words in (
            "2 of 3 lines",
            "old.csv, line 3: KE 999999",
            "old.csv, line 4: KE 149 – WP9999",
            "--skip-unknown",
        ):
            assert words in str(refusal.value)
        with connection.reader(database) as db:
            assert exports.count(db) == 0
        assert bring("--csv", file, "--skip-unknown").startswith("1 imported")

    @pytest.mark.parametrize(
        ("change", "words"),
        [
            ({"ke_id": "KE X"}, "line 2: ke_id is 'KE X', expected a Key Event like KE 149"),
            ({"pathway_id": "254"}, "pathway_id is '254', expected an id like WP254"),
            ({"confidence_level": "sure"}, "confidence_level is 'sure', expected one of high, medium, low"),
            ({"approved_at": "May"}, "approved_at is 'May', expected a date"),
            ({"approved_at": "0202-05-01"}, "approved_at is '0202-05-01', expected a date"),
            ({"proposed_by": "an\x01n"}, "proposed_by is 'an\\x01n', expected plain text, without U+0001"),
            ({"note": "\u202efdp"}, "expected plain text, without U+202E"),
            ({"note": "x" * 4001}, "line 2: the note has 4,001 characters; at most 4,000 are taken"),
            ({"go_term_id": "GO:0006954"}, "go_term_id is 'GO:0006954', expected nothing there, beside pathway_id"),
            ({"suggestion_score": "nan"}, "suggestion_score is 'nan', expected a number"),
            ({"proposed_basis": "hunch"}, "line 2: basis: “hunch” is no answer"),
        ],
    )
    def test_a_bad_value_is_named(self, bring: Bring, tmp_path: Path, change: dict[str, str], words: str) -> None:
        with pytest.raises(DomainError, match=".") as refusal:
            bring("--csv", table(tmp_path / "old.csv", ROW | change, fields=[*FIELDS, "note", "go_term_id"]))
        assert words in str(refusal.value)

    @pytest.mark.parametrize(
        ("text", "words"),
        [
            ("", "old.csv, line 1: there is no column ke_id; there are none."),
            ("id,pathway_id\n1,WP254\n", "old.csv, line 1: there is no column ke_id; there are id, pathway_id."),
            ("ke_id,ke_id\n1,2\n", "old.csv, line 1: there are 2 columns ke_id; keep one of them."),
            ("ke_id,pathway_id\nKE 149,WP254,x\n", "old.csv, line 2 has 3 fields, the header 2"),
            ("ke_id,pathway_id\nKE 149,\n", "old.csv, line 2: target_id is missing, expected a target there"),
        ],
    )
    def test_a_table_that_cannot_be_is_refused(self, bring: Bring, tmp_path: Path, text: str, words: str) -> None:
        file = tmp_path / "old.csv"
        file.write_text(text, "utf-8")
        with pytest.raises(DomainError, match=".") as refusal:
            bring("--csv", file)
        assert words in str(refusal.value)

    def test_a_pair_twice_is_refused(self, bring: Bring, tmp_path: Path) -> None:
        with pytest.raises(DomainError, match="more than once"):
            bring("--csv", table(tmp_path / "old.csv", ROW, ROW))

    def test_a_curator_approves_nothing_by_file(self, bring: Bring, tmp_path: Path) -> None:
        with pytest.raises(DomainError, match="takes the role reviewer"):
            bring("--csv", table(tmp_path / "old.csv", ROW), by="curator")


class TestSssomOfOthers:
    HEADER = (
        "#curie_map:\n#  WP: http://identifiers.org/wikipathways/\n#  AOP: http://identifiers.org/aop.events/\n"
        "#mapping_set_id: https://example.org/set\n"
    )

    def test_other_prefixes_are_followed(self, bring: Bring, database: Path, tmp_path: Path) -> None:
        file = tmp_path / "others.sssom.tsv"
        file.write_text(
            self.HEADER + "subject_id\tpredicate_id\tpredicate_modifier\tobject_id\tmapping_justification\tconfidence\n"
            "AOP:149\tskos:broadMatch\t\tWP:WP254\tsemapv:ManualMappingCuration\t0.75\n"
            "AOP:149\tskos:broadMatch\tNot\tWP:WP408\tsemapv:ManualMappingCuration\t0.75\n"
            "AOP:149\tskos:relatedMatch\t\tWP:WP4341\tsemapv:SemanticSimilarityThresholdMatching\t\n"
        )
        told = bring("--sssom", file)
        assert "2 left out: they state no mapping" in told
        assert "line 8: AOP:149 perhaps WP:WP4341" in told
        with connection.reader(database) as db:
            (found,) = exports.rows(db)
        assert (found.relation, found.tier, found.target) == (Relation.BROADER, Tier.MEDIUM, WP254)

    def test_a_note_keeps_its_signs_and_no_mark_of_ours(self, bring: Bring, database: Path, tmp_path: Path) -> None:
        file = tmp_path / "others.sssom.tsv"
        file.write_text(
            self.HEADER + "subject_id\tpredicate_id\tobject_id\tcomment\n"
            f"AOP:149\tskos:exactMatch\tWP:WP254\t{STALE} '=x\n"
        )
        bring("--sssom", file)
        with connection.reader(database) as db:
            assert [each.note for each in exports.rows(db)] == ["'=x"]
