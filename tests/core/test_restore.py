"""A copy comes back whole, over whatever was there, and brings nobody back in."""

import shutil
import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from core import backups, restore
from core.errors import OperatorError
from core.model import Role
from core.store import codes, connection, copies, migrate, sessions, tokens
from tests import people
from tests.acts import annotated
from tests.core.store.test_copies import killed_with_its_wal, somebody

NOW = datetime(2026, 11, 23, 2, 0, 0, tzinfo=UTC)


@pytest.fixture
def copy(database: Path) -> Path:
    """A backup with three decisions."""
    return backups.make(annotated(database, 3), database.parent / "backups", NOW)[0].path


def bring_back(copy: Path, database: Path) -> tuple[copies.Contents, Path | None]:
    return restore.restore(copy, database, database.parent / "backups", NOW)


def test_a_copy_comes_back_over_a_killed_database_with_its_wal(copy: Path, database: Path) -> None:
    killed_with_its_wal(database)
    held, aside = bring_back(copy, database)
    assert held.decisions == 3
    assert copies.inspect(database).decisions == 3
    assert not database.with_name(f"{database.name}-wal").exists()
    with connection.writer(database) as db:
        migrate.check(db, database)
    assert aside is not None
    with connection.writer(aside / database.name) as db:
        assert copies.contents(db, database).decisions == 8, "the five in the old -wal are not lost either"


def test_a_plain_cp_beside_the_old_wal_is_malformed(copy: Path, database: Path) -> None:
    """The control: why restoring is a command."""
    backups.unpack(copy, database.with_name("unpacked.db"))
    with connection.writer(database) as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    for _ in range(6):  # so much that pages of the old file no longer fit those of the copy
        annotated(database, 200, "x" * 1000)
    killed_with_its_wal(database)
    shutil.copy(database.with_name("unpacked.db"), database)
    with pytest.raises((sqlite3.DatabaseError, OperatorError), match="malformed|damaged"):
        with connection.writer(database) as db:
            problems = [row[0] for row in db.execute("PRAGMA integrity_check(1)")]
        if problems != ["ok"]:
            raise OperatorError(f"damaged: {problems}")


def test_a_running_keyway_is_left_alone(copy: Path, database: Path) -> None:
    before = database.read_bytes()
    with somebody(database, "ro"), pytest.raises(OperatorError, match="is in use; stop Keyway first"):
        bring_back(copy, database)
    assert database.read_bytes() == before


def test_a_damaged_copy_leaves_the_database_as_it_was(copy: Path, database: Path) -> None:
    before = database.read_bytes()
    copy.write_bytes(copy.read_bytes()[:5000])
    with pytest.raises(OperatorError, match="take another copy"):
        bring_back(copy, database)
    assert database.read_bytes() == before
    assert not list(database.parent.glob(".*restoring*"))


def test_a_damaged_database_is_put_aside(copy: Path, database: Path) -> None:
    database.write_bytes(b"no database at all")
    _, aside = bring_back(copy, database)
    assert aside is not None and (aside / database.name).read_bytes() == b"no database at all"
    assert copies.inspect(database).decisions == 3


def test_what_was_put_aside_is_a_copy_too(copy: Path, database: Path) -> None:
    """Somebody restored the wrong night: the way back holds what was in the -wal alone."""
    killed_with_its_wal(database)
    _, aside = bring_back(copy, database)
    assert aside is not None
    held, again = bring_back(aside / database.name, database)  # in the same second
    assert (held.decisions, copies.inspect(database).decisions) == (8, 8)
    assert again is not None and again != aside


def test_the_database_in_force_is_no_copy_of_itself(copy: Path, database: Path) -> None:
    with pytest.raises(OperatorError, match="is the database in force"):
        bring_back(database, database)


@pytest.mark.parametrize("harm", [slice(2000, 2100), slice(0, 200)])
def test_a_harmed_copy_without_its_checksum_is_told_too(copy: Path, database: Path, harm: slice) -> None:
    held = bytearray(copy.read_bytes())
    held[harm] = bytes(len(held[harm]))
    copy.write_bytes(held)
    copy.with_name(f"{copy.name}.sha256").unlink()
    with pytest.raises(OperatorError, match="take another copy"):
        bring_back(copy, database)


def test_a_new_machine_has_nothing_to_put_aside(copy: Path, tmp_path: Path) -> None:
    held, aside = bring_back(copy, tmp_path / "new" / "ke_wp_mapping.db")
    assert (held.decisions, aside) == (3, None)


def test_nobody_comes_back_in(database: Path) -> None:
    with connection.writer(database) as db, connection.transaction(db):
        curator = people.person(db, "curator").id
        token = sessions.begin(db, curator, NOW)
        _, text = codes.make(db, "workshop", NOW + timedelta(days=9), 9, None, NOW)
        _, secret = tokens.make(db, curator, "script", Role.CURATOR, NOW + timedelta(days=9), NOW)
    copy, _ = backups.make(database, database.parent / "backups", NOW)
    bring_back(copy.path, database)
    with connection.reader(database) as db:
        assert sessions.visitor(db, token, NOW) is None
        code = codes.by_text(db, text)
        assert code is not None and code.state(NOW) is codes.CodeState.REVOKED
        assert tokens.visitor(db, secret, NOW) is None


def test_whatever_lets_somebody_in_is_ended(database: Path) -> None:
    """Secrets are kept as digests: a table with that column is one that a restore must know about."""
    with connection.reader(database) as db:
        tables = {
            row[0]
            for row in db.execute(
                "SELECT t.name FROM pragma_table_list t JOIN pragma_table_info(t.name) c WHERE c.name = 'digest'"
            )
        }
    assert tables == {"session", "access_code", "token"}


def test_an_older_copy_comes_up_at_this_schema(database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    copy, _ = backups.make(database, database.parent / "backups", NOW)
    known = migrate.known()
    later = migrate.Migration(known[-1].number + 1, "next", "CREATE TABLE later (id INTEGER) STRICT;")
    monkeypatch.setattr(migrate, "known", lambda: [*known, later])
    bring_back(copy.path, database)
    with connection.reader(database) as db:
        migrate.check(db, database)


def test_a_copy_of_a_newer_keyway_is_refused(database: Path) -> None:
    with connection.writer(database) as db:
        db.execute("PRAGMA user_version = 99")
    copy, _ = backups.make(database, database.parent / "backups", NOW)
    with pytest.raises(OperatorError, match="install the newer Keyway"):
        bring_back(copy.path, database)


class TestDrill:
    def drill(self, database: Path) -> backups.Drill:
        folder = database.parent / "backups"
        newest = backups.newest(folder)
        assert newest is not None
        done = restore.drill(newest, database, folder, NOW)
        assert backups.last_drill(folder) == done
        assert not list(folder.glob(".draft*"))
        return done

    def test_a_good_copy_passes_beside_a_running_keyway(self, copy: Path, database: Path) -> None:
        with somebody(database, "rw"):
            assert self.drill(database) == backups.Drill(copy.name, NOW, 3)

    def test_a_damaged_copy_fails(self, copy: Path, database: Path) -> None:
        copy.write_bytes(copy.read_bytes()[:5000])
        assert "take another copy" in self.drill(database).problem

    def test_a_decision_that_differs_fails(self, copy: Path, database: Path) -> None:
        with connection.writer(database) as db:
            db.execute("DROP TRIGGER decision_keep_update")
            db.execute("UPDATE decision SET note = 'never said' WHERE id = 2")
        assert "the decisions up to 3 differ" in self.drill(database).problem

    def test_a_copy_of_another_database_fails(self, copy: Path, database: Path) -> None:
        with connection.writer(database) as db:
            db.execute("UPDATE instance SET uuid = 'another'")
        assert "the copy is of another database" in self.drill(database).problem
