"""A table that somebody made: its lines as fields, each of which says where it stands when one of them is wrong."""

import csv
import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from io import StringIO
from math import isfinite
from typing import TypeVar
from uuid import UUID

from core.errors import Invalid
from core.ingest.neutral import File
from core.ingest.text import STEERS
from core.model import Contributor
from core.model.people import LOGIN_FORM

ORCID = re.compile(r"(?:orcid:|https?://orcid\.org/)?(\d{4}-\d{4}-\d{4}-\d{3}[\dX])", re.IGNORECASE | re.ASCII)
LOGIN = re.compile(rf"(?:github:|https?://github\.com/)?({LOGIN_FORM})")
YEARS = range(1900, 2200)
DELIMITERS = ",;\t"
LONGEST_FIELD = 1_000_000
E = TypeVar("E", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Line:
    """One line as fields, that says where it stands when one of them is wrong."""

    place: str
    fields: Mapping[str, str]

    def __getitem__(self, name: str) -> str:
        return self.fields.get(name, "")

    def bad(self, name: str, expected: str) -> Invalid:
        """What is wrong with a field of this line: its value, and what was expected."""
        value = repr(self[name]) if self[name] else "missing"
        return Invalid(f"{self.place}: {name} is {value}, expected {expected}; nothing was imported.", name)

    def text(self, name: str) -> str:
        """What somebody wrote, with line ends as `\\n`. Raises Invalid for signs that are no text."""
        found = self[name].replace("\r\n", "\n")
        if steers := STEERS.search(found):
            raise self.bad(name, f"plain text, without U+{ord(steers[0]):04X}")
        return found

    def number(self, name: str) -> float | None:
        """A number, None where the field is empty."""
        try:
            found = float(self[name]) if self[name] else None
        except ValueError:
            found = float("nan")
        if found is not None and not isfinite(found):
            raise self.bad(name, "a number like 0.81")
        return found

    def time(self, name: str) -> datetime | None:
        """A day or a time of our centuries, in UTC where it does not say; None where the field is empty."""
        if not self[name]:
            return None
        try:
            found = datetime.fromisoformat(self[name])
        except ValueError:
            found = None
        if found is None or found.year not in YEARS:
            raise self.bad(name, "a date like 2026-11-23")
        return found if found.tzinfo else found.replace(tzinfo=UTC)

    def choice(self, name: str, kind: type[E]) -> E | None:
        """One of the words of a kind, None where the field is empty."""
        if not self[name]:
            return None
        try:
            return kind(self[name].lower())
        except ValueError:
            raise self.bad(name, f"one of {', '.join(kind)}") from None

    def uuid(self, name: str) -> str:
        """A UUID, empty for anything else: files name their records as they like."""
        try:
            return str(UUID(self[name].rpartition(":")[2]))
        except ValueError:
            return ""

    def somebody(self, name: str, label: str = "") -> Contributor:
        """Who is credited, the first where there are several."""
        said, called = self.text(name).split("|")[0], self.text(label).split("|")[0] if label else ""
        if orcid := ORCID.fullmatch(said):
            return Contributor(name=called, orcid=orcid[1].upper())
        if login := LOGIN.fullmatch(said):
            return Contributor(login=login[1], name=called)
        return Contributor(name=called or said)


def written(file: File) -> list[str]:
    """The lines of a file as they stand, with their ends. Raises Invalid where it is not UTF-8."""
    try:
        return list(StringIO(file.content.decode("utf-8-sig"), newline=""))
    except UnicodeDecodeError as error:
        raise Invalid(
            f"{file.name} is not text in UTF-8 (byte {error.start:,}); save it as UTF-8 (“CSV UTF-8” in Excel).", "file"
        ) from None


def read(
    file: File, table: list[str], needed: Collection[str], *,
    first: int = 1, given: Mapping[str, str] | None = None, cell: Callable[[str], str] = str.strip,
) -> Iterator[Line]:  # fmt: skip
    """The rows of a table below its header, which is line `first` of the file; lines without anything are passed over.

    `given` is what every row says where the table has no such column; `cell` makes a field's text of what stands there.
    Raises Invalid where a column that is `needed` is not there, or a row has more or fewer fields than the header.
    """
    csv.field_size_limit(LONGEST_FIELD)
    reader = csv.reader(table, delimiter=_delimiter(table))
    try:
        names = [name.strip() for name in next(reader, [])]
        _require(names, needed, f"{file.name}, line {first}")
        for cells in reader:
            if any(text.strip() for text in cells):
                place = f"{file.name}, line {reader.line_num + first - 1}"
                if len(cells) != len(names):
                    raise Invalid(f"{place} has {len(cells)} fields, the header {len(names)}; nothing was imported.")
                yield Line(place, {**(given or {}), **dict(zip(names, map(cell, cells), strict=True))})
    except csv.Error as error:
        raise Invalid(f"{file.name}, line {reader.line_num + first - 1}: {error}; nothing was imported.") from None


def _delimiter(table: list[str]) -> str:
    """What parts the names of the columns: a comma, or what Excel takes in its place in many countries."""
    return max(DELIMITERS, key=table[0].count) if table else DELIMITERS[0]


def _require(names: Sequence[str], needed: Collection[str], place: str) -> None:
    for name in needed:
        if name not in names:
            raise Invalid(f"{place}: there is no column {name}; there are {', '.join(names) or 'none'}.", name)
    for name in filter(None, names):
        if names.count(name) > 1:
            raise Invalid(f"{place}: there are {names.count(name)} columns {name}; keep one of them.", name)
