"""Gene sets of mapped Key Events, as GSEApy and R read them: one set a line, no comment lines."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby

from core.export import chunks
from core.export.published import GeneSet

Ids = Mapping[str, int] | None
NOT_PLAIN = re.compile(r"[^A-Za-z0-9]+")


def slug(title: str) -> str:
    """A title without signs that a reader could part it at: runs of them become `_`."""
    return NOT_PLAIN.sub("_", title).strip("_")


def pairs(sets: Iterable[GeneSet], ids: Ids = None) -> Iterator[bytes]:
    """One set a mapped pair: `KE149_Increase_Inflammation_WP254`, the target's title, its genes.

    `ids` are those of genes at NCBI by symbol: they stand in the place of symbols, by number, each once; a gene without
    one is left out, and so is a set without any.
    """
    return chunks.of(
        _line(f"{_name(each)}_{each.target.accession}", each.title, genes)
        for each in sets
        if (genes := _named(each.symbols, ids))
    )


def key_events(sets: Iterable[GeneSet], ids: Ids = None) -> Iterator[bytes]:
    """One set a Key Event: `KE149_Increase_Inflammation`, its title, the union of the genes of its targets by name.

    `sets` come with those of one Key Event side by side; `ids` as above.
    """
    return chunks.of(_united(sets, ids))


def _united(sets: Iterable[GeneSet], ids: Ids) -> Iterator[str]:
    for _, group in groupby(sets, key=lambda each: each.key_event):
        of_key_event = list(group)
        symbols = {symbol for each in of_key_event for symbol in each.symbols}
        if genes := _named(sorted(symbols), ids):
            yield _line(_name(of_key_event[0]), of_key_event[0].key_event_title, genes)


def _named(symbols: Sequence[str], ids: Ids) -> Sequence[str]:
    if ids is None:
        return symbols
    return [str(id) for id in sorted({ids[symbol] for symbol in symbols if symbol in ids})]


def _name(each: GeneSet) -> str:
    return f"KE{each.key_event}_{slug(each.key_event_title)}"


def _line(name: str, description: str, genes: Iterable[str]) -> str:
    """Titles keep to one field: runs of white space, tabs and line ends too, become one space."""
    return "\t".join((name, " ".join(description.split()), *genes)) + "\n"
