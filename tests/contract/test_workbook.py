"""A workbook of Excel comes while it is written, and openpyxl reads back what no XML can hold."""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
from openpyxl.utils.escape import unescape

from core.export.published import Published
from core.export.workbook import LONGEST_CELL, workbook
from core.model import Source
from core.store import connection, exports

HARD = ("<b>&amp;</b>", " spaces around ", "a\x01 and a\x1f", "it says _x0041_", "two\nlines\tand\r\nmore", "\ufffe 🧬")


@pytest.fixture
def mappings(published: Path) -> list[Published]:
    """Those in force."""
    with connection.reader(published) as db:
        return list(exports.rows(db))


def cells(pieces: Iterator[bytes]) -> list[tuple[object, ...]]:
    """All rows of a workbook, as openpyxl has them."""
    sheet = openpyxl.load_workbook(BytesIO(b"".join(pieces))).active
    assert sheet is not None
    return list(sheet.iter_rows(values_only=True))


def test_it_begins_before_a_mapping_is_asked_for(mappings: list[Published]) -> None:
    asked: list[str] = []

    def watched() -> Iterator[Published]:
        for mapping in mappings:
            asked.append(mapping.uuid)
            yield mapping

    pieces = workbook(watched())
    assert next(pieces).startswith(b"PK")
    assert asked == []
    assert b"".join(pieces)
    assert asked == [mapping.uuid for mapping in mappings]


@pytest.mark.parametrize("text", HARD)
def test_signs_that_are_hard_on_xml_come_back(mappings: list[Published], text: str) -> None:
    names, row = cells(workbook(iter([mappings[0]._replace(title=text)])))
    read = dict(zip(names, row, strict=True))["target_title"]
    assert unescape(read) == text


def test_a_text_that_is_too_long_is_cut_off_where_excel_ends(mappings: list[Published]) -> None:
    names, row = cells(workbook(iter([mappings[0]._replace(title="&" * (LONGEST_CELL + 1))])))
    assert dict(zip(names, row, strict=True))["target_title"] == "&" * LONGEST_CELL


@pytest.mark.parametrize("source", [None, *Source])
def test_one_without_a_mapping_has_its_names_alone(source: Source | None) -> None:
    (names,) = cells(workbook(iter([]), source))
    assert names[:3] == ("uuid", "ke_id", "ke_name")


def test_the_same_mappings_give_the_same_bytes(mappings: list[Published]) -> None:
    assert b"".join(workbook(iter(mappings))) == b"".join(workbook(iter(mappings)))
