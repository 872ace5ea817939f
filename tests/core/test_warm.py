"""What the server takes up before it forks: suggestions of every Key Event, or why there are none."""

import subprocess
import sys
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from core import runs, vectors
from core.errors import OperatorError
from core.model import Source, TargetKey
from core.npz import Refused
from core.recipe import Part
from core.warm import Warm, load
from tests import made

ROS = 1115


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made.database(tmp_path_factory.mktemp("catalogue"))


@pytest.fixture(scope="module")
def vectors_dir(database: Path) -> Path:
    made.run(database, database.parent / "vectors")
    return database.parent / "vectors"


@pytest.fixture(scope="module")
def warm(database: Path, vectors_dir: Path) -> Warm:
    return made.taken_up(database, vectors_dir)


@pytest.fixture
def broken(vectors_dir: Path, tmp_path: Path) -> Path:
    """The folder of a run that the test may break."""
    return made.copied(vectors_dir, tmp_path / "vectors")


class TestSuggestions:
    def test_a_curator_finds_the_right_targets_first(self, warm: Warm) -> None:
        first = [str(each.target) for each in warm.first(ROS, 30, 8)][:6]
        assert "reactome:R-HSA-3299685" in first and "go:GO:0072593" in first

    def test_they_come_by_score_over_all_sources(self, warm: Warm) -> None:
        found = warm.suggestions(ROS)
        assert len(found) == sum(min(200, warm.counts[f"{source}.npz"].known) for source in Source)
        assert [each.score for each in found] == sorted((each.score for each in found), reverse=True)
        assert all(0 <= each.score <= 1 for each in found)

    def test_ranks_count_within_a_source(self, warm: Warm) -> None:
        for source in Source:
            ranks = [each.rank for each in warm.suggestions(ROS) if each.target.source is source]
            assert ranks == list(range(1, len(ranks) + 1))

    def test_every_source_has_its_least(self, warm: Warm) -> None:
        for rows in (10, 30, 60):
            found = warm.first(ROS, rows, 8)
            by_source = Counter(each.target.source for each in found)
            assert len(found) == max(rows, 24) and min(by_source[source] for source in Source) >= 8
            assert [each.score for each in found] == sorted((each.score for each in found), reverse=True)

    def test_more_rows_begin_with_the_same_targets(self, warm: Warm) -> None:
        fewer, more = warm.first(ROS, 30, 8), warm.first(ROS, 60, 8)
        assert {each.target for each in fewer} <= {each.target for each in more}

    def test_a_pair_is_scored_as_the_list_has_it(self, warm: Warm) -> None:
        for each in warm.first(ROS, 30, 8):
            assert warm.of(ROS, each.target) == warm.listed(ROS, each.target) == each

    def test_a_target_beyond_the_list_is_scored_too(self, warm: Warm) -> None:
        listed = {each.target for each in warm.suggestions(ROS)}
        with_all = {TargetKey(Source.GO, str(id)) for id in vectors.read(_file(warm, Source.GO)).ids}
        beyond = min(with_all - listed)
        found = warm.of(ROS, beyond)
        assert found is not None and found.rank > 200 and 0 <= found.score <= 1
        assert warm.listed(ROS, beyond) is None

    def test_parts_are_shown_with_the_rank_under_each(self, warm: Warm) -> None:
        best = next(each for each in warm.suggestions(ROS) if each.target.source is Source.REACTOME)
        assert set(best.parts) == {str(part) for part in Part}
        ranks = warm.part_ranks(ROS, best.target)
        assert ranks[Part.DENSE] == 1 and set(ranks) <= set(Part)

    def test_what_the_run_does_not_know_has_none(self, warm: Warm) -> None:
        assert warm.suggestions(999_999) == [] and warm.first(999_999, 30, 8) == []
        assert warm.of(999_999, TargetKey(Source.GO, "GO:0072593")) is None
        assert warm.of(ROS, TargetKey(Source.GO, "GO:9999999")) is None
        assert warm.listed(999_999, TargetKey(Source.GO, "GO:0072593")) is None
        assert warm.listed(ROS, TargetKey(Source.GO, "GO:9999999")) is None
        assert warm.part_ranks(ROS, TargetKey(Source.GO, "GO:9999999")) == {}


def _file(warm: Warm, source: Source) -> Path:
    assert warm.folder is not None
    return warm.folder / runs.vector_file(source)


class TestSearch:
    def test_a_meaning_is_found_without_its_words(self, warm: Warm) -> None:
        found = [str(each.target) for each in warm.search("programmed cell death", 10)]
        assert "wikipathways:WP254" in found  # Apoptosis

    def test_one_source_can_be_asked(self, warm: Warm) -> None:
        found = warm.search("programmed cell death", 5, Source.REACTOME)
        assert len(found) == 5 and {each.target.source for each in found} == {Source.REACTOME}

    @pytest.mark.parametrize("text", ["", "   ", "…", "酸化"])
    def test_a_text_in_which_nothing_is_known_finds_nothing(self, warm: Warm, text: str) -> None:
        assert [each for each in warm.search(text, 5) if each.parts[Part.DENSE] or each.parts[Part.CHARACTERS]] == []

    def test_a_very_long_text_is_read_at_its_beginning(self, warm: Warm) -> None:
        assert len(warm.search("oxidative stress " * 6_000, 5)) == 5


def test_words_have_meanings_that_evidence_can_compare(warm: Warm) -> None:
    heart, cardiac, collagen = warm.meaning(["heart", "cardiac", "collagen"])
    assert heart @ cardiac > heart @ collagen
    assert not warm.meaning(["heartliver"]).any()  # made of pieces, which say nothing of it
    assert Warm().meaning(["heart"]).tolist() == [[0]]


def test_expected_genes_come_with_the_likeliest_first(warm: Warm) -> None:
    known = ["CAT", "GPX1", "NOT-A-GENE", "SOD1"]
    found = warm.expected(ROS, known)
    assert "SOD1" in found and "NOT-A-GENE" not in found
    assert warm.expected(ROS, list(reversed(found))) == found
    assert warm.expected(-1, known) == () and Warm().expected(ROS, known) == ()


class TestWhatIsNotAsItMustBe:
    def test_without_any_run_nothing_is_suggested_and_it_says_so(self, tmp_path: Path, database: Path) -> None:
        warm = made.taken_up(database, tmp_path)
        assert warm.suggestions(ROS) == [] and warm.search("ROS", 5) == [] and warm.run is None
        assert "run scripts.precompute" in warm.problems[0]

    def test_a_corrupt_file_costs_its_source_alone(self, database: Path, broken: Path) -> None:
        whole = (broken / "go.npz").read_bytes()
        (broken / "go.npz").write_bytes(whole[: len(whole) // 2])
        warm = made.taken_up(database, broken.parent)
        assert {each.target.source for each in warm.suggestions(ROS)} == {Source.WIKIPATHWAYS, Source.REACTOME}
        (problem,) = warm.problems
        assert problem.startswith("No suggestions from Gene Ontology: go.npz cannot be read")

    def test_corrupt_key_events_cost_all_suggestions_but_not_the_start(self, database: Path, broken: Path) -> None:
        (broken / "key_events.npz").unlink()
        warm = made.taken_up(database, broken.parent)
        assert warm.suggestions(ROS) == [] and "any source" in warm.problems[0]

    def test_ids_that_the_catalogue_lacks_are_dropped_and_counted(self, vectors_dir: Path) -> None:
        with_less = load(vectors_dir, [ROS], {Source.GO: ["GO:0072593", "GO:0006954", "GO:1234567"]})
        assert [each.target.accession for each in with_less.suggestions(ROS)] == ["GO:0072593", "GO:0006954"]
        count = with_less.counts["go.npz"]
        assert (count.known, count.missing) == (2, 1) and count.dropped > 100

    def test_a_run_that_knows_less_than_half_is_refused(self, vectors_dir: Path) -> None:
        others = [f"GO:{number:07}" for number in range(9_000_000, 9_000_010)]
        warm = load(vectors_dir, [ROS], {Source.GO: ["GO:0072593", *others]})
        assert warm.run is None and warm.suggestions(ROS) == []
        assert "knows 2 of 12 entries" in warm.problems[0]

    @pytest.mark.parametrize(
        ("about", "reason"),
        [
            ({"name": "another"}, "says name another"),
            ({"width": 7}, "says width 7"),
            ({"text_hash": "0" * 64}, "says text_hash 0000"),
        ],
    )
    def test_the_file_of_another_run_is_refused(
        self, database: Path, broken: Path, about: dict[str, object], reason: str
    ) -> None:
        file = vectors.read(broken / "wikipathways.npz")
        changed = vectors.Vectors(
            file.ids, file.matrix, file.characters, file.genes, file.expected, {**file.run, **about}
        )
        vectors.write(broken / "wikipathways.npz", changed)
        (problem,) = made.taken_up(database, broken.parent).problems
        assert reason in problem

    def test_rows_of_another_width_are_refused(self, database: Path, broken: Path) -> None:
        file = vectors.read(broken / "reactome.npz")
        narrow = np.zeros((len(file), 3), np.float32)
        vectors.write(
            broken / "reactome.npz",
            vectors.Vectors(file.ids, narrow, file.characters, file.genes, file.expected, file.run),
        )
        assert "width 3, expected 512" in made.taken_up(database, broken.parent).problems[0]

    @pytest.mark.parametrize("content", ["", "[]", "{}", '{"name": 1}'])
    def test_a_run_that_does_not_say_what_it_is_suggests_nothing(
        self, database: Path, broken: Path, content: str
    ) -> None:
        (broken / "run.json").write_text(content)
        warm = made.taken_up(database, broken.parent)
        assert warm.suggestions(ROS) == [] and "does not describe a run" in warm.problems[0]

    def test_a_recipe_of_another_version_suggests_nothing(self, database: Path, broken: Path) -> None:
        made.edited(broken, recipe={"unknown": {}})
        assert made.taken_up(database, broken.parent).run is None

    def test_a_missing_encoder_stops_the_start(self, database: Path, broken: Path) -> None:
        (broken / "encoder" / "model.safetensors").unlink()
        with pytest.raises(OperatorError, match=r"model\.safetensors cannot be read"):
            made.taken_up(database, broken.parent)

    def test_an_encoder_that_was_changed_stops_the_start(self, database: Path, broken: Path) -> None:
        with (broken / "encoder" / "model.safetensors").open("ab") as file:
            file.write(b"\0")
        with pytest.raises(OperatorError, match="is not the file that run .*; run scripts.precompute again"):
            made.taken_up(database, broken.parent)

    def test_an_encoder_of_another_width_stops_the_start(self, database: Path, broken: Path) -> None:
        made.edited(broken, width=300)
        with pytest.raises(OperatorError, match="expected finite"):
            made.taken_up(database, broken.parent)


def test_nothing_heavy_is_imported_at_run_time() -> None:
    """The server answers half a second after its start: no scipy, torch, tokenizers or stemmers of other tongues."""
    code = "import sys, core.warm, core.evidence; print(*sorted(set(sys.modules) & {'scipy', 'torch', 'tokenizers'}))"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.split() == []


def test_refusals_are_no_operator_errors() -> None:
    assert not issubclass(Refused, OperatorError)
