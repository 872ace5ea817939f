"""The open row: relatives in the list, history, where else the target is mapped, and how little is asked for it."""

import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest

from core import details, triage
from core.details import Detail
from core.evidence import Mark
from core.ingest.files import OwnFiles
from core.model import Source, TargetKey
from core.rules import Eyes
from core.store import connection, hierarchy
from core.triage import Sheet
from core.warm import Warm
from tests import catalogues, sources

DEATH, PROGRAMMED, APOPTOSIS, SIGNALING = (
    TargetKey(Source.GO, f"GO:{number}") for number in ("0008219", "0012501", "0006915", "0097190")
)
PATHWAY = TargetKey(Source.WIKIPATHWAYS, "WP254")


@pytest.fixture
def db(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    """The small catalogue with Gene Ontology in its own form, and so with what stands above what."""
    path = catalogues.empty(tmp_path)
    ontology = OwnFiles(Source.GO, sources.parts("go"))
    catalogues.bring(path, catalogues.AOP_WIKI_FILES, catalogues.PATHWAY_FILES, ontology)
    with connection.reader(path) as db:
        yield db


def sheet(db: sqlite3.Connection, *put: TargetKey) -> Sheet:
    return triage.sheet(db, 55, [], lambda key_event, target: None, Eyes(None), put)


def opened(db: sqlite3.Connection, *put: TargetKey, warm: Warm | None = None) -> dict[TargetKey, Detail]:
    table = sheet(db, *put)
    return {each.row.key: each for each in details.details(db, table.rows, table.rows, warm or Warm())}


def keys(rows: Sequence[triage.Row]) -> list[TargetKey]:
    return [row.key for row in rows]


def test_ancestors_and_descendants_in_the_list_are_met_over_terms_that_are_not(db: sqlite3.Connection) -> None:
    found = opened(db, DEATH, APOPTOSIS, SIGNALING, PATHWAY)
    assert keys(found[SIGNALING].kin.above) == [APOPTOSIS, DEATH] and not found[SIGNALING].kin.below
    assert keys(found[DEATH].kin.below) == [APOPTOSIS, SIGNALING] and not found[DEATH].kin.above
    assert [each.key for each in found[APOPTOSIS].kin.parents] == [PROGRAMMED], "directly above, and no row"
    assert not found[PATHWAY].kin


def test_terms_directly_below_the_same_one_are_beside_each_other(tmp_path: Path, db: sqlite3.Connection) -> None:
    with connection.writer(tmp_path / "keyway.db") as writing, connection.transaction(writing):
        under = {key.accession: (DEATH.accession,) for key in (PROGRAMMED, APOPTOSIS, SIGNALING)}
        hierarchy.keep_parents(writing, Source.GO, under)
    found = opened(db, DEATH, APOPTOSIS, SIGNALING)
    assert keys(found[APOPTOSIS].kin.beside) == [SIGNALING] and keys(found[SIGNALING].kin.beside) == [APOPTOSIS]
    assert not found[DEATH].kin.beside


def test_a_single_row_meets_the_relatives_that_the_table_lists(db: sqlite3.Connection) -> None:
    table = sheet(db, DEATH, APOPTOSIS)
    (row,) = (row for row in table.rows if row.key == DEATH)
    (found,) = details.details(db, [row], table.rows, Warm())
    assert keys(found.kin.below) == [APOPTOSIS]


def test_relatives_of_another_key_event_are_not_met(db: sqlite3.Connection) -> None:
    here = sheet(db, DEATH).rows
    elsewhere = triage.sheet(db, 149, [], lambda key_event, target: None, Eyes(None), [APOPTOSIS]).rows
    assert [not each.kin.below for each in details.details(db, here, [*here, *elsewhere], Warm())] == [True]


def test_rows_do_not_cost_statements(db: sqlite3.Connection) -> None:
    def statements(*put: TargetKey) -> int:
        table, asked = sheet(db, *put), list[str]()
        db.set_trace_callback(asked.append)
        details.details(db, table.rows, table.rows, Warm())
        db.set_trace_callback(None)
        return len(asked)

    one = statements(DEATH)
    assert one == statements(DEATH, PROGRAMMED, APOPTOSIS, SIGNALING, PATHWAY) <= 5
    assert statements() == 0


def test_words_of_near_meaning_are_marked(db: sqlite3.Connection) -> None:
    class Reader(Warm):
        """Knows that injury and apoptosis are near."""

        def meaning(self, words: Sequence[str]) -> np.typing.NDArray[np.float32]:
            return np.array([[float(word in ("injury", "apoptosis"))] for word in words], np.float32)

    warm = Reader()
    found = opened(db, APOPTOSIS, PATHWAY, warm=warm)
    assert found[APOPTOSIS].grounds.why.near == found[PATHWAY].grounds.why.near == (("injury", "apoptosis"),)
    assert [piece.text for piece in found[PATHWAY].grounds.why.target_title if piece.mark is Mark.NEAR] == ["Apoptosis"]
