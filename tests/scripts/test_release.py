"""The command that publishes: what it prints, what it checks, and what it says where it cannot."""

from pathlib import Path

import pytest

from core.errors import Conflict, NotFound, OperatorError
from core.store import connection
from scripts import release
from tests import publishing, servers


@pytest.fixture
def published(database: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A database with mappings in force, which the settings name."""
    publishing.several(database)
    for name, value in servers.variables(database, "https://keyway.example.org", "https://github.com").items():
        monkeypatch.setenv(name, value)
    return database


def test_it_prints_the_folder_and_tells_what_is_in_it(published: Path, capsys: pytest.CaptureFixture[str]) -> None:
    release.main(["2026.1"])
    said = capsys.readouterr()
    folder = Path(said.out.strip())
    assert folder == published.parent / "releases" / "2026.1"
    assert (folder / "SHA256SUMS").is_file()
    assert "4 mappings of 2 Key Events, 62 files" in said.err
    assert "CHANGES.md names them" in said.err
    assert "there is no run of vectors" in said.err
    assert "56/56" in said.err


def test_a_release_is_checked_by_name(published: Path, capsys: pytest.CaptureFixture[str]) -> None:
    release.main(["2026.1"])
    release.main(["--check", "2026.1"])
    assert "62 files, all as they were released" in capsys.readouterr().out
    folder = published.parent / "releases" / "2026.1"
    (folder / "README.md").unlink()
    (folder / "new").touch()
    with pytest.raises(OperatorError) as refusal:
        release.main(["--check", "2026.1"])
    assert "README.md is missing" in str(refusal.value)
    assert "new is none of its files" in str(refusal.value)
    with pytest.raises(NotFound, match="There is no release 2026.2"):
        release.main(["--check", "2026.2"])


def test_a_name_is_taken_once(published: Path, capsys: pytest.CaptureFixture[str]) -> None:
    release.main(["2026.1"])
    with pytest.raises(Conflict):
        release.main(["2026.1"])
    assert "56/56" in capsys.readouterr().err


def test_vectors_that_cannot_be_believed_stop_it(published: Path) -> None:
    run = published.parent / "vectors" / "broken"
    run.mkdir(parents=True)
    (run / "run.json").write_text("{}")
    (run.parent / "current").write_text("broken")
    with pytest.raises(OperatorError, match="run"):
        release.main(["2026.1"])
    assert not (published.parent / "releases").exists()


def test_a_dry_run_tells_what_it_would_be_and_makes_nothing(
    published: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with connection.writer(published) as db, connection.transaction(db):
        db.execute("UPDATE mapping SET stale = 1 WHERE key_event = 149 AND state = 'approved'")
    before = published.read_bytes()
    release.main(["--dry-run", "2026.1"])
    said = capsys.readouterr().out
    assert "4 mappings of 2 Key Events\n" in said
    assert "2 of its mappings are stale" in said
    assert "release 2026.1. https://keyway.example.org/releases/2026.1" in said
    assert published.read_bytes() == before and not (published.parent / "releases").exists()


def test_a_dry_run_refuses_what_the_release_would(published: Path) -> None:
    left = published.parent / "releases" / "2026.2"
    left.mkdir(parents=True)
    with pytest.raises(OperatorError, match="this database knows no such release"):
        release.main(["--dry-run", "2026.2"])
    release.main(["2026.1"])
    with pytest.raises(Conflict, match="is made and stays"):
        release.main(["--dry-run", "2026.1"])


@pytest.mark.parametrize("arguments", [[], ["2026.1", "--check", "2026.1"], ["--dry-run", "--check", "2026.1"]])
def test_one_thing_at_a_time_is_asked_for(arguments: list[str]) -> None:
    with pytest.raises(SystemExit):
        release.main(arguments)
