"""The schema grows by numbered steps, each whole or not at all, and a database from the future is left alone."""

import sqlite3
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest

from core.errors import OperatorError
from core.store import migrate
from core.store.connection import reader, transaction, writer
from core.store.migrate import Migration

NOW = datetime(2026, 11, 23, 22, 47, tzinfo=UTC)


def with_steps(monkeypatch: pytest.MonkeyPatch, *more: Migration) -> None:
    steps = [*migrate.known(), *more]
    monkeypatch.setattr(migrate, "known", lambda: steps)


def test_a_first_start_makes_the_database(tmp_path: Path) -> None:
    path = tmp_path / "new folder" / "keyway.db"
    applied = migrate.migrate(path, NOW)
    assert [step.number for step in applied] == list(range(1, len(applied) + 1))
    with reader(path) as db:
        migrate.check(db, path)
        assert db.execute("SELECT created_at FROM instance").fetchone()[0] == "2026-11-23T22:47:00.000000Z"


def test_a_second_start_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "keyway.db"
    migrate.migrate(path, NOW)
    with reader(path) as db:
        before = db.execute("SELECT uuid FROM instance").fetchone()[0]
    assert migrate.migrate(path, NOW) == []
    with reader(path) as db:
        assert db.execute("SELECT uuid FROM instance").fetchone()[0] == before


def test_every_table_is_strict(tmp_path: Path) -> None:
    path = tmp_path / "keyway.db"
    migrate.migrate(path, NOW)
    with reader(path) as db:
        loose = [
            row["name"]
            for row in db.execute(
                "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND NOT strict "
                "AND name NOT LIKE 'sqlite_%'"
            )
        ]
    assert loose == []


@pytest.mark.parametrize("names", [("0001_a", "0001_b"), ("0001_a", "0003_c"), ("0002_b",)])
def test_two_steps_of_one_number_or_a_gap_stop_the_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, names: tuple[str, ...]
) -> None:
    """A step that nobody applies would be missed for the first time by whoever needs its table."""
    for name in names:
        (tmp_path / f"{name}.sql").write_text("SELECT 1;")
    monkeypatch.setattr(migrate, "FOLDER", tmp_path)
    with pytest.raises(OperatorError, match="must number its steps 0001, 0002"):
        migrate.known()


def test_a_database_from_the_future_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "keyway.db"
    migrate.migrate(path, NOW)
    with writer(path) as db:
        db.execute("PRAGMA user_version = 99")
    with pytest.raises(OperatorError, match=r"is at schema 99, this version of Keyway knows up to \d+: install"):
        migrate.migrate(path, NOW)
    with reader(path) as db:
        assert migrate.version(db) == 99
        with pytest.raises(OperatorError, match="install the newer Keyway, or restore a backup"):
            migrate.check(db, path)


def test_a_database_from_the_past_names_the_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "keyway.db"
    migrate.migrate(path, NOW)
    with_steps(monkeypatch, Migration(len(migrate.known()) + 1, "next", "CREATE TABLE later (id INTEGER) STRICT;"))
    with reader(path) as db, pytest.raises(OperatorError, match=r"run: python -m scripts\.migrate --db"):
        migrate.check(db, path)
    assert [step.name for step in migrate.migrate(path, NOW)] == ["next"]


def test_somebody_elses_database_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "keyway.db"
    migrate.migrate(path, NOW)
    with writer(path) as db, transaction(db):
        db.execute("DELETE FROM instance")
    with reader(path) as db, pytest.raises(OperatorError, match="no instance row"):
        migrate.check(db, path)


def test_a_step_that_fails_leaves_the_schema_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "keyway.db"
    migrate.migrate(path, NOW)
    before = len(migrate.known())
    broken = "CREATE TABLE later (id INTEGER) STRICT; INSERT INTO nowhere VALUES (1);"
    with_steps(monkeypatch, Migration(before + 1, "broken", broken.replace("; ", ";\n")))
    with pytest.raises(sqlite3.OperationalError):
        migrate.migrate(path, NOW)
    with reader(path) as db:
        assert migrate.version(db) == before
        assert db.execute("SELECT count(*) FROM sqlite_schema WHERE name = 'later'").fetchone()[0] == 0


def test_two_starts_at_once_apply_each_step_once(tmp_path: Path) -> None:
    path = tmp_path / "keyway.db"
    failed: list[Exception] = []

    def start() -> None:
        try:
            migrate.migrate(path, NOW)
        except (OperatorError, sqlite3.Error) as error:
            failed.append(error)

    threads = [threading.Thread(target=start) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    with reader(path) as db:
        assert db.execute("SELECT count(*) FROM instance").fetchone()[0] == 1


def test_a_script_is_cut_where_its_statements_end() -> None:
    table = "-- a comment; with a semicolon\nCREATE TABLE a (\n  b TEXT DEFAULT ';'\n);\n"
    trigger = "CREATE TRIGGER t BEFORE UPDATE ON a\nBEGIN SELECT 1; END;\n"
    assert migrate.statements(table + trigger) == [table, trigger]


def test_a_file_with_another_name_stops_the_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "1_first.sql").write_text("SELECT 1;")
    monkeypatch.setattr(migrate, "FOLDER", tmp_path)
    with pytest.raises(OperatorError, match=r"1_first\.sql is not named NNNN_words\.sql"):
        migrate.known()
