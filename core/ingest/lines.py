"""A table that somebody made: its lines as fields, each of which says where it stands when one of them is wrong."""

import csv
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from io import StringIO
from typing import TypeVar
from uuid import UUID

from core.errors import Invalid
from core.export.tabular import plain
from core.ingest.neutral import File
from core.model import Contributor

ORCID = re.compile(r"orcid:(\d{4}-\d{4}-\d{4}-\d{3}[\dX])", re.IGNORECASE)
LOGIN = re.compile(r"(?:github:)?([A-Za-z0-9](?:[A-Za-z0-9-]{0,38}))")
LONGEST_FIELD = 1_000_000
E = TypeVar("E", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Line:
    """One line as fields, that says where it stands when one of them is wrong."""

    place: str
    fields: Mapping[str, str]

    def __getitem__(self, name: str) -> str:
        return plain((self.fields.get(name) or "").strip())

    def bad(self, name: str, expected: str) -> Invalid:
        """What is wrong with a field of this line: its value, and what was expected."""
        value = repr(self[name]) if self[name] else "missing"
        return Invalid(f"{self.place}: {name} is {value}, expected {expected}; nothing was imported.", name)

    def number(self, name: str) -> float | None:
        """A number, None where the field is empty."""
        try:
            return float(self[name]) if self[name] else None
        except ValueError:
            raise self.bad(name, "a number like 0.81") from None

    def time(self, name: str) -> datetime | None:
        """A day or a time, in UTC where it does not say; None where the field is empty."""
        try:
            found = datetime.fromisoformat(self[name]) if self[name] else None
        except ValueError:
            raise self.bad(name, "a date like 2026-11-23") from None
        return found if found is None or found.tzinfo else found.replace(tzinfo=UTC)

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
        said, called = self[name].split("|")[0], self[label].split("|")[0] if label else ""
        if orcid := ORCID.fullmatch(said):
            return Contributor(name=called, orcid=orcid[1])
        if login := LOGIN.fullmatch(said):
            return Contributor(login=login[1], name=called)
        return Contributor(name=called or said)


def written(file: File) -> list[str]:
    """The lines of a file as they stand, with their ends. Raises Invalid where it is not UTF-8."""
    try:
        return list(StringIO(file.content.decode("utf-8-sig"), newline=""))
    except UnicodeDecodeError as error:
        raise Invalid(f"{file.name} is not text in UTF-8 (byte {error.start:,}); save it as UTF-8.", "file") from None


def read(file: File, delimiter: str, table: list[str], first: int = 1) -> Iterator[Line]:
    """The rows of a table below its header, which is line `first` of the file. Raises Invalid where one has more or
    fewer fields than the header."""
    csv.field_size_limit(LONGEST_FIELD)
    reader = csv.DictReader(table, delimiter=delimiter, restkey="")
    try:
        for fields in reader:
            place = f"{file.name}, line {reader.line_num + first - 1}"
            if "" in fields or None in fields.values():
                raise Invalid(f"{place} does not have {len(reader.fieldnames or ())} fields; nothing was imported.")
            yield Line(place, fields)
    except csv.Error as error:
        raise Invalid(f"{file.name}, line {reader.line_num + first - 1}: {error}; nothing was imported.") from None
