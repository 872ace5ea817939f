"""Reading targets: one, many in one query, a catalogue, counts."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.errors import NotFound
from core.model import Pair, Source, TargetKey
from core.store import connection, targets
from core.store.targets import TargetRow
from tests import catalogues


@pytest.fixture
def db(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    with connection.reader(catalogues.small(tmp_path)) as db:
        yield db


def pathway(accession: str) -> TargetKey:
    return TargetKey(Source.WIKIPATHWAYS, accession)


def test_a_person_opens_a_target(db: sqlite3.Connection) -> None:
    target = targets.get(db, pathway("WP254"))
    assert (target.title, target.synonyms, target.genes) == ("Apoptosis", ("cell death",), ("CASP3", "TNF", "TP53"))


@pytest.mark.parametrize("key", [pathway("WP1"), TargetKey(Source.GO, "WP254"), pathway("' OR 1=1")])
def test_a_made_up_target_is_not_found_and_named(db: sqlite3.Connection, key: TargetKey) -> None:
    with pytest.raises(NotFound, match=f"no target {key.accession} "):
        targets.get(db, key)


def test_the_rows_of_a_page_come_in_one_statement_and_in_the_order_asked(db: sqlite3.Connection) -> None:
    keys = [pathway("WP4341"), TargetKey(Source.GO, "GO:0006954"), pathway("WP1"), pathway("WP254")]
    statements: list[str] = []
    db.set_trace_callback(statements.append)
    rows = targets.by_pairs(db, [Pair(149, key) for key in keys])
    db.set_trace_callback(None)
    assert len(statements) == 1
    assert [pair.target for pair in rows] == [keys[0], keys[1], keys[3]]
    assert rows[Pair(149, keys[0])] == TargetRow(
        keys[0], "Inflammatory cytokines", "Apoptosis is mentioned here only.", withdrawn=False, genes=2, shared=2
    )
    assert [(row.genes, row.shared) for row in rows.values()] == [(2, 2), (0, 0), (3, 1)]
    assert targets.by_pairs(db, []) == {}


def test_a_catalogue_is_whole_and_sorted(db: sqlite3.Connection) -> None:
    found = targets.catalogue(db, Source.WIKIPATHWAYS)
    assert [target.accession for target in found] == ["WP1742", "WP254", "WP408", "WP4341"]
    assert found == [targets.get(db, target.key) for target in found]
    assert targets.accessions(db, Source.WIKIPATHWAYS) == [target.accession for target in found]
    assert targets.catalogue(db, Source.REACTOME) == []


def test_every_source_is_counted(db: sqlite3.Connection) -> None:
    assert targets.counts(db) == {Source.WIKIPATHWAYS: 4, Source.GO: 2, Source.REACTOME: 0}
