"""The power goes, 500 times (F3): with the settings of our own connections nothing acknowledged is lost."""

import shutil
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from uuid import uuid4

import apsw
import pytest

from core import review
from core.appending import Draft
from core.model import Act, Pair, Source, TargetKey
from core.store import connection
from tests import people
from tests.catalogues import NOW
from tests.faults.figures import told
from tests.faults.power import Disk, Log, cuts

pytestmark = pytest.mark.slow
CUTS, DECISIONS = 500, 150
PAIR = Pair(149, TargetKey(Source.WIKIPATHWAYS, "WP254"))
SYNCHRONOUS = {"OFF": 0, "NORMAL": 1, "FULL": 2}


@dataclass
class Outcome:
    """After how many cuts acknowledged decisions were missing, and after how many the file was damaged."""

    lost: int = 0
    corrupt: int = 0


@pytest.fixture(scope="module")
def statements(made_database: Path, tmp_path_factory: pytest.TempPathFactory) -> list[list[str]]:
    """What our own journey says to SQLite for each decision, word for word."""
    database = tmp_path_factory.mktemp("said") / "keyway.db"
    shutil.copy(made_database, database)
    said: list[list[str]] = []
    with connection.writer(database) as db:
        curator = people.person(db, "curator").id
        for n in range(DECISIONS):
            words: list[str] = []
            db.set_trace_callback(words.append)
            with connection.transaction(db):
                review.decide(db, Draft(PAIR, Act.ANNOTATE, n, f"key {n}", note="x" * 200), curator, NOW)
            db.set_trace_callback(None)
            said.append([each for each, _ in groupby(words) if not each.startswith("--")])  # triggers tell all twice
    assert all(each[0] == "BEGIN IMMEDIATE" and each[-1] == "COMMIT" for each in said)
    return said


def our_synchronous(database: Path) -> int:
    """The value that a connection of ours has."""
    with connection.writer(database) as db:
        value: int = db.execute("PRAGMA synchronous").fetchone()[0]
        return value


def pulled(database: Path, statements: list[list[str]], synchronous: int, folder: Path) -> Outcome:
    """Write all decisions on a disk that writes down what it is asked; pull the plug; look at what is left."""
    with connection.writer(database) as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    log, name = Log(), f"disk-{uuid4().hex}"
    before = {database.name: database.read_bytes()}
    disk = Disk(name, log)
    with closing(apsw.Connection(str(database), vfs=name)) as db:
        for pragma in (
            "locking_mode = EXCLUSIVE",
            "journal_mode = WAL",
            "wal_autocheckpoint = 60",
            "foreign_keys = ON",
        ):
            db.execute(f"PRAGMA {pragma}").fetchall()
        db.execute(f"PRAGMA synchronous = {synchronous}")
        for n, said in enumerate(statements, start=1):
            for each in said:
                db.execute(each).fetchall()
            log.acknowledged(n)
    disk.unregister()
    found = Outcome()
    for acknowledged, files in cuts(log, before, CUTS, seed=1):
        damaged, there = after(files, database.name, folder)
        found.corrupt += damaged
        found.lost += not damaged and there < acknowledged
    return found


def after(files: dict[str, bytes], name: str, folder: Path) -> tuple[bool, int]:
    """What somebody finds who switches the machine on again: is the file damaged, and how many decisions has it?"""
    for path in folder.iterdir():
        path.unlink()
    for file, content in files.items():
        (folder / file).write_bytes(content)
    try:
        with closing(sqlite3.connect(folder / name)) as db:
            if db.execute("PRAGMA integrity_check(1)").fetchone()[0] != "ok":
                return True, 0
            return False, db.execute("SELECT count(*) FROM decision").fetchone()[0]
    except sqlite3.DatabaseError:
        return True, 0


def run(made: Path, statements: list[list[str]], synchronous: int, tmp_path: Path) -> Outcome:
    database = Path(shutil.copy(made, tmp_path / "power.db"))
    folder = tmp_path / "after"
    folder.mkdir()
    return pulled(database, statements, synchronous, folder)


def test_with_our_own_settings_nothing_is_lost(
    made_database: Path, statements: list[list[str]], tmp_path: Path
) -> None:
    synchronous = our_synchronous(made_database)
    found = run(made_database, statements, synchronous, tmp_path)
    told("F3", f"{CUTS} cuts, {found.lost} lost, {found.corrupt} corrupt")
    assert synchronous == SYNCHRONOUS["FULL"]
    assert found == Outcome(0, 0)


@pytest.mark.parametrize("name", ["NORMAL", "OFF"])
def test_with_less_something_is(name: str, made_database: Path, statements: list[list[str]], tmp_path: Path) -> None:
    """The controls: the test sees what it is to see."""
    found = run(made_database, statements, SYNCHRONOUS[name], tmp_path)
    told(f"F3 with {name}", f"{CUTS} cuts, {found.lost} lost, {found.corrupt} corrupt")
    assert found.lost + found.corrupt > CUTS / 10
