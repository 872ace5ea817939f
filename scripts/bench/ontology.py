"""An ontology of the Gene Ontology's size and shape, made from a seed: as deep, as broad, as many terms above each."""

import random
from collections.abc import Iterator, Mapping
from itertools import accumulate, pairwise
from types import MappingProxyType

SEED = 6915
# How many of 45,000 terms stand on each level
LEVELS = (1, 20, 200, 800, 2_500, 6_000, 9_000, 10_000, 8_000, 5_000, 2_500, 979)
AROUND = 3  # parents stand near each other, so that ways up meet again: about 25 terms are above one
SYMBOLS = 19_500

Parents = dict[str, tuple[str, ...]]


def parents(terms: int) -> Parents:
    """So many terms, each under one to three of the level above it."""
    chance = random.Random(SEED)
    share = terms / sum(LEVELS)
    ends = [round(end * share) for end in accumulate(LEVELS)]
    levels = [range(begin, end) for begin, end in pairwise([0, *(max(end, 1) for end in ends)]) if begin < end]
    found: Parents = {_id(number): () for number in levels[0]}
    for above, level in pairwise(levels):
        for place, number in enumerate(level):
            middle = place * len(above) // len(level)
            near = range(max(middle - AROUND, 0), min(middle + AROUND + 1, len(above)))
            chosen = {above[chance.choice(near)] for _ in range(chance.choice((1, 1, 2, 2, 3)))}
            found[_id(number)] = tuple(map(_id, sorted(chosen)))
    return found


def annotations(terms: int, rows: int) -> Iterator[tuple[str, str]]:
    """So many symbols with a term each; some symbols have many terms, most a few."""
    chance = random.Random(SEED + 1)
    for _ in range(rows):
        yield f"GENE{int(SYMBOLS * chance.random() ** 2)}", _id(chance.randrange(terms))


def obo(parents: Parents) -> bytes:
    """The ontology as OBO 1.4."""
    head = "format-version: 1.2\ndata-version: releases/2026-06-15\nontology: go\n"
    return (head + "".join(_stanza(id, above) for id, above in parents.items())).encode()


def gaf(terms: int, rows: int, names: Mapping[str, str] = MappingProxyType({})) -> bytes:
    """The annotations as GAF 2.2; `names` are other ones for some symbols."""
    lines = (
        f"UniProtKB\tP{number}\t{names.get(symbol, symbol)}\tinvolved_in\t{id}\tPMID:1\tIDA\t\tP"
        "\tA protein\tALIAS\tprotein\ttaxon:9606\t20260101\tUniProt\t\t\n"
        for number, (symbol, id) in enumerate(annotations(terms, rows))
    )
    return ("!gaf-version: 2.2\n" + "".join(lines)).encode()


def _stanza(id: str, above: tuple[str, ...]) -> str:
    """A term; the last of several above it is a whole, the others kinds."""
    number = int(id.removeprefix("GO:"))
    kinds, wholes = (above[:-1], above[-1:]) if len(above) > 1 else (above, ())
    return (
        f"\n[Term]\nid: {id}\nname: process {number} of {_words(number)}\nnamespace: biological_process\n"
        f'def: "Any process that does what number {number} does, in {_words(number + 7)}, step by step; it modulates'
        f' the frequency, rate or extent of {_words(number + 13)}." [GOC:mah, PMID:{number}]\n'
        f'synonym: "way {number}" EXACT []\nsynonym: "route {number} through {_words(number + 3)}" RELATED []\n'
        + "".join(f"is_a: {parent} ! process\n" for parent in kinds)
        + "".join(f"relationship: part_of {parent} ! process\n" for parent in wholes)
    )


def _words(number: int) -> str:
    """Two words out of some thousands, always the same for a number."""
    return f"cell{number * 31 % 1_009} signal{number * 17 % 2_003}"


def _id(number: int) -> str:
    return f"GO:{number:07}"
