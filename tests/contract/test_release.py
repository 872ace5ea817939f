"""The files of a release, as readers that no one here wrote find them on a disk."""

import warnings
from pathlib import Path

import openpyxl
import pandas
import pytest
import rdflib

from tests import releasing
from tests.contract.readers import parse_sssom_table, read_gmt, sssom_pydantic
from tests.contract.test_sssom import HEADER, parts


@pytest.fixture
def folder(published: Path) -> Path:
    """A release of titles that no table likes."""
    releasing.make(published)
    return releasing.place(published) / "2026.1"


def test_both_readers_keep_every_row_of_every_sssom_file(folder: Path) -> None:
    files = sorted(folder.glob("*.sssom.tsv"))
    assert len(files) == 16
    for file in files:
        metadata, rows = parts(file)
        assert metadata.keys() == HEADER
        assert metadata["mapping_set_version"] == "2026.1"
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            assert len(sssom_pydantic.read(file)[0]) == len(rows), file.name
            if rows:
                assert len(parse_sssom_table(str(file)).df) == len(rows), file.name


def test_tables_gene_sets_and_graphs_are_read(folder: Path) -> None:
    assert len(pandas.read_csv(folder / "mappings.csv")) == len(pandas.read_json(folder / "mappings.jsonl", lines=True))
    sheet = openpyxl.load_workbook(folder / "mappings.xlsx").active
    assert sheet is not None
    assert sheet.max_row == 7
    assert set(read_gmt(str(folder / "key-events.gmt"))) == {
        "KE55_Increase_Cell_injury_death",
        "KE149_Increase_Inflammation",
        "KE1115_Increase_Reactive_oxygen_species",
    }
    assert len(rdflib.Graph().parse(folder / "mappings.ttl", format="turtle")) > 6


def test_a_source_without_a_mapping_has_its_empty_files(folder: Path) -> None:
    assert (folder / "reactome-pairs.gmt").read_bytes() == b""
    assert len(pandas.read_csv(folder / "reactome-mappings.csv")) == 0
