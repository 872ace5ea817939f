"""The neutral form of a catalogue: JSON lines, one object a row, and side files beside them.

Pure parsing. A bad value is an `Invalid` that names the file, the row, the field, the value and what was expected;
unknown fields are ignored. Whether an id of a side file is known is for the caller to say.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol, TypeVar

from core.errors import Invalid
from core.ingest import text
from core.model import Aop, AopRole, KeyEvent, Level, Membership, Relationship, Source, Target
from core.sources import spec

T = TypeVar("T")
E = TypeVar("E", bound=StrEnum)

GENE = re.compile(r"[^\s;|]+")
NCBI_ID = re.compile(r"[1-9][0-9]{0,9}")
MOST_SHOWN = 80


@dataclass(frozen=True, slots=True)
class File:
    """A file as it was read: its name, for messages, and its bytes."""

    name: str
    content: bytes


class Watch(Protocol):
    """Hands on what it is given, and may show how far that is."""

    def __call__(self, rows: Sequence[T], what: str, /) -> Iterable[T]: ...


def unwatched(rows: Sequence[T], what: str, /) -> Iterable[T]:
    """The `Watch` that shows nothing."""
    return rows


@dataclass(frozen=True, slots=True)
class Row:
    """One object of a file. It knows where it stands, so that every complaint about it can be found."""

    place: str
    fields: dict[str, object]

    def bad(self, field: str, expected: str) -> Invalid:
        """What to raise for a value that is missing or not as it must be."""
        value = shown(self.fields[field]) if field in self.fields else "missing"
        return Invalid(
            f"{self.place}: {field} is {value}, expected {expected}; correct it and import again.", field=field
        )

    def text(self, field: str) -> str:
        """A text, empty where it is absent or null."""
        value = self.fields.get(field)
        if value is not None and not isinstance(value, str):
            raise self.bad(field, "a text")
        return value or ""

    def title(self, field: str) -> str:
        """One line of cleaned text, never empty."""
        value = text.line(self.text(field))
        if not value:
            raise self.bad(field, "a text with at least one letter")
        return value

    def texts(self, field: str) -> tuple[str, ...]:
        """A list of texts as they are, none where it is absent or null."""
        values = self.fields.get(field)
        if values is None:
            return ()
        if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
            raise self.bad(field, "a list of texts")
        return tuple(values)

    def number(self, field: str, kind: str) -> int:
        """The number of an id as AOP-Wiki writes it: 142 for `KE 142`, where `kind` is `KE`."""
        match = re.fullmatch(rf"{kind} ([1-9][0-9]{{0,8}})", self.text(field))
        if match is None:
            raise self.bad(field, f"an id like “{kind} 142”")
        return int(match[1])

    def choice(self, field: str, words: type[E]) -> E | None:
        """One of the words of an enumeration; None where it is absent, null or empty."""
        value = self.text(field)
        if value and value not in set(words):
            raise self.bad(field, f"one of {', '.join(words)}, or nothing")
        return words(value) if value else None


def targets(file: File, source: Source, watch: Watch = unwatched) -> list[Target]:
    """The targets of a file, without genes. `tags` count as synonyms."""
    return _distinct([(row, _target(row, source)) for row in _rows(file, watch)], lambda target: target.accession)


def key_events(file: File, watch: Watch = unwatched) -> list[KeyEvent]:
    """The Key Events of a file, without genes."""
    return _distinct([(row, _key_event(row)) for row in _rows(file, watch)], lambda key_event: key_event.label)


def gene_sets(file: File) -> dict[str, tuple[str, ...]]:
    """Gene symbols by the id of a target or Key Event, each once, sorted; the ids are not looked at."""
    return {id: _genes(Row(f"{file.name}, entry {id!r}", {"genes": genes})) for id, genes in _object(file).items()}


def ncbi_ids(file: File) -> dict[str, int]:
    """The ids of genes at NCBI by symbol, by name."""
    found = {}
    for symbol, id in sorted(_object(file).items()):
        row = Row(f"{file.name}, entry {symbol!r}", {"gene": symbol, "id": id})
        if not _is_symbol(symbol):
            raise row.bad("gene", "a symbol without spaces")
        if isinstance(id, bool) or not isinstance(id, int | str) or not NCBI_ID.fullmatch(str(id)):
            raise row.bad("id", "a number of NCBI Gene like 7157")
        found[symbol] = int(id)
    return found


def memberships(file: File) -> list[Membership]:
    """The places of Key Events in AOPs, each pair of the two once."""
    found = {}
    for label, entries in _object(file).items():
        place = f"{file.name}, entry {label!r}"
        key_event = Row(place, {"id": label}).number("id", "KE")
        if not isinstance(entries, list):
            raise Row(place, {"AOPs": entries}).bad("AOPs", "a list")
        for entry in entries:
            membership = _membership(_row(place, entry), key_event)
            found[key_event, membership.aop.id] = membership
    return list(found.values())


def relationships(file: File) -> list[Relationship]:
    """The arrows of AOPs, each once, in their order."""
    arrows = (
        Relationship(row.number("aop_id", "AOP"), row.number("upstream", "KE"), row.number("downstream", "KE"))
        for row in _rows(file, unwatched)
    )
    return list(dict.fromkeys(arrows))


def shown(value: object) -> str:
    """A value as a message quotes it: as JSON, cut where it is long."""
    quoted = json.dumps(value, ensure_ascii=False)
    return quoted if len(quoted) <= MOST_SHOWN else f"{quoted[:MOST_SHOWN]}…"


def _target(row: Row, source: Source) -> Target:
    about = spec(source)
    accession = row.text("id")
    if not (accession.isascii() and about.accession.fullmatch(accession)):
        raise row.bad("id", f"an id of {about.label} like {about.example}")
    title = row.title("title")
    synonyms = dict.fromkeys(text.line(synonym) for synonym in (*row.texts("synonyms"), *row.texts("tags")))
    return Target(
        source=source,
        accession=accession,
        title=title,
        description=text.paragraphs(row.text("description")),
        synonyms=tuple(synonym for synonym in synonyms if synonym not in ("", title)),
    )


def _key_event(row: Row) -> KeyEvent:
    return KeyEvent(
        id=row.number("id", "KE"),
        title=row.title("title"),
        description=text.paragraphs(row.text("description")),
        level=row.choice("level", Level),
    )


def _membership(row: Row, key_event: int) -> Membership:
    status = text.line(row.text("oecd_status")) or None
    aop = Aop(row.number("aop_id", "AOP"), row.title("aop_title"), status)
    return Membership(key_event, aop, row.choice("role", AopRole))


def _genes(row: Row) -> tuple[str, ...]:
    symbols = row.texts("genes")
    wrong = next((symbol for symbol in symbols if not _is_symbol(symbol)), None)
    if wrong is not None:
        raise Row(row.place, {"gene": wrong}).bad("gene", "a symbol without spaces")
    return tuple(sorted(set(symbols)))


def _is_symbol(text: str) -> bool:
    return bool(GENE.fullmatch(text)) and text.isprintable()


def _rows(file: File, watch: Watch) -> Iterator[Row]:
    lines = [(number, line) for number, line in enumerate(file.content.splitlines(), start=1) if line.strip()]
    if not lines:
        raise Invalid(f"{file.name} has no rows, and an empty catalogue is never imported: is it the right file?")
    for number, line in watch(lines, f"Reading {file.name}"):
        place = f"{file.name}, row {number}"
        yield _row(place, _json(place, line))


def _row(place: str, value: object) -> Row:
    if not isinstance(value, dict):
        raise Invalid(f"{place}: {shown(value)} is no JSON object in braces; correct it and import again.")
    return Row(place, value)


def _object(file: File) -> dict[str, object]:
    fields = _row(file.name, _json(file.name, file.content)).fields
    if not fields:
        raise Invalid(f"{file.name} has no entries, and an empty answer is never imported: is it the right file?")
    return fields


def _json(place: str, content: bytes) -> object:
    try:
        return json.loads(content.decode("utf-8-sig"), object_pairs_hook=_once)
    except (ValueError, RecursionError) as error:
        raise Invalid(f"{place}: not JSON in UTF-8 ({error}); correct it and import again.") from error


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        raise ValueError(f"{next(name for name in names if names.count(name) > 1)!r} stands there twice")
    return found


def _distinct(found: list[tuple[Row, T]], name: Callable[[T], str]) -> list[T]:
    first: dict[str, Row] = {}
    for row, thing in found:
        before = first.setdefault(name(thing), row)
        if before is not row:
            raise row.bad("id", f"an id of its own, not that of {before.place}")
    return [thing for _, thing in found]
