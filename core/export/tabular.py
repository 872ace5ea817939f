"""Mappings as tables and records: CSV, TSV, JSON, JSON Lines, XLSX. Values in, chunks of a file out."""

import csv
import json
import re
import tempfile
from collections.abc import Iterable, Iterator
from datetime import datetime

from xlsxwriter import Workbook
from xlsxwriter.exceptions import FileCreateError

from core.export import chunks
from core.export.chunks import Handed
from core.export.fields import columns, item
from core.export.published import Published
from core.model import Source

RISKY = frozenset("'=+-@\t\r")
FORMULA = re.compile(r"'*[=+\-@\t\r]")
ESCAPED = re.compile(r"'+[=+\-@\t\r]")
LONGEST_CELL = 32_767  # characters, says Excel
PIECE = 64 * 1024
# A workbook says when it was made; ours must be the same bytes for the same data.
EPOCH = datetime(2026, 1, 1)


def neutral(text: str) -> str:
    """A text that no spreadsheet takes for a formula: a `'` goes before one that could be, and `plain` takes it off."""
    return f"'{text}" if FORMULA.match(text) else text


def plain(text: str) -> str:
    """The text that `neutral` was given."""
    return text[1:] if ESCAPED.match(text) else text


def table_csv(mappings: Iterable[Published], source: Source | None = None) -> Iterator[bytes]:
    """Comma-separated, with a header line, quoted where needed."""
    return chunks.of(_lines(mappings, source, ","))


def table_tsv(mappings: Iterable[Published], source: Source | None = None) -> Iterator[bytes]:
    """Tab-separated, with a header line; a field with a tab, a quote or a line end is quoted."""
    return chunks.of(_lines(mappings, source, "\t"))


def records_json(mappings: Iterable[Published]) -> Iterator[bytes]:
    """One JSON object whose `data` is the list of all mappings, each as the API has it."""
    return chunks.of(_json(mappings))


def records_jsonl(mappings: Iterable[Published]) -> Iterator[bytes]:
    """One JSON object a line, each as the API has it."""
    return chunks.of(f"{_dump(item(mapping))}\n" for mapping in mappings)


def workbook(mappings: Iterable[Published], source: Source | None = None) -> Iterator[bytes]:
    """An Excel workbook with one sheet. Every cell is a text or a number, never a formula or a link.

    It lies in a temporary file until it is whole; rows are written as they come, so memory stays flat. A text longer
    than Excel allows is cut off.
    """
    wanted = columns(source)
    with tempfile.TemporaryFile() as file:
        book = Workbook(file, {"constant_memory": True, "strings_to_urls": False, "strings_to_formulas": False})
        book.set_properties({"created": EPOCH, "title": "Key Event mappings"})
        sheet = book.add_worksheet("mappings")
        bold = book.add_format({"bold": True})
        sheet.freeze_panes(1, 0)
        for place, column in enumerate(wanted):
            sheet.write_string(0, place, column.name, bold)
        for line, mapping in enumerate(mappings, start=1):
            for place, column in enumerate(wanted):
                value = column.read(mapping)
                if isinstance(value, str):
                    sheet.write_string(line, place, value[:LONGEST_CELL])
                elif value is not None:
                    sheet.write_number(line, place, value)
        _close(book)
        file.seek(0)
        while piece := file.read(PIECE):
            yield piece


def _close(book: Workbook) -> None:
    """Write the workbook out. Raises OSError where the disk of temporary files is full."""
    try:
        book.close()
    except FileCreateError as error:
        raise OSError(*error.args[0].args) from error


def _lines(mappings: Iterable[Published], source: Source | None, delimiter: str) -> Iterator[str]:
    wanted = columns(source)
    writer = csv.writer(Handed(), delimiter=delimiter, lineterminator="\n")
    readers = [column.read for column in wanted]
    free = [place for place, column in enumerate(wanted) if column.free]
    yield writer.writerow([column.name for column in wanted])
    for mapping in mappings:
        values = [read(mapping) for read in readers]
        for place in free:
            value = values[place]
            if value and isinstance(value, str) and value[0] in RISKY:
                values[place] = neutral(value)
        yield writer.writerow(values)


def _json(mappings: Iterable[Published]) -> Iterator[str]:
    yield '{"data": ['
    separator = "\n"
    for mapping in mappings:
        yield f"{separator}{_dump(item(mapping))}"
        separator = ",\n"
    yield "\n]}\n"


def _dump(record: dict[str, object]) -> str:
    return json.dumps(record, ensure_ascii=False)
