"""The embedded encoder: built from what is there, to the same bytes, and useful for words it has never seen."""

from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from scipy import sparse

from core.embedding import building, contrast, counting, layout, pieces, spectrum
from core.encoder import StaticEncoder
from core.errors import OperatorError
from core.recipe import Embedding

TEXTS = [
    "oxidative stress and reactive oxygen species",
    "reactive oxygen species damage mitochondria",
    "oxidative damage of the mitochondrion",
    "inflammation brings cytokines",
    "cytokine release in inflammation",
    "interleukins and cytokines",
]
PAIRS = [(TEXTS[0], TEXTS[1]), (TEXTS[3], TEXTS[4]), ("", TEXTS[5])]
SMALL = Embedding(dimensions=8, batch=2)


def folder(place: Path) -> Path:
    place.mkdir()
    layout.write(place, building.built(TEXTS, PAIRS, SMALL))
    return place


def test_building_twice_gives_the_same_bytes(tmp_path: Path) -> None:
    first, second = folder(tmp_path / "a"), folder(tmp_path / "b")
    files = [path.relative_to(first) for path in first.rglob("*") if path.is_file()]
    assert len(files) == 5
    assert [name for name in files if (first / name).read_bytes() != (second / name).read_bytes()] == []


def test_words_of_one_stem_share_a_vector() -> None:
    encoder = StaticEncoder(building.built(TEXTS, PAIRS, SMALL))
    assert np.array_equal(encoder.encode(["cytokine"]), encoder.encode(["cytokines"]))


def test_texts_of_one_subject_are_nearer_than_others() -> None:
    encoder = StaticEncoder(building.built(TEXTS, PAIRS, SMALL))
    stress, oxygen, cytokine = encoder.encode(["oxidative stress", "oxygen species", "cytokine release"])
    assert stress @ oxygen > stress @ cytokine


def test_a_catalogue_without_words_cannot_teach() -> None:
    with pytest.raises(OperatorError, match="no text to learn from"):
        building.built(["", "…"], [], SMALL)


def test_fewer_words_than_dimensions_are_enough() -> None:
    built = building.built(["apoptosis", "apoptosis of cells"], [], Embedding())
    assert built.table.shape[1] == 512 and np.isfinite(built.table).all()


def test_progress_is_told_to_the_last_step() -> None:
    seen: dict[str, list[int]] = {}

    def progress(task: str, steps: int) -> object:
        seen[task] = [steps, 0]
        return lambda: seen[task].__setitem__(1, seen[task][1] + 1)

    building.built(TEXTS, PAIRS, SMALL, progress)  # type: ignore[arg-type]
    assert set(seen) == {"words", "pairs"} and all(steps == done for steps, done in seen.values())


def test_pieces_are_what_enough_stems_share() -> None:
    stems = {"hepatic": "hepat", "hepatitis": "hepatit", "hepatoma": "hepatoma", "hepatocyte": "hepatocyt"}
    found = pieces.chosen(stems)
    assert found["hepat"] == sorted(stems) and "hepati" not in found and "##is" not in found


def test_near_counts_both_ways_and_less_with_distance() -> None:
    found = counting.near([np.array([0, 1, 2]), np.array([], dtype=np.int64), np.array([2])], 4, window=2).toarray()
    expected = np.zeros((4, 4))
    expected[0, 1] = expected[1, 0] = expected[1, 2] = expected[2, 1] = 1
    expected[0, 2] = expected[2, 0] = 2**-0.5
    assert np.allclose(found, expected)


def test_ppmi_follows_its_formula() -> None:
    counts = np.array([[0, 3, 1], [3, 2, 0], [1, 0, 8]], dtype=float)
    rows = counts.sum(axis=1)
    context = rows**0.75 / (rows**0.75).sum()
    with np.errstate(divide="ignore"):
        expected = np.maximum(0, np.log(counts / counts.sum() / (rows / rows.sum())[:, None] / context))
    assert np.allclose(counting.ppmi(sparse.csr_matrix(counts), 0.75).toarray(), expected, atol=1e-6)


def test_the_spectrum_is_that_of_the_exact_decomposition() -> None:
    dense = np.random.default_rng(1).random((60, 60)).astype(np.float32)
    left, sigma, _ = np.linalg.svd(dense)
    found = spectrum.left_vectors(sparse.csr_matrix(dense), 40, 0.5, 2, seed=3)
    assert np.allclose(np.abs(found), np.abs(left[:, :40] * sigma[:40] ** 0.5), atol=2e-2)


def test_the_gradient_is_that_of_the_loss() -> None:
    rng = np.random.default_rng(5)
    rows = rng.standard_normal((6, 4)).astype(np.float32)
    pairs = [(np.array([0, 1]), np.array([2])), (np.array([3]), np.array([4, 4, 1])), (np.array([5]), np.array([0]))]
    read, gradient = contrast.gradient(rows, pairs, 3.0)
    assert read.tolist() == list(range(6))
    numeric = np.zeros_like(rows, dtype=np.float64)
    for place in np.ndindex(rows.shape):
        up, down = rows.astype(np.float64), rows.astype(np.float64)
        up[place] += 1e-5
        down[place] -= 1e-5
        numeric[place] = (loss(up, pairs) - loss(down, pairs)) / 2e-5
    assert np.allclose(gradient, numeric, atol=1e-4)


def loss(rows: npt.NDArray[np.float64], pairs: list[contrast.Pair]) -> float:
    sides = [np.array([rows[pair[side]].mean(axis=0) for pair in pairs]) for side in (0, 1)]
    a, b = (side / np.linalg.norm(side, axis=1, keepdims=True) for side in sides)
    cosines = 3.0 * a @ b.T
    own = np.diagonal(cosines)
    return float(
        ((np.log(np.exp(cosines).sum(axis=1)) - own).mean() + (np.log(np.exp(cosines).sum(axis=0)) - own).mean()) / 2
    )


def test_a_lesson_lowers_the_loss() -> None:
    rng = np.random.default_rng(7)
    rows = rng.standard_normal((20, 8)).astype(np.float32)
    pairs = [(np.array([2 * each]), np.array([2 * each + 1])) for each in range(10)]
    lesson = contrast.Lesson(epochs=20, batch=5, scale=3.0, rate=0.05, seed=1)
    steps: list[int] = []
    learnt = contrast.taught(rows, pairs, lesson, lambda: steps.append(1))
    assert loss(learnt.astype(np.float64), pairs) < loss(rows.astype(np.float64), pairs) / 2
    assert len(steps) == contrast.batches(len(pairs), lesson) == 40
