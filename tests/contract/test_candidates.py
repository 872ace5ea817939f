"""Candidates: the ten best undecided suggestions of each Key Event and source, as SSSOM that both readers keep."""

import shutil
import warnings
from collections import Counter
from pathlib import Path
from uuid import uuid4

import pytest

from core import review
from core.model import Act, Pair, Source, TargetKey
from core.store import connection
from tests import people, publishing, servers
from tests.catalogues import NOW
from tests.contract.readers import parse_sssom_table, sssom_pydantic
from tests.contract.test_sssom import HEADER, parts

Row = dict[str, str]


@pytest.fixture
def rows(embedded: Path, tmp_path: Path) -> tuple[Path, list[Row], list[Row]]:
    """The file, its rows before anybody decided anything, and after a rejection and a “nothing fits”."""
    shutil.copytree(embedded, tmp_path / "data")
    path, database = tmp_path / "candidates.sssom.tsv", tmp_path / "data" / servers.DATABASE
    with servers.keyway(database) as keyway:

        def read() -> list[Row]:
            answer = servers.get(f"{keyway.base_url}/exports/candidates.sssom.tsv")
            path.write_bytes(answer.content)
            metadata, found = parts(path)
            assert metadata.keys() == HEADER
            return found

        before = read()
        first = before[0]
        key_event = int(first["subject_id"].rpartition(":")[2])
        source = Source(first["object_source"].rpartition(":")[2])
        accession = first["object_id"] if source is Source.GO else first["object_id"].partition(":")[2]
        with connection.writer(database) as db, connection.transaction(db):
            publishing.act(db, "curator", Pair(key_event, TargetKey(source, accession)), Act.REJECT)
            other = next(each for each in Source if each is not source)
            review.no_target(db, key_event, other, people.person(db, "curator").id, str(uuid4()), "", NOW)
        return path, before, read()


def test_they_are_ten_a_key_event_and_source_and_undecided(rows: tuple[Path, list[Row], list[Row]]) -> None:
    path, before, after = rows
    counts = Counter((row["subject_id"], row["object_source"]) for row in before)
    assert set(counts.values()) == {10}
    first = before[0]
    gone = {(row["subject_id"], row["object_id"]) for row in before} - {
        (row["subject_id"], row["object_id"]) for row in after
    }
    assert (first["subject_id"], first["object_id"]) in gone
    assert len(gone) == 11
    assert all(0 < float(row["similarity_score"]) <= 1 for row in after)
    assert {row["mapping_justification"] for row in after} == {"semapv:SemanticSimilarityThresholdMatching"}
    assert len({row["record_id"] for row in after}) == len(after)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert len(parse_sssom_table(str(path)).df) == len(after)
        assert len(sssom_pydantic.read(path)[0]) == len(after)
