"""An operator computes vectors, and what is in force changes whole or not at all."""

import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from core import build_check, drafts, runs
from core.errors import OperatorError
from core.model import Source
from scripts import precompute
from tests import catalogues, made, servers
from tests.waiting import eventually


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return catalogues.small(tmp_path_factory.mktemp("small"))


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made.database(tmp_path_factory.mktemp("catalogue"))


@pytest.fixture(scope="module")
def computed(catalogue: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The run of the catalogue."""
    return made.run(catalogue, tmp_path_factory.mktemp("computed"))


def seen(folder: Path) -> list[str]:
    """What stands in the folder of the runs beside the file that keeps two computations apart."""
    return sorted(path.name for path in folder.iterdir() if path.name != drafts.LOCK)


def bytes_of(run: Path) -> dict[str, bytes]:
    return {path.relative_to(run).as_posix(): path.read_bytes() for path in run.rglob("*") if path.is_file()}


def test_computing_twice_gives_the_same_bytes_but_for_the_date(
    catalogue: Path, computed: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    again = made.run(catalogue, tmp_path)
    assert again.name == computed.name
    one, two = bytes_of(computed), bytes_of(again)
    about = [json.loads(files.pop(runs.ABOUT)) for files in (one, two)]
    assert one == two and len(one) == 9
    for each in about:
        del each["built"]
    assert about[0] == about[1]
    told = capsys.readouterr()
    assert f"{again.name} is in force; restart the server" in told.out
    for figure in ("title to own text R@10", "k-occurrence skew", "never retrieved", "zero rows", "Key Events"):
        assert figure in told.out
    assert "100%" in told.err  # the progress bars


def test_a_run_says_what_it_is(computed: Path) -> None:
    run = runs.read(computed)
    assert (run.model, run.width, run.counts[Source.GO]) == ("embedded", 512, 210)
    assert run.files == runs.checksums(computed) and len(run.text_hash) == 64
    assert set(run.check) == set(Source) and run.check[Source.GO]["targets"] == 210


def test_runs_lie_side_by_side_and_the_older_can_be_used_again(small: Path, tmp_path: Path) -> None:
    out = tmp_path / "vectors"
    first = made.run(small, out)
    copy = Path(shutil.copy(small, tmp_path / "copy.db"))
    catalogues.bring(copy, catalogues.pathways({"id": "WP254", "title": "Apoptosis, revised"}), accept_shrink=True)
    second = made.run(copy, out)
    assert runs.names(out) == sorted([first.name, second.name]) and runs.current(out) == second
    precompute.main(["--out", str(out), "--use", first.name])
    assert runs.current(out) == first
    with pytest.raises(OperatorError, match="there are: embedded-"):
        precompute.main(["--out", str(out), "--use", "another"])
    assert runs.current(out) == first


def test_a_broken_run_is_mended_by_computing_it_again(small: Path, tmp_path: Path) -> None:
    folder = made.run(small, tmp_path)
    whole = bytes_of(folder)
    (folder / "go.npz").write_bytes(b"broken")
    assert made.run(small, tmp_path) == folder
    assert bytes_of(folder)["go.npz"] == whole["go.npz"]
    assert seen(tmp_path) == ["current", folder.name]


def test_a_failed_check_replaces_nothing(
    catalogue: Path,
    computed: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    folder = made.copied(computed.parent, tmp_path / "vectors")
    (folder / "go.npz").write_bytes(b"as it was")
    monkeypatch.setattr(build_check, "MOST_NEVER", -1.0)
    with pytest.raises(SystemExit) as stopped:
        made.run(catalogue, folder.parent)
    assert stopped.value.code == 1
    assert "Build check failed: " in (told := capsys.readouterr().err) and "Nothing was replaced." in told
    assert (folder / "go.npz").read_bytes() == b"as it was"
    assert seen(folder.parent) == ["current", folder.name]


def test_an_empty_catalogue_is_refused(tmp_path: Path) -> None:
    with pytest.raises(OperatorError, match="no Key Events or no targets yet; import them"):
        made.run(catalogues.empty(tmp_path), tmp_path / "vectors")


def test_a_catalogue_of_a_handful_is_enough(tmp_path: Path) -> None:
    warm = made.taken_up(db := catalogues.small(tmp_path), made.run(db, tmp_path / "vectors").parent)
    assert [str(each.target) for each in warm.suggestions(1115)][:1] == ["go:GO:0072593"]
    assert len(warm.suggestions(344)) == 6


def test_texts_of_every_kind_are_read(tmp_path: Path) -> None:
    """A Key Event without text, another script, 100 kB: each is computed, and the rest as without them."""
    path = catalogues.empty(tmp_path)
    strange = (
        {"id": "KE 1", "title": "…"},
        {"id": "KE 2", "title": "酸化ストレスの増加", "description": "活性酸素種"},
        {"id": "KE 3", "title": "Increase, oxidative stress", "description": "reactive oxygen species " * 4_200},
    )
    key_events = catalogues.AopWikiFiles(catalogues.lines(*strange))
    catalogues.bring(path, key_events, catalogues.PATHWAY_FILES, catalogues.TERM_FILES)
    warm = made.taken_up(path, made.run(path, tmp_path / "vectors").parent)
    assert warm.problems == ()
    assert warm.suggestions(3)[0].target.accession in ("WP408", "GO:0072593")
    assert len(warm.suggestions(1)) == len(warm.suggestions(2)) == 6


def test_an_interruption_leaves_what_was_in_force(catalogue: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "scripts.precompute", "--db", str(catalogue), "--out", str(tmp_path)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, env=os.environ | {"MODEL": "embedded"}) as running:
        eventually("nothing is computed", lambda: list(tmp_path.glob(".draft-*")), every_s=0.01)
        running.send_signal(signal.SIGINT)
        _, told = running.communicate()
    assert running.returncode == 130 and b"Traceback" not in told
    assert seen(tmp_path) == []


def test_what_a_killed_computation_left_is_cleared_away(small: Path, tmp_path: Path) -> None:
    left = tmp_path / f"{drafts.DRAFT}killed"
    left.mkdir()
    (left / "go.npz").write_bytes(b"half of it")
    folder = made.run(small, tmp_path)
    assert seen(tmp_path) == ["current", folder.name]


def test_the_draft_of_a_computation_that_runs_is_left_alone(small: Path, tmp_path: Path) -> None:
    with drafts.only_one(tmp_path, "precompute"):
        (used := tmp_path / f"{drafts.DRAFT}used").mkdir()
        with pytest.raises(OperatorError, match="another precompute is at work in .*; let it end first"):
            made.run(small, tmp_path)
        assert used.is_dir()


def test_the_settings_say_which_database_and_where_to(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATABASE_PATH", raising=False)
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    catalogues.small(tmp_path).rename(tmp_path / servers.DATABASE)
    precompute.main([])
    assert (tmp_path / "vectors" / "current").is_file()
