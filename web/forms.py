"""What people send, read strictly: small, plain fields, each refused by name where it is not what was asked for."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import Enum
from typing import TypeVar
from urllib.parse import parse_qsl

from starlette.requests import Request

from core.errors import Invalid, TooLarge
from core.ingest.text import STEERS
from web.door import LARGEST_BODY

E = TypeVar("E", bound=Enum)
MOST_FIELDS = 40
MOST_TEXT = 200  # characters of a short text: a name, an id, what is looked for
MOST_KEY = 200  # of the key under which a form is taken once
SHOWN = 80
LARGEST_INTEGER = 2**53
DAY = re.compile(r"(19|20|21)\d\d-\d\d-\d\d", re.ASCII)


@dataclass(frozen=True, slots=True)
class Form:
    """The fields of a form or a query. Reading one that is missing, repeated or wrong raises Invalid naming it."""

    fields: dict[str, tuple[str, ...]]

    def __contains__(self, name: str) -> bool:
        return name in self.fields

    def all(self, name: str) -> tuple[str, ...]:
        """Every value of a field that may be sent several times."""
        return self.fields.get(name, ())

    def text(self, name: str, *, max: int, default: str | None = None) -> str:
        """One field, trimmed, with line ends as `\\n`. `default` None: it must be there, and not empty."""
        values = self.all(name)
        if len(values) > 1:
            raise Invalid(f"{name} was sent {len(values)} times; send it once.", name)
        sent = values[0].replace("\r\n", "\n") if values else ""
        value = sent.strip()
        if not value:
            if default is None:
                raise Invalid(f"{name} is missing.", name)
            return default
        if len(value) > max:
            raise Invalid(f"{name} has {len(value):,} characters; at most {max:,} are taken.", name)
        if found := STEERS.search(sent):
            raise Invalid(f"{name} has a control character, U+{ord(found[0]):04X}; send plain text.", name)
        return value

    def integer(self, name: str, *, default: int | None = None, least: int = 0, most: int = LARGEST_INTEGER) -> int:
        """A whole number from `least` to `most`."""
        value = self.text(name, max=SHOWN, default="" if default is not None else None)
        if not value and default is not None:
            return default
        if not value.isascii() or not value.isdigit() or not least <= int(value) <= most:
            raise Invalid(f"{name} is {value!r}, expected a whole number from {least} to {most}.", name)
        return int(value)

    def numbered(self, name: str, example: str) -> int | None:
        """The number of what is called like `example` (`KE 149`), with or without its letters; None where the field is
        missing or empty."""
        value = self.text(name, max=SHOWN, default="")
        letters, number = example.split()
        match = re.fullmatch(rf"(?:{letters})?\s*([1-9]\d{{0,8}})", value, re.IGNORECASE | re.ASCII)
        if value and match is None:
            raise Invalid(f"{name} is {value!r}, expected a number, like {example}.", name)
        return int(match[1]) if match else None

    def day(self, name: str) -> date | None:
        """A day of our centuries, as browsers send it; None where the field is missing or empty."""
        value = self.text(name, max=SHOWN, default="")
        if not value:
            return None
        if not DAY.fullmatch(value):
            raise Invalid(f"{name} is {value!r}, expected a day, like 2026-11-23.", name)
        try:
            return date.fromisoformat(value)
        except ValueError:
            raise Invalid(f"{name} is {value!r}, which no calendar has.", name) from None

    def end_of(self, name: str) -> datetime:
        """The end of a day, that day included. The field must be there."""
        day = self.day(name)
        if day is None:
            raise Invalid(f"{name} is missing.", name)
        return datetime.combine(day + timedelta(days=1), time(), UTC)

    def choice(self, name: str, kind: Iterable[E]) -> E:
        """One of the values of an enumeration, or of some of them."""
        value = self.text(name, max=SHOWN)
        for member in kind:
            if str(member.value) == value:
                return member
        raise Invalid(f"{name} is {value!r}, expected one of: {', '.join(str(m.value) for m in kind)}.", name)

    def choice_or_none(self, name: str, kind: Iterable[E]) -> E | None:
        """As `choice`; None where the field is missing or empty."""
        return self.choice(name, kind) if self.text(name, max=SHOWN, default="") else None


async def form(request: Request, limit: int = LARGEST_BODY, fields: int = MOST_FIELDS) -> Form:
    """The form in the body. Raises TooLarge as soon as `limit` bytes are exceeded, and Invalid for files."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in ("", "application/x-www-form-urlencoded"):
        raise Invalid(f"The body is {kind}, expected a form without files.", "content-type")
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > limit:
            raise TooLarge(f"More than {limit:,} bytes were sent; at most that many are taken.")
    return parse(bytes(body), fields)


def query(request: Request, fields: int = MOST_FIELDS) -> Form:
    """The fields in the address, `fields` at the most."""
    return parse(request.scope["query_string"], fields)


def parse(encoded: bytes, most: int) -> Form:
    """The fields of an urlencoded text. Raises Invalid where there are more than `most`, or they are not UTF-8."""
    try:
        pairs = parse_qsl(encoded.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=most)
    except UnicodeDecodeError:
        raise Invalid("A field is not text in UTF-8.") from None
    except ValueError:
        raise Invalid(f"More than {most} fields were sent.") from None
    fields: dict[str, tuple[str, ...]] = {}
    for name, value in pairs:
        fields[name] = (*fields.get(name, ()), value)
    return Form(fields)
