"""Runs lie side by side, and one is in force."""

from pathlib import Path

import pytest

from core import runs
from core.errors import OperatorError
from core.runs import Run


def made(vectors_dir: Path, name: str) -> Run:
    run = Run(name, "embedded", "", {"kept": 200}, "0" * 64, 512, {"go": 3}, {}, {}, "2026-11-23T12:00:00Z")
    (vectors_dir / name).mkdir(parents=True)
    runs.write(vectors_dir / name, run)
    return run


def test_what_is_written_is_read_back(tmp_path: Path) -> None:
    run = made(tmp_path, "first")
    assert runs.read(tmp_path / "first") == run


def test_switching_names_another_run_and_keeps_both(tmp_path: Path) -> None:
    made(tmp_path, "first")
    made(tmp_path, "second")
    for name in ("first", "second", "first"):
        runs.switch(tmp_path, name)
        assert runs.current(tmp_path) == tmp_path / name
    assert runs.names(tmp_path) == ["first", "second"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["current", "first", "second"]


@pytest.mark.parametrize("name", ["third", "", "..", "../first", "First", ".draft-1"])
def test_an_unknown_run_cannot_be_switched_to(tmp_path: Path, name: str) -> None:
    made(tmp_path, "first")
    with pytest.raises(OperatorError, match="there are: first"):
        runs.switch(tmp_path, name)
    assert not (tmp_path / runs.CURRENT).exists()


def test_no_runs_yet(tmp_path: Path) -> None:
    with pytest.raises(OperatorError, match="no vectors in .* yet"):
        runs.current(tmp_path / "nowhere")


def test_a_name_in_force_that_is_gone(tmp_path: Path) -> None:
    (tmp_path / runs.CURRENT).write_text("gone\n")
    with pytest.raises(OperatorError, match="no run 'gone'.*there are: none"):
        runs.current(tmp_path)


@pytest.mark.parametrize("content", [b"", b"[]", b'{"name": "x"}', b"\xff\xfe", b"[" * 10**5])
def test_a_folder_that_describes_no_run(tmp_path: Path, content: bytes) -> None:
    (tmp_path / runs.ABOUT).write_bytes(content)
    with pytest.raises(OperatorError, match="does not describe a run"):
        runs.read(tmp_path)


def test_checksums_are_of_all_files_but_the_description(tmp_path: Path) -> None:
    made(tmp_path, "first")
    (tmp_path / "first" / "encoder").mkdir()
    (tmp_path / "first" / "encoder" / "x").write_bytes(b"abc")
    assert runs.checksums(tmp_path / "first") == {
        "encoder/x": "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    }
