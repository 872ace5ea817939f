"""The schema grows by numbered steps, each whole or not at all, and a database from the future is left alone."""

import sqlite3
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest

from core.errors import OperatorError
from core.model import Source, TargetKey
from core.store import before, decisions, genes, hits, key_events, migrate, snapshots, targets
from core.store.connection import reader, transaction, writer
from core.store.migrate import Migration
from tests.acts import annotate

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


def test_decisions_made_before_their_roles_were_kept_stay_as_they_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is there is append-only: the step gives it no role that nobody knows."""
    every = migrate.known()
    monkeypatch.setattr(migrate, "known", lambda: every[:13])
    path = tmp_path / "keyway.db"
    migrate.migrate(path, NOW)
    with writer(path) as db, transaction(db):
        db.execute("INSERT INTO snapshot VALUES (1, 'go', 'r', '2026', '', 0, 0, 0, 0, 0, 0)")
        db.execute("INSERT INTO key_event (id, title, snapshot) VALUES (149, 'Inflammation', 1)")
        db.execute(
            "INSERT INTO target (id, source, accession, title, snapshot) VALUES (1, 'go', 'GO:0006954', 'flame', 1)"
        )
        annotate(db, 2)
    monkeypatch.setattr(migrate, "known", lambda: every)
    assert migrate.migrate(path, NOW) == every[13:]
    with writer(path) as db:
        assert [each.role for each in decisions.of_key_event(db, 149)] == [None, None]
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            db.execute("UPDATE decision SET role = 'reviewer'")


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


def test_genes_that_stood_row_by_row_stand_as_sets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of targets, of Key Events, and of what both were before an import; what has none, or is withdrawn, stays so."""
    steps = migrate.known()
    path = tmp_path / "keyway.db"
    older = [step for step in steps if step.name < "0010_gene_sets"]
    monkeypatch.setattr(migrate, "known", lambda: older)
    migrate.migrate(path, NOW)
    with writer(path) as db, transaction(db):
        db.execute(
            "INSERT INTO snapshot VALUES (1, 'go', 'r', :at, '', 0, 0, 0, 0, 0)", {"at": "2026-11-23T22:47:00.000000Z"}
        )
        for number, symbol in enumerate(("TNF", "CASP3", "HLA-A", "IL6"), start=1):
            db.execute("INSERT INTO gene VALUES (:number, :symbol)", {"number": number, "symbol": symbol})
        db.execute("INSERT INTO key_event (id, title, snapshot) VALUES (7, 'Cell death', 1), (8, 'Fibrosis', 1)")
        db.execute("INSERT INTO key_event_gene VALUES (7, 4), (7, 1)")
        db.execute("INSERT INTO key_event_before VALUES (7, 1, 'Death', '', '[\"TNF\"]'), (8, 1, 'Fibre', '', '[]')")
        db.execute(
            "INSERT INTO target (id, source, accession, title, withdrawn, snapshot, genes) VALUES"
            " (7, 'go', 'GO:7', 'Apoptosis', 0, 1, 3), (8, 'go', 'GO:8', 'Growth', 0, 1, 0),"
            " (9, 'go', 'GO:9', 'Apoptosis of old', 1, 1, 1)"
        )
        db.execute("INSERT INTO target_gene VALUES (7, 2), (7, 1), (7, 3), (9, 3)")
        db.execute("INSERT INTO target_before VALUES (7, 1, 'Death', '', '[\"TNF\", \"AKT1\"]')")
    monkeypatch.setattr(migrate, "known", lambda: steps)
    migrate.migrate(path, NOW)
    with reader(path) as db:
        of_target = {
            accession: targets.get(db, TargetKey(Source.GO, accession)).genes for accession in ("GO:7", "GO:8")
        }
        assert of_target == {"GO:7": ("CASP3", "HLA-A", "TNF"), "GO:8": ()}
        assert targets.get(db, TargetKey(Source.GO, "GO:9")).genes == ("HLA-A",)
        assert [key_events.get(db, id).genes for id in (7, 8)] == [("IL6", "TNF"), ()]
        assert before.target(db, targets.get(db, TargetKey(Source.GO, "GO:7")), 0).genes == ("AKT1", "TNF")
        assert [before.key_event(db, key_events.get(db, id), 0).genes for id in (7, 8)] == [("TNF",), ()]
        hla = genes.get(db, "HLA-A", 5)
        assert ([each.key.accession for each in hla.targets[Source.GO]], hla.counts[Source.GO]) == (["GO:7"], 1)
        assert [hit.key.accession for hit in hits.targets(db, "hla-a")] == ["GO:7"], "by its gene"
        assert [hit.key.accession for hit in hits.targets(db, "apoptosis")] == ["GO:7"], "by its title"
        assert snapshots.in_force(db)["go"].genes == 3
        assert db.execute("PRAGMA foreign_key_check").fetchall() == []
