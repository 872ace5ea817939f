"""What all texts of a field have in common goes, and what tells them apart comes forward."""

from pathlib import Path

import numpy as np
import pytest

from core import npz, repair
from core.npz import Refused
from core.recipe import Whitening

RNG = np.random.default_rng(2)


def crowded(shift: float, rows: int = 200) -> np.ndarray:
    """Rows as a raw transformer gives them: one large common direction, one that is louder than the rest."""
    noise = RNG.standard_normal((rows, 16)) * ([5] + [1] * 15)
    return (noise + shift * np.linspace(20, 40, 16)).astype(np.float32)


def test_rows_are_spread_and_dimensions_are_equally_loud() -> None:
    titles, texts = crowded(1), crowded(-1)
    mended = repair.fitted({"title": titles, "text": texts}, Whitening(dimensions=8, power=1))
    after = mended("title", titles)
    assert after.shape == (200, 8) and after.dtype == np.float32
    assert np.allclose(np.linalg.norm(after, axis=1), 1, atol=1e-5)
    assert abs((after @ after.T).mean()) < 0.02
    spread = after.std(axis=0)
    assert spread.max() < 2 * spread.min()


def test_a_zero_row_stays_zero() -> None:
    mended = repair.fitted({"title": crowded(1)}, Whitening(dimensions=8))
    assert not mended("title", np.zeros((2, 16), np.float32)).any()


def test_two_texts_are_enough() -> None:
    rows = crowded(1, rows=2)
    after = repair.fitted({"title": rows}, Whitening(dimensions=8))("title", rows)
    assert after[0] @ after[1] == pytest.approx(-1, abs=1e-4) and (after[:, 1:] == 0).all()


def test_it_is_kept_in_a_file_of_equal_bytes(tmp_path: Path) -> None:
    mended = repair.fitted({"title": crowded(1), "text": crowded(2)}, Whitening(dimensions=8))
    for name in ("a.npz", "b.npz"):
        repair.write(tmp_path / name, mended)
    assert (tmp_path / "a.npz").read_bytes() == (tmp_path / "b.npz").read_bytes()
    rows = crowded(1)
    assert np.array_equal(repair.read(tmp_path / "a.npz")("text", rows), mended("text", rows))


@pytest.mark.parametrize("broken", ["means", "projection"])
def test_a_file_that_is_no_repair_is_refused(tmp_path: Path, broken: str) -> None:
    repair.write(tmp_path / "x.npz", repair.fitted({"title": crowded(1)}, Whitening(dimensions=8)))
    arrays = npz.read(tmp_path / "x.npz", repair.KINDS)
    npz.write(tmp_path / "x.npz", arrays | {broken: np.full((3, 3), 1, np.float32)})
    with pytest.raises(Refused, match="has shapes"):
        repair.read(tmp_path / "x.npz")
    npz.write(tmp_path / "x.npz", arrays | {broken: arrays[broken] * np.nan})
    with pytest.raises(Refused, match="not finite"):
        repair.read(tmp_path / "x.npz")
