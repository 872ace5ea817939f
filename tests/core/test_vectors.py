"""Vector files: what is written is read back, and what is not as it must be is refused with the reason."""

import io
import json
import pickle
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core import npz, vectors
from core.bags import bags
from core.npz import Refused
from core.ranking import unit
from core.vectors import Vectors

IDS = st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=12), unique=True)
COUNTS = st.dictionaries(st.integers(0, 2**32 - 1), st.floats(0.5, 9, width=32), max_size=4)


def made(ids: list[str], width: int = 4, rows: np.ndarray | None = None) -> Vectors:
    matrix = (
        unit(np.random.default_rng(1).standard_normal((len(ids), width)).astype(np.float32)) if rows is None else rows
    )
    some = bags([{place: 1.0, 7_000_000 + place: 2.0} for place in range(len(ids))])
    return Vectors(np.array(ids, dtype=np.str_), matrix, some, some, bags([{} for _ in ids]), {"name": "run-1"})


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(ids=IDS, width=st.integers(1, 9), data=st.data())
def test_what_is_written_is_read_back(tmp_path: Path, ids: list[str], width: int, data: st.DataObject) -> None:
    ids = [id for id in ids if not id.endswith("\0")]
    some = bags([data.draw(COUNTS) for _ in ids])
    before = Vectors(made(ids, width).ids, made(ids, width).matrix, some, some, some, {"name": "run-1", "width": width})
    vectors.write(tmp_path / "x.npz", before)
    after = vectors.read(tmp_path / "x.npz")
    assert after.ids.tolist() == ids
    assert after.matrix.dtype == np.float32 and np.array_equal(after.matrix, before.matrix)
    assert after.characters.counts.tolist() == some.counts.tolist()
    assert after.expected.starts.tolist() == some.starts.tolist()
    assert after.run["name"] == "run-1" and after.run["width"] == width


def test_the_same_vectors_make_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a.npz", "b.npz"):
        vectors.write(tmp_path / name, made(["WP1", "WP2"]))
    assert (tmp_path / "a.npz").read_bytes() == (tmp_path / "b.npz").read_bytes()


def test_numpy_itself_can_read_it(tmp_path: Path) -> None:
    vectors.write(tmp_path / "x.npz", made(["WP1", "WP2"]))
    with np.load(tmp_path / "x.npz", allow_pickle=False) as archive:
        assert archive["ids"].tolist() == ["WP1", "WP2"] and archive["matrix"].shape == (2, 4)
        assert json.loads(str(archive["run"]))["name"] == "run-1"


def test_arrays_cannot_be_written_to(tmp_path: Path) -> None:
    vectors.write(tmp_path / "x.npz", made(["WP1"]))
    read = vectors.read(tmp_path / "x.npz")
    for array in (read.matrix, read.ids, read.genes.counts, read.take(np.array([0])).matrix):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = array[0]


def test_a_zero_row_stays_zero(tmp_path: Path) -> None:
    vectors.write(tmp_path / "x.npz", made(["a", "b"], rows=np.array([[0, 0], [1, 0]], dtype=np.float32)))
    assert vectors.read(tmp_path / "x.npz").matrix[0].tolist() == [0, 0]


def test_neighbours_are_read_back_where_there_are_any(tmp_path: Path) -> None:
    with_them = replace(made(["a", "b"]), neighbours=unit(np.array([[1, 2, 3, 4], [0, 0, 0, 0]], np.float32)))
    for name, one in {"x.npz": with_them, "y.npz": made(["a", "b"])}.items():
        vectors.write(tmp_path / name, one)
    around = vectors.read(tmp_path / "x.npz").take(np.array([1, 0])).neighbours
    assert around is not None and not around[0].any() and np.linalg.norm(around[1]) == pytest.approx(1)
    assert vectors.read(tmp_path / "y.npz").neighbours is None, "as in a run that was made before there were any"


REFUSED: dict[str, tuple[Vectors, str]] = {
    "an id twice": (made(["WP1", "WP2", "WP1"]), r"WP1 2 times"),
    "NaN": (made(["a", "b"], rows=np.array([[np.nan, 0], [1, 0]], np.float32)), r"1 rows are not of length 1 or 0.*a"),
    "infinity": (made(["a"], rows=np.array([[np.inf, 0]], np.float32)), r"not of length 1 or 0"),
    "a row too long": (made(["a", "b"], rows=np.array([[1, 0], [2, 0]], np.float32)), r"first b with 2"),
    "half precision": (made(["a"], rows=np.array([[1, 0]], np.float16)), r"float16 matrix.*expected float32"),
    "double precision": (made(["a"], rows=np.array([[1.0, 0]], np.float64)), r"float64 matrix"),
    "whole numbers": (made(["a"], rows=np.array([[1, 0]], np.int32)), r"matrix has type int32"),
    "fewer rows than ids": (made(["a", "b"], rows=np.array([[1, 0]], np.float32)), r"ids \(2,\)"),
    "neighbours of another width": (
        replace(made(["a"]), neighbours=np.array([[1, 0]], np.float32)),
        r"neighbours \(1, 2\); expected \(1, 4\)",
    ),
    "neighbours that are NaN": (
        replace(made(["a"]), neighbours=np.full((1, 4), np.nan, np.float32)),
        r"not of length 1 or 0",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_vectors_that_cannot_be_are_refused(tmp_path: Path, case: str) -> None:
    wrong, reason = REFUSED[case]
    vectors.write(tmp_path / "x.npz", wrong)
    with pytest.raises(Refused, match=reason):
        vectors.read(tmp_path / "x.npz")


def rezipped(path: Path, change: Callable[[dict[str, bytes]], None], method: int = zipfile.ZIP_STORED) -> Path:
    vectors.write(path, made(["WP1", "WP2"]))
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    change(members)
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return path


def npy(array: np.ndarray) -> bytes:
    stream = io.BytesIO()
    np.save(stream, array, allow_pickle=True)
    return stream.getvalue()


class Exploding:
    def __reduce__(self) -> tuple[object, tuple[str]]:
        return exec, ("raise SystemExit('a pickle was run')",)


def test_a_pickle_is_refused_and_not_run(tmp_path: Path) -> None:
    pickled = npy(np.array([Exploding()], dtype=object))
    path = rezipped(tmp_path / "x.npz", lambda members: members.update({"matrix.npy": pickled}))
    with pytest.raises(Refused, match="pickled objects, which are never loaded"):
        vectors.read(path)
    (tmp_path / "y.npz").write_bytes(pickle.dumps(Exploding()))
    with pytest.raises(Refused, match="cannot be read as an NPZ file"):
        vectors.read(tmp_path / "y.npz")


def test_a_zip_bomb_is_refused_before_it_is_inflated(tmp_path: Path) -> None:
    bomb = npy(np.zeros((4_000, 1_000), np.float32))
    path = rezipped(tmp_path / "x.npz", lambda members: members.update({"matrix.npy": bomb}), zipfile.ZIP_DEFLATED)
    assert path.stat().st_size < 100_000
    with pytest.raises(Refused, match=r"would inflate from .* to 16,"):
        vectors.read(path)


def test_a_file_above_the_limit_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    vectors.write(tmp_path / "x.npz", made(["WP1"]))
    monkeypatch.setattr(npz, "LARGEST", 500)
    with pytest.raises(Refused, match="allowed are 500"):
        vectors.read(tmp_path / "x.npz")


def test_a_header_that_promises_too_much_is_refused(tmp_path: Path) -> None:
    def lie(members: dict[str, bytes]) -> None:
        members["matrix.npy"] = members["matrix.npy"].replace(b"(2, 4)", b"(2, 9)").replace(b"(2, 9)", b"(9, 9)")

    with pytest.raises(Refused, match=r"shape \(9, 9\)"):
        vectors.read(rezipped(tmp_path / "x.npz", lie))


def test_a_header_that_is_no_header_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="is not an array"):
        vectors.read(rezipped(tmp_path / "x.npz", lambda members: members.update({"ids.npy": b"\x93NUMPY\x01\x00?"})))


def test_changed_numbers_are_refused_by_the_checksum(tmp_path: Path) -> None:
    def tamper(members: dict[str, bytes]) -> None:
        members["matrix.npy"] = npy(np.array([[1, 0, 0, 0], [1, 0, 0, 0]], np.float32))

    with pytest.raises(Refused, match="checksum"):
        vectors.read(rezipped(tmp_path / "x.npz", tamper))


def test_missing_and_strange_members_are_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="expected characters_counts, "):
        vectors.read(rezipped(tmp_path / "x.npz", lambda members: members.pop("matrix.npy") and None))
    with pytest.raises(Refused, match="holds .*extra.npy"):
        vectors.read(rezipped(tmp_path / "x.npz", lambda members: members.update({"extra.npy": b""})))


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 no archive", b"\x00" * 1000])
def test_what_is_no_archive_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x.npz").write_bytes(content)
    with pytest.raises(Refused, match="cannot be read as an NPZ file"):
        vectors.read(tmp_path / "x.npz")


def test_a_file_cut_short_or_missing_is_refused(tmp_path: Path) -> None:
    vectors.write(tmp_path / "x.npz", made(["WP1", "WP2"]))
    whole = (tmp_path / "x.npz").read_bytes()
    (tmp_path / "x.npz").write_bytes(whole[: len(whole) // 2])
    for name in ("x.npz", "none.npz"):
        with pytest.raises(Refused, match="cannot be read as an NPZ file"):
            vectors.read(tmp_path / name)


def test_a_broken_byte_is_refused(tmp_path: Path) -> None:
    vectors.write(tmp_path / "x.npz", made(["WP1", "WP2"]))
    whole = bytearray((tmp_path / "x.npz").read_bytes())
    whole[len(whole) // 3] ^= 0xFF
    (tmp_path / "x.npz").write_bytes(whole)
    with pytest.raises(Refused):
        vectors.read(tmp_path / "x.npz")


BAD_BAGS = {
    "beginning after the first": {"genes_starts": np.array([1, 2, 4], np.int64)},
    "ending before the last": {"genes_starts": np.array([0, 2, 3], np.int64)},
    "going back": {"genes_starts": np.array([0, 9, 4], np.int64)},
    "too few": {"genes_starts": np.array([0, 4], np.int64)},
    "nothing counted": {"genes_counts": np.array([1, 0, 1, 1], np.float32)},
    "not a number": {"genes_counts": np.array([1, np.nan, 1, 1], np.float32)},
    "another type": {"genes_features": np.array([1, 2, 3, 4], np.uint8)},
}


@pytest.mark.parametrize("case", BAD_BAGS)
def test_bags_that_cannot_be_are_refused(tmp_path: Path, case: str) -> None:
    vectors.write(tmp_path / "x.npz", made(["WP1", "WP2"]))
    kinds = {name: kind for name, kind in vectors.KINDS.items() if name != vectors.NEIGHBOURS}
    arrays = npz.read(tmp_path / "x.npz", {**kinds, "run": "U"}) | BAD_BAGS[case]
    del arrays["run"]
    arrays["run"] = np.array(json.dumps({"sha256": npz.checksum(arrays)}))
    npz.write(tmp_path / "x.npz", arrays)
    with pytest.raises(Refused, match="genes"):
        vectors.read(tmp_path / "x.npz")


@pytest.mark.parametrize("about", ["", "[]", "no json"])
def test_a_file_that_does_not_say_what_made_it_is_refused(tmp_path: Path, about: str) -> None:
    path = rezipped(tmp_path / "x.npz", lambda members: members.update({"run.npy": npy(np.array(about or " "))}))
    with pytest.raises(Refused, match="does not say which run made it"):
        vectors.read(path)
