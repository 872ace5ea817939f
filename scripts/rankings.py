"""Print what a run suggests: `python -m scripts.rankings --db DB --vectors DIR --source S --top 50`.

On standard output, as JSON: {"KE 12": ["WP1", …]}, best first, for every Key Event of the catalogue.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from core import warm
from core.errors import OperatorError
from core.model import Source
from core.store import connection, key_events, migrate, targets
from scripts.command import run


def main(arguments: Sequence[str]) -> None:
    """Rank with the run in force, as the server does when it starts."""
    options = _options(arguments)
    with connection.reader(options.db) as db:
        migrate.check(db, options.db)
        ids = key_events.ids(db)
        accessions = targets.accessions(db, options.source)
    found = warm.load(options.vectors, ids, {options.source: accessions})
    if found.problems:
        raise OperatorError("\n".join(found.problems))
    ranked = {f"KE {id}": [each.target.accession for each in found.suggestions(id)[: options.top]] for id in ids}
    json.dump(ranked, sys.stdout)
    print()


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m scripts.rankings", description=__doc__)
    parser.add_argument("--db", type=Path, required=True, help="the database with the catalogue")
    parser.add_argument("--vectors", type=Path, required=True, help="the folder of the runs: vectors in DATA_DIR")
    parser.add_argument("--source", type=Source, choices=list(Source), required=True)
    parser.add_argument("--top", type=int, default=50, help="how many targets a Key Event (at most 200)")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    run(main)
