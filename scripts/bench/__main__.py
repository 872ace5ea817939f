"""Measure Keyway on this machine: python -m scripts.bench [PART …] [--corpus DIR]

Each part prints a table and writes it to docs/bench. Nothing is judged: read the medians, and compare ratios.
"""

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path

from scripts.bench import browse, explore, exports, ingest, memory, ranking, server
from scripts.bench.table import Table, keep
from scripts.command import run

PARTS: dict[str, Callable[[Path | None], list[Table]]] = {
    "server": server.measure,
    "memory": memory.measure,
    "explore": explore.measure,
    "exports": exports.measure,
    "ranking": ranking.measure,
    "ingest": ingest.measure,
    "browse": browse.measure,
}


def main(arguments: Sequence[str]) -> None:
    """Run the parts that were named, or all."""
    parser = argparse.ArgumentParser(prog="python -m scripts.bench", description=__doc__)
    parser.add_argument("parts", nargs="*", choices=[*PARTS, []], help=f"which to run: {', '.join(PARTS)}; all without")
    parser.add_argument("--corpus", type=Path, help="a folder with a catalogue in the neutral form, for the real size")
    options = parser.parse_args(arguments)
    for name in options.parts or PARTS:
        keep(name, PARTS[name](options.corpus))


if __name__ == "__main__":
    run(main)
