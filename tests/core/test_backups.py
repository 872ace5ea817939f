"""A backup has its name only when it is known to be good, and good ones are never pruned away."""

import gzip
import hashlib
import resource
import shutil
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import hypothesis.strategies as st
import pytest
from hypothesis import given

from core import backups
from core.backups import Copy
from core.drafts import only_one
from core.errors import OperatorError
from core.store import connection, copies
from tests.acts import annotated, noise
from tests.house import ROOT

NOW = datetime(2026, 11, 23, 2, 0, 0, tzinfo=UTC)
KILLS = 8


def aged(*days: float) -> list[Copy]:
    """Copies of so many days ago."""
    return [Copy(Path(backups.name(at)), at, 1) for at in (NOW - timedelta(days=age) for age in days)]


def put(folder: Path, at: datetime) -> Copy:
    """A file that looks like a verified copy of that moment."""
    folder.mkdir(exist_ok=True)
    path = folder / backups.name(at)
    path.write_bytes(b"copy")
    path.with_name(f"{path.name}.sha256").write_text(f"sum  {path.name}\n")
    return Copy(path, at, 4)


class TestMaking:
    def test_the_copy_is_named_by_its_moment_and_holds_every_decision(self, database: Path, tmp_path: Path) -> None:
        annotated(database, 3)
        copy, held = backups.make(database, tmp_path / "backups", NOW)
        assert copy.path.name == "ke_wp_mapping_20261123_020000.db.gz"
        (tmp_path / "back.db").write_bytes(gzip.decompress(copy.path.read_bytes()))
        assert copies.inspect(tmp_path / "back.db") == held
        assert held.decisions == 3

    def test_the_checksum_is_one_that_sha256sum_reads(self, database: Path, tmp_path: Path) -> None:
        copy, _ = backups.make(database, tmp_path, NOW)
        assert copy.checksum.read_text() == f"{hashlib.sha256(copy.path.read_bytes()).hexdigest()}  {copy.path.name}\n"
        subprocess.run(["sha256sum", "--check", "--quiet", copy.checksum.name], cwd=tmp_path, check=True)

    def test_nothing_else_stays(self, database: Path, tmp_path: Path) -> None:
        copy, _ = backups.make(database, tmp_path / "backups", NOW)
        assert {path.name for path in (tmp_path / "backups").iterdir()} == {
            ".lock",
            copy.path.name,
            copy.checksum.name,
        }

    def test_two_in_one_second_are_two(self, database: Path, tmp_path: Path) -> None:
        names = [backups.make(database, tmp_path, NOW)[0].path.name for _ in range(2)]
        assert names == ["ke_wp_mapping_20261123_020000.db.gz", "ke_wp_mapping_20261123_020001.db.gz"]

    def test_one_at_a_time(self, database: Path, tmp_path: Path) -> None:
        words = "another backup or restore is at work"
        with only_one(tmp_path, backups.WORK), pytest.raises(OperatorError, match=words):
            backups.make(database, tmp_path, NOW)

    def test_an_empty_database_makes_no_copy(self, tmp_path: Path) -> None:
        (tmp_path / "keyway.db").touch()
        with pytest.raises(OperatorError):
            backups.make(tmp_path / "keyway.db", tmp_path / "backups", NOW)
        assert backups.listed(tmp_path / "backups") == []

    def test_no_database_makes_no_copy(self, tmp_path: Path) -> None:
        with pytest.raises(OperatorError, match="no database at"):
            backups.make(tmp_path / "keyway.db", tmp_path / "backups", NOW)

    def test_a_damaged_database_leaves_the_older_copies(self, database: Path, tmp_path: Path) -> None:
        older, _ = backups.make(database, tmp_path / "backups", NOW)
        with database.open("rb+") as file:
            file.seek(40_000)
            file.write(b"\xff" * 40_000)
        with pytest.raises(OperatorError, match="is damaged|malformed"):
            backups.make(database, tmp_path / "backups", NOW + timedelta(days=1))
        assert [copy.path for copy in backups.listed(tmp_path / "backups")] == [older.path]

    def test_a_copy_with_fewer_decisions_gets_no_name(
        self, database: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        older = Path(shutil.copy(database, tmp_path / "older.db"))
        annotated(database, 2)
        real = copies.copy

        def stale(source: Path, draft: Path) -> copies.Contents:
            before = real(source, tmp_path / "ignored.db")
            shutil.copy(older, draft)
            return before

        monkeypatch.setattr(copies, "copy", stale)
        with pytest.raises(OperatorError, match=r"the copy holds 0 decisions, .* held 2"):
            backups.make(database, tmp_path / "backups", NOW)
        assert backups.listed(tmp_path / "backups") == []

    def test_a_disk_without_room_is_not_filled(
        self, database: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        usage = type("Usage", (), {"free": database.stat().st_size})
        monkeypatch.setattr("shutil.disk_usage", lambda folder: usage)
        with pytest.raises(OperatorError, match="0 MiB free, a backup needs up to 1 MiB for a while: make room"):
            backups.make(database, tmp_path / "backups", NOW)


def backup(database: Path, at_most: int = 0) -> subprocess.Popen[str]:
    """`python -m scripts.backup` over this database; no file of it may grow over `at_most` bytes."""
    return subprocess.Popen(
        [sys.executable, "-m", "scripts.backup"],
        cwd=ROOT,
        env={"PATH": "/usr/bin:/bin", "DATA_DIR": str(database.parent), "DATABASE_PATH": str(database)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=(lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (at_most, at_most))) if at_most else None,
    )


class TestTrouble:
    def test_a_full_disk_leaves_the_older_copies_and_no_half_one(self, database: Path) -> None:
        folder = database.parent / "backups"
        older, _ = backups.make(database, folder, NOW)
        annotated(database, 1, noise(2))
        process = backup(database, database.stat().st_size // 2)
        _, said = process.communicate()
        assert process.returncode == 2
        assert "no backup was made in" in said
        assert {path.name for path in folder.iterdir()} == {".lock", older.path.name, older.checksum.name}
        with backup(database) as again:
            again.communicate()
        assert again.returncode == 0

    def test_one_that_is_killed_leaves_no_half_one(self, database: Path) -> None:
        """At moments all over its work; the next one clears away what was left."""
        annotated(database, 4, noise(3))
        folder = database.parent / "backups"
        for n in range(KILLS):
            process = backup(database)
            try:
                process.communicate(timeout=0.25 + 0.1 * n)
            except subprocess.TimeoutExpired:
                process.kill()
                process.communicate()
        process = backup(database)
        process.communicate()
        assert process.returncode == 0
        assert not list(folder.glob(".draft*"))
        found = backups.listed(folder)
        assert found
        for copy in found:
            backups.unpack(copy.path, database.with_name("unpacked.db"))
            assert copies.inspect(database.with_name("unpacked.db")).decisions == 4


class TestListing:
    def test_the_newest_comes_first_by_name(self, tmp_path: Path) -> None:
        made = [put(tmp_path, NOW + timedelta(days=day)) for day in (1, 3, 2)]
        assert [copy.at for copy in backups.listed(tmp_path)] == sorted((copy.at for copy in made), reverse=True)
        assert backups.newest(tmp_path) == backups.listed(tmp_path)[0]

    @pytest.mark.parametrize("missing", ["checksum", "bytes"])
    def test_what_nobody_verified_is_no_copy(self, tmp_path: Path, missing: str) -> None:
        copy = put(tmp_path, NOW)
        if missing == "checksum":
            copy.checksum.unlink()
        else:
            copy.path.write_bytes(b"")
        assert backups.newest(tmp_path) is None

    def test_other_files_are_none(self, tmp_path: Path) -> None:
        for name in ("ke_wp_mapping_20261323_020000.db.gz", "ke_wp_mapping.db.gz", ".lock", "notes.txt"):
            (tmp_path / name).write_text("x")
            (tmp_path / f"{name}.sha256").write_text("x")
        assert backups.listed(tmp_path) == []

    def test_no_folder_holds_none(self, tmp_path: Path) -> None:
        assert backups.listed(tmp_path / "nowhere") == []


class TestPruning:
    def test_after_nine_days_without_a_backup_seven_stay(self) -> None:
        """`find -mtime +7 -delete` made none of them."""
        left = aged(9, 10, 11, 12, 13, 14, 15)
        assert backups.superfluous(left, NOW, 7, 7) == []
        assert backups.superfluous([*left, *aged(0)], NOW, 7, 7) == aged(15)

    def test_many_young_ones_stay(self) -> None:
        assert backups.superfluous(aged(*(n / 10 for n in range(60))), NOW, 7, 7) == []

    @given(st.lists(st.floats(0, 400), unique=True, max_size=40), st.integers(1, 9), st.integers(0, 9))
    def test_the_newest_and_the_young_always_stay(self, ages: list[float], keep: int, days: int) -> None:
        found = aged(*ages)
        gone = backups.superfluous(found, NOW, keep, days)
        stay = sorted((copy for copy in found if copy not in gone), key=lambda copy: copy.at)
        assert len(stay) >= min(keep, len(found))
        assert all(NOW - copy.at > timedelta(days=days) for copy in gone)
        assert not gone or max(copy.at for copy in gone) <= stay[0].at

    def test_what_belongs_to_a_copy_goes_with_it(self, tmp_path: Path) -> None:
        old, young = put(tmp_path, NOW - timedelta(days=30)), put(tmp_path, NOW)
        old.files[2].touch()
        backups.prune(tmp_path, NOW, 1, 7)
        assert {path.name for path in tmp_path.iterdir()} == {young.path.name, young.checksum.name}


class TestUnpacking:
    def test_another_checksum_is_refused(self, database: Path, tmp_path: Path) -> None:
        copy, _ = backups.make(database, tmp_path, NOW)
        copy.checksum.write_text("0" * 64 + f"  {copy.path.name}\n")
        with pytest.raises(OperatorError, match="take another copy"):
            backups.unpack(copy.path, tmp_path / "back.db")

    @pytest.mark.parametrize("cut", [0, 10, 1000])
    def test_half_a_copy_is_refused(self, database: Path, tmp_path: Path, cut: int) -> None:
        copy, _ = backups.make(database, tmp_path, NOW)
        half = tmp_path / "half.db.gz"
        half.write_bytes(copy.path.read_bytes()[:cut])
        with pytest.raises(OperatorError):
            backups.unpack(half, tmp_path / "back.db")
            copies.inspect(tmp_path / "back.db")


def test_a_backup_does_not_keep_a_curator_from_writing(database: Path, tmp_path: Path) -> None:
    with connection.writer(database) as db, connection.transaction(db):
        backups.make(database, tmp_path / "backups", NOW)
        db.execute("UPDATE person SET name = 'meanwhile' WHERE id = 1")
