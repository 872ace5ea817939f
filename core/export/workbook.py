"""An Excel workbook that is sent while it is written. Values in, chunks of a file out.

XlsxWriter makes the workbook with its names of columns; the rows go into its sheet as they come. The library alone
packs the archive when the last row is known: ten seconds of silence for a hundred thousand mappings.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from functools import cache
from io import BytesIO
from typing import NamedTuple
from zipfile import ZIP_DEFLATED, ZipFile

from xlsxwriter import Workbook
from xlsxwriter.utility import xl_col_to_name

from core.export import chunks
from core.export.fields import Value, columns
from core.export.published import Published
from core.model import Source

LONGEST_CELL = 32_767  # characters, says Excel
WIDTH, WIDE = 16, 40  # of a column, in characters; of one with texts that somebody wrote
LEVEL = 3  # of compression: higher ones take more time than they save
SHEET = "xl/worksheets/sheet1.xml"
END = "</sheetData>"
# A workbook says when it was made; ours must be the same bytes for the same data.
EPOCH = datetime(2026, 1, 1)
# What XML cannot hold, or would take for its own; and what Excel would take for such a sign, written as it writes them.
SPECIAL = re.compile("[&<>\x00-\x08\x0b-\x1f\ufffe\uffff]|_x[0-9A-Fa-f]{4}_")
ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}


class Shell(NamedTuple):
    """A workbook without rows: its parts by name but for the sheet; what of the sheet stands before and after rows."""

    parts: tuple[tuple[str, bytes], ...]
    before: str
    after: str


class Outbox:
    """What an archive writes to, which never goes back in it; and takes away what was written."""

    def __init__(self) -> None:
        self.held = bytearray()

    def write(self, piece: bytes, /) -> int:
        """Take a piece."""
        self.held += piece
        return len(piece)

    def flush(self) -> None:
        """Nothing: all is here."""

    def close(self) -> None:
        """Nothing: what is here may still be taken."""

    def taken(self) -> bytes:
        """What was written since this was asked last."""
        piece = bytes(self.held)
        self.held.clear()
        return piece


def workbook(mappings: Iterable[Published], source: Source | None = None) -> Iterator[bytes]:
    """An Excel workbook with one sheet. Every cell is a text or a number, never a formula or a link.

    It begins before the first mapping is asked for. A text longer than Excel allows is cut off.
    """
    shell, out = _shell(source), Outbox()
    with ZipFile(out, "w", ZIP_DEFLATED, compresslevel=LEVEL) as archive:
        for name, content in shell.parts:
            with archive.open(name, "w") as part:
                part.write(content)
        yield out.taken()
        with archive.open(SHEET, "w") as sheet:
            for chunk in chunks.of(_sheet(shell, mappings, source)):
                sheet.write(chunk)
                if piece := out.taken():
                    yield piece
    yield out.taken()


@cache
def _shell(source: Source | None) -> Shell:
    file = BytesIO()
    book = Workbook(file, {"in_memory": True})
    book.set_properties({"created": EPOCH, "title": "Key Event mappings"})
    sheet = book.add_worksheet("mappings")
    bold = book.add_format({"bold": True})
    sheet.freeze_panes(1, 0)
    for place, column in enumerate(columns(source)):
        sheet.write_string(0, place, column.name, bold)
        sheet.set_column(place, place, WIDE if column.free else WIDTH)
    book.close()
    with ZipFile(file) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    # How far the rows go is not known yet, and need not be said.
    before, end, after = re.sub("<dimension [^>]*>", "", parts.pop(SHEET).decode()).partition(END)
    return Shell(tuple(parts.items()), before, end + after)


def _sheet(shell: Shell, mappings: Iterable[Published], source: Source | None) -> Iterator[str]:
    readers = [column.read for column in columns(source)]
    names = [xl_col_to_name(place) for place in range(len(readers))]
    yield shell.before
    for line, mapping in enumerate(mappings, start=2):
        yield _row(line, names, [read(mapping) for read in readers])
    yield shell.after


def _row(line: int, names: Sequence[str], values: Sequence[Value]) -> str:
    cells = [f'<row r="{line}">']
    for name, value in zip(names, values, strict=True):
        if isinstance(value, str):
            text = SPECIAL.sub(_escaped, value[:LONGEST_CELL])
            cells.append(f'<c r="{name}{line}" t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>')
        elif value is not None:
            cells.append(f'<c r="{name}{line}"><v>{value}</v></c>')
    cells.append("</row>")
    return "".join(cells)


def _escaped(found: re.Match[str]) -> str:
    sign = found[0]
    if len(sign) > 1:
        return f"_x005F{sign}"
    return ENTITIES.get(sign) or f"_x{ord(sign):04X}_"
