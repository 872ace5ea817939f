"""What a run suggests, printed for those who judge it."""

import json
from pathlib import Path

import pytest

from core.errors import OperatorError
from core.model import Source
from scripts import rankings
from tests import catalogues, made


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("small")
    made.run(catalogues.small(folder), folder / "vectors")
    return folder


def printed(small: Path, source: Source, top: str, capsys: pytest.CaptureFixture[str]) -> dict[str, list[str]]:
    capsys.readouterr()
    rankings.main(
        ["--db", str(small / "keyway.db"), "--vectors", str(small / "vectors"), "--source", source, "--top", top]
    )
    found: dict[str, list[str]] = json.loads(capsys.readouterr().out)
    return found


def test_every_key_event_has_its_targets_best_first(small: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = printed(small, Source.GO, "50", capsys)
    assert set(found) == {"KE 149", "KE 1115", "KE 344", "KE 55"}
    assert found["KE 1115"] == ["GO:0072593", "GO:0006954"] and found["KE 149"] == ["GO:0006954", "GO:0072593"]


def test_as_many_as_asked_for(small: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert {len(found) for found in printed(small, Source.WIKIPATHWAYS, "3", capsys).values()} == {3}


def test_a_corrupt_file_is_told_instead(small: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run = made.copied(small / "vectors", tmp_path / "vectors")
    (run / "go.npz").write_bytes(b"")
    with pytest.raises(OperatorError, match=r"go\.npz cannot be read"):
        rankings.main(["--db", str(small / "keyway.db"), "--vectors", str(tmp_path / "vectors"), "--source", Source.GO])
    assert capsys.readouterr().out == ""
