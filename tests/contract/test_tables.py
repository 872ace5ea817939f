"""pandas and openpyxl read back what was written, however hard the titles are on a table."""

import json
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pandas
import pytest

from core.export.tabular import neutral, plain
from tests.contract.conftest import TITLES, items
from tests.servers import Keyway

Fetch = Callable[[str], Path]
EXPECTED = {accession: TITLES.get(accession, title) for accession, title in [
    *TITLES.items(), ("GO:0072593", "reactive oxygen species metabolic process")]}  # fmt: skip


@pytest.mark.parametrize(("name", "separator"), [("mappings.csv", ","), ("mappings.tsv", "\t")])
def test_pandas_reads_the_titles_back(fetch: Fetch, name: str, separator: str) -> None:
    table = pandas.read_csv(fetch(f"/exports/{name}"), sep=separator, keep_default_na=False, dtype=str)
    assert len(table) == 6
    assert {row.target_id: plain(row.target_title) for row in table.itertuples()} == EXPECTED
    for row in table.itertuples():
        assert row.target_title[0] not in "=+-@\t\r"
        assert row.note[:1] not in ("=", "+", "-", "@")


def test_a_title_without_signs_is_as_it_was() -> None:
    for title in ("Apoptosis", "'quoted'", "", "5-HT", "a=b"):
        assert neutral(title) == plain(title) == title


def test_openpyxl_reads_texts_and_never_formulas(fetch: Fetch) -> None:
    sheet = openpyxl.load_workbook(fetch("/exports/mappings.xlsx")).active
    assert sheet is not None
    names, *rows = sheet.iter_rows()
    header = [cell.value for cell in names]
    assert all(cell.data_type in ("s", "n") for row in rows for cell in row)
    found = [dict(zip(header, [cell.value for cell in row], strict=True)) for row in rows]
    assert {row["target_id"]: row["target_title"] for row in found} == EXPECTED


def test_tables_and_api_say_the_same(fetch: Fetch, site: Keyway) -> None:
    table = pandas.read_csv(fetch("/exports/mappings.csv"), keep_default_na=False, dtype=str)
    lines = pandas.read_json(fetch("/exports/mappings.jsonl"), lines=True, dtype=False)
    whole = pandas.read_json(fetch("/exports/mappings.json"), dtype=False)["data"]
    told = items(site)
    assert [each["uuid"] for each in told] == list(table.uuid) == list(lines.uuid) == [each["uuid"] for each in whole]
    assert [each["confidence_level"] for each in told] == list(table.confidence_level)


def test_titles_survive_as_records(fetch: Fetch) -> None:
    lines = [json.loads(line) for line in fetch("/exports/mappings.jsonl").read_text("utf-8").split("\n")[:-1]]
    whole = json.loads(fetch("/exports/mappings.json").read_text("utf-8"))["data"]
    assert lines == whole
    told = {each.get("pathway_id") or each["go_term_id"]: each.get("pathway_title") or each["go_term_name"]
            for each in lines}  # fmt: skip
    assert told == EXPECTED


@pytest.mark.parametrize("name", ["mappings.csv", "mappings.tsv"])
def test_an_empty_table_is_a_table(fetch: Fetch, name: str) -> None:
    separator = "," if name.endswith("csv") else "\t"
    table = pandas.read_csv(fetch(f"/exports/{name}?source=reactome"), sep=separator)
    assert len(table) == 0
    assert list(table.columns)[3:6] == ["reactome_id", "pathway_name", "confidence_level"]
