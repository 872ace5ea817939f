"""How long the Gene Ontology takes at a size beyond its own: a generated OBO and GAF, parsed and propagated.

`python -m scripts.bench.ingest` prints what it found, and exits with 1 where a limit is passed.
"""

import argparse
import random
import resource
import sys
import time
from collections.abc import Iterator, Sequence
from itertools import islice

from core.ingest import go
from core.ingest.neutral import File

TERMS, ANNOTATIONS, SYMBOLS = 45_000, 600_000, 19_500
MOST_SECONDS, MOST_MIB = 60.0, 1024.0
SEED = 6915
# How many terms of 45,000 stand on each level: as deep, and as broad in the middle, as the Gene Ontology
LEVELS = (1, 20, 200, 800, 2_500, 6_000, 9_000, 10_000, 8_000, 5_000, 2_500, 979)


def main(arguments: Sequence[str]) -> None:
    """Generate, parse, propagate, and tell."""
    parser = argparse.ArgumentParser(prog="python -m scripts.bench.ingest", description=__doc__)
    parser.add_argument("--terms", type=int, default=TERMS)
    options = parser.parse_args(arguments)
    files = {
        "ontology": (File("generated.obo", obo(options.terms)),),
        "annotations": (File("generated.gaf", gaf(options.terms)),),
    }
    begun = time.monotonic()
    content = go.content(files)
    seconds = time.monotonic() - begun
    mib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    pairs = sum(map(len, content.genes.entries.values())) if content.genes else 0
    print(f"{len(content.rows):,} terms, {pairs:,} genes counted in: {seconds:.1f} s, peak {mib:.0f} MiB")
    if seconds > MOST_SECONDS or mib > MOST_MIB:
        sys.exit(f"more than {MOST_SECONDS:.0f} s or {MOST_MIB:.0f} MiB")


def obo(terms: int) -> bytes:
    """An ontology of so many terms, each under one or two that stand before it."""
    return "".join(_stanzas(terms, random.Random(SEED))).encode()


def gaf(terms: int) -> bytes:
    """Annotations of human genes with terms of such an ontology; some genes have many, most a few."""
    chance = random.Random(SEED + 1)
    symbols = [f"GENE{number}" for number in range(SYMBOLS)]
    rows = (
        f"UniProtKB\tP{number}\t{chance.choice(symbols)}\tinvolved_in\t{_id(chance.randrange(terms))}\tPMID:1\tIDA\t\tP"
        "\tA protein\tALIAS\tprotein\ttaxon:9606\t20260101\tUniProt\t\t\n"
        for number in range(ANNOTATIONS)
    )
    return ("!gaf-version: 2.2\n" + "".join(rows)).encode()


def _stanzas(terms: int, chance: random.Random) -> Iterator[str]:
    yield "format-version: 1.2\ndata-version: releases/2026-06-15\nontology: go\n"
    for number, above in enumerate(islice(_above(), terms)):
        yield (
            f"\n[Term]\nid: {_id(number)}\nname: process {number}\nnamespace: biological_process\n"
            f'def: "Any process that does what number {number} does, step by step." [GOC:mah, PMID:{number}]\n'
            f'synonym: "way {number}" EXACT []\nsynonym: "route {number}" RELATED []\n'
        )
        for parent in sorted({chance.choice(above) for _ in range(chance.choice((1, 1, 2, 2, 3)))} if above else ()):
            yield f"is_a: {_id(parent)} ! process {parent}\n"
        if number and chance.random() < 0.2:
            yield f"relationship: part_of {_id(chance.randrange(number))}\n"


def _above() -> Iterator[range]:
    """For each term the terms of the level above it."""
    above = range(0)
    for size in LEVELS:
        for _ in range(size):
            yield above
        above = range(above.stop, above.stop + size)


def _id(number: int) -> str:
    return f"GO:{number:07}"


if __name__ == "__main__":
    main(sys.argv[1:])
