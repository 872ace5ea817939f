"""The operator's two commands, as cron and people call them."""

import shutil
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from core import backups
from core.errors import OperatorError
from core.store import connection, copies, migrate
from scripts import backup, prepare
from scripts import migrate as migrating
from tests import servers
from tests.acts import annotated
from tests.catalogues import NOW
from tests.core.store.test_copies import somebody
from tests.house import ROOT


def command(script: str, database: Path, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run a script as somebody in another folder does."""
    return subprocess.run(
        [ROOT / "scripts" / script, *arguments],
        cwd=database.parent,
        env={
            "PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin",
            "DATA_DIR": str(database.parent),
            "DATABASE_PATH": str(database),
            **settings,
        },
        capture_output=True,
        text=True,
    )


def names(database: Path, pattern: str = "*.db.gz") -> list[str]:
    return sorted(path.name for path in (database.parent / "backups").glob(pattern))


class TestBackup:
    def test_it_says_what_it_made(self, database: Path) -> None:
        done = command("backup_db.sh", annotated(database, 3))
        assert done.returncode == 0
        assert done.stdout == ""
        assert f"{names(database)[0]}: 3 decisions, 0.0 MiB, verified in " in done.stderr

    def test_the_settings_say_how_many_stay(self, database: Path) -> None:
        for _ in range(3):
            command("backup_db.sh", database, BACKUP_KEEP="2", BACKUP_DAYS="0")
        assert len(names(database)) == 2

    def test_one_that_fails_prunes_nothing_and_says_so(self, database: Path) -> None:
        for _ in range(3):
            command("backup_db.sh", database)
        before = names(database)
        database.write_bytes(b"")
        done = command("backup_db.sh", database, BACKUP_KEEP="1", BACKUP_DAYS="0")
        assert done.returncode == 2
        assert str(database) in done.stderr
        assert names(database) == before

    def test_each_copy_is_shipped_once(self, database: Path, tmp_path: Path) -> None:
        elsewhere = tmp_path / "elsewhere"
        elsewhere.mkdir()
        ship = f'cp "$1" "$1.sha256" {elsewhere} && echo one >> {tmp_path}/shipped'
        for _ in range(2):
            assert command("backup_db.sh", database, BACKUP_SHIP_COMMAND=ship).returncode == 0
        assert sorted(path.name for path in elsewhere.glob("*.gz")) == names(database)
        assert (tmp_path / "shipped").read_text() == "one\none\n"
        subprocess.run(f"cd {elsewhere} && sha256sum --quiet -c *.sha256", shell=True, check=True)

    def test_what_could_not_be_shipped_is_shipped_the_next_time(self, database: Path, tmp_path: Path) -> None:
        done = command("backup_db.sh", database, BACKUP_SHIP_COMMAND="false")
        assert done.returncode == 1
        assert "is good, and stays here: BACKUP_SHIP_COMMAND failed with 1;" in done.stderr
        assert names(database, "*.shipped") == []
        (tmp_path / "command").write_text(f'echo "$1" >> {tmp_path}/shipped')
        done = command("backup_db.sh", database, BACKUP_SHIP_COMMAND_FILE=str(tmp_path / "command"))
        assert done.returncode == 0
        assert len((tmp_path / "shipped").read_text().splitlines()) == 2
        assert len(names(database, "*.shipped")) == 2

    def test_one_that_was_missed_is_made_up_for(self, database: Path) -> None:
        with connection.reader(database) as db:
            made = migrate.made_at(db)
        settings = servers.configured(database, servers.ANYWHERE, servers.ANYWHERE)
        for newest, now, missed in (
            (None, made + timedelta(hours=23), False),
            (None, made + timedelta(hours=25), True),
            (made + timedelta(hours=25), made + timedelta(hours=48), False),
            (made + timedelta(hours=25), made + timedelta(hours=50), True),
        ):
            if newest is not None:
                backups.make(database, settings.backups_dir, newest)
            assert backup.missed(settings, now) is missed

    def test_where_none_was_missed_none_is_made(self, database: Path) -> None:
        command("backup_db.sh", database)
        before = names(database)
        done = command("backup_db.sh", database, "--if-missed", BACKUP_SHIP_COMMAND="exit 9")
        assert (done.returncode, done.stdout, done.stderr, names(database)) == (0, "", "", before)

    def test_what_it_does_not_know_is_refused(self, database: Path) -> None:
        assert command("backup_db.sh", database, "--now").returncode == 2
        assert "usage: scripts/backup_db.sh" in command("backup_db.sh", database, "--help").stdout
        assert names(database) == []


class TestRestore:
    def test_the_newest_comes_back_where_none_is_named(self, database: Path) -> None:
        command("backup_db.sh", annotated(database, 3))
        annotated(database, 2)
        done = command("restore_db.sh", database)
        assert done.returncode == 0, done.stderr
        assert "Restored 3 decisions from" in done.stdout
        assert copies.inspect(database).decisions == 3

    def test_a_copy_may_be_named_by_a_relative_path(self, database: Path) -> None:
        command("backup_db.sh", annotated(database, 3))
        command("backup_db.sh", annotated(database, 3))
        done = command("restore_db.sh", database, f"backups/{names(database)[0]}")
        assert "Restored 3 decisions from" in done.stdout

    def test_not_while_keyway_runs(self, database: Path) -> None:
        command("backup_db.sh", database)
        with somebody(database, "ro"):
            done = command("restore_db.sh", database)
        assert (done.returncode, done.stderr) == (2, f"{database} is in use; stop Keyway first, then run this again\n")

    def test_the_drill_compares_and_changes_nothing(self, database: Path) -> None:
        command("backup_db.sh", annotated(database, 3))
        annotated(database, 2)
        done = command("restore_db.sh", database, "--drill")
        assert done.stdout == f"{names(database)[0]} restores: 3 decisions, the same as in {database}\n"
        assert copies.inspect(database).decisions == 5

    def test_a_drill_that_fails_says_so(self, database: Path) -> None:
        command("backup_db.sh", database)
        (database.parent / "backups" / names(database)[0]).write_bytes(b"no copy")
        done = command("restore_db.sh", database, "--drill")
        assert done.returncode == 2
        assert "take another copy" in done.stderr

    def test_the_copies_are_listed(self, database: Path) -> None:
        command("backup_db.sh", database)
        assert names(database)[0] in command("restore_db.sh", database, "--list").stdout

    @pytest.mark.parametrize(("argument", "said"), [("", "there is no verified copy in"), ("gone/gone.gz", "gone.gz")])
    def test_what_is_not_there_is_named(self, database: Path, argument: str, said: str) -> None:
        done = command("restore_db.sh", database, *filter(None, [argument]))
        assert done.returncode == 2
        assert said in done.stderr


class TestUpdating:
    """A schema is changed only after a copy of what it was."""

    @pytest.fixture(autouse=True)
    def this_version(self, monkeypatch: pytest.MonkeyPatch) -> int:
        known = migrate.known()
        newest = known[-1].number
        later = migrate.Migration(newest + 1, "next", "CREATE TABLE later (id INTEGER) STRICT;")
        monkeypatch.setattr(migrate, "known", lambda: [*known, later])
        return newest

    def test_the_copy_is_of_the_older_schema(self, database: Path, this_version: int) -> None:
        migrating.main(["--db", str(annotated(database, 3))])
        folder = database.parent / "backups"
        (copy,) = backups.listed(folder)
        backups.unpack(copy.path, database.with_name("unpacked.db"))
        assert copies.inspect(database.with_name("unpacked.db")).schema == this_version
        migrating.main(["--db", str(database)])
        assert len(backups.listed(folder)) == 1, "nothing was pending the second time"

    def test_the_first_start_after_an_update_makes_it_too(self, embedded: Path, tmp_path: Path) -> None:
        database = Path(shutil.copytree(embedded, tmp_path / "data")) / servers.DATABASE
        prepare.prepare(servers.configured(database, servers.ANYWHERE, servers.ANYWHERE))
        assert len(names(database)) == 1

    def test_without_a_copy_there_is_no_update(self, database: Path, this_version: int) -> None:
        (database.parent / "backups").write_text("a file where the folder should be")
        with pytest.raises(
            OperatorError, match=rf"is at schema {this_version} and was not updated: no backup was made"
        ):
            migrating.main(["--db", str(database)])
        assert copies.inspect(database).schema == this_version

    def test_a_new_database_needs_none(self, tmp_path: Path) -> None:
        migrating.main(["--db", str(tmp_path / "new" / "keyway.db")])
        assert not (tmp_path / "new" / "backups").exists()


def test_a_copy_is_named_in_utc() -> None:
    assert backups.name(NOW) == "ke_wp_mapping_20261123_120000.db.gz"


def test_a_database_that_is_not_there_needs_no_copy(tmp_path: Path) -> None:
    assert backup.before_migrating(tmp_path / "keyway.db", tmp_path / "backups") is None
