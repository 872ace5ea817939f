"""Answers of a SPARQL service in the W3C's JSON form, as rows that know where they stand."""

import json
import re
from collections.abc import Iterator, Sequence

from core.errors import Invalid
from core.ingest import unpack
from core.ingest.neutral import GENE, File, Row, Watch, shown, unwatched


def page(file: File) -> list[Row]:
    """The rows of one answer, each variable with its value as a text; none where nothing was found.

    Raises Invalid, naming the file, where it is not such an answer: a web page, cut off, another form.
    """
    content = unpack.unpacked(file)
    try:
        answer = json.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise Invalid(f"{file.name}: not JSON, or cut off ({error}); {unpack.AGAIN}.") from error
    results = answer.get("results") if isinstance(answer, dict) else None
    bindings = results.get("bindings") if isinstance(results, dict) else None
    if not isinstance(bindings, list):
        raise Invalid(f"{file.name}: {shown(answer)} is no answer with results and bindings; {unpack.AGAIN}.")
    return [_row(f"{file.name}, row {number}", binding) for number, binding in enumerate(bindings, start=1)]


def rows(files: Sequence[File], watch: Watch = unwatched) -> Iterator[Row]:
    """The rows of an answer that came in pages. Raises Invalid where there is none in any: that is never "nothing"."""
    found = [row for file in files for row in page(file)]
    name = files[0].name if files else "the answer"
    if not found:
        raise Invalid(f"{name} has no rows, and an empty answer is never imported; {unpack.AGAIN}.")
    yield from watch(found, f"Reading {name}")


def identified(row: Row, variable: str, form: re.Pattern[str], example: str) -> str:
    """What the first group of `form` finds in an IRI. Raises Invalid where the IRI is of another form."""
    match = form.fullmatch(row.text(variable).strip())
    if match is None:
        raise row.bad(variable, f"an address like {example}")
    return match[1]


def symbol(row: Row, variable: str, value: str) -> str:
    """A gene symbol. Raises Invalid for an HGNC number in its place: that would look like genes and match none."""
    if not GENE.fullmatch(value) or not value.isprintable() or value.isdigit() or value.upper().startswith("HGNC:"):
        raise row.bad(variable, "a gene symbol like TP53, not its number")
    return value


def _row(place: str, binding: object) -> Row:
    if not isinstance(binding, dict):
        raise Invalid(f"{place}: {shown(binding)} is no row; {unpack.AGAIN}.")
    fields: dict[str, object] = {}
    for variable, term in binding.items():
        if not isinstance(term, dict) or not isinstance(term.get("value"), str):
            raise Invalid(f"{place}: {variable} is {shown(term)}, expected a term with a value; {unpack.AGAIN}.")
        fields[variable] = term["value"]
    return Row(place, fields)
