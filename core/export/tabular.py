"""Mappings as tables and records: CSV, TSV, JSON, JSON Lines. Values in, chunks of a file out."""

import csv
import json
import re
from collections.abc import Iterable, Iterator

from core.export import chunks
from core.export.chunks import Handed
from core.export.fields import columns, item
from core.export.published import Published
from core.model import Source

RISKY = frozenset("'=+-@\t\r")
FORMULA = re.compile(r"'*[=+\-@\t\r]")
ESCAPED = re.compile(r"'+[=+\-@\t\r]")
ENCODER = json.JSONEncoder(ensure_ascii=False)


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
    return chunks.of(f"{ENCODER.encode(item(mapping))}\n" for mapping in mappings)


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
        yield f"{separator}{ENCODER.encode(item(mapping))}"
        separator = ",\n"
    yield "\n]}\n"
