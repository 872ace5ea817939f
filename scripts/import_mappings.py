"""Bring in mappings that were made elsewhere, from SSSOM or the CSV of the published contract.

Whole or not at all; a second import of the same file changes nothing. Who made and approved a mapping, and when, is
kept as the file says it.
"""

import argparse
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from core import bring, settings
from core.bring import Report
from core.errors import OperatorError
from core.ingest import mappings
from core.ingest.mappings import Bundle
from core.ingest.neutral import File
from core.model import State
from core.store import connection, curators, migrate
from scripts.command import run

STATES = (State.PROPOSED, State.APPROVED)


def main(arguments: Sequence[str]) -> None:
    """Read the file, write all of it in one transaction, and say what came of it."""
    options = _options(arguments)
    bundle = _read(options)
    path = options.db or settings.read().database_path
    with connection.writer(path) as db:
        migrate.check(db, path)
        with connection.transaction(db):
            by = curators.find(db, options.by).id
            state, now = State(options.state), datetime.now(UTC)
            report = bring.bring(db, bundle, state, by, now, skip_unknown=options.skip_unknown)
    print(told(report))


def told(report: Report) -> str:
    """The report as a person reads it."""
    parts = (
        ("left as they are, decided on here", report.decided),
        ("skipped: the catalogue does not have them", report.unknown),
        ("with another tier than the file says, by the same answers", report.differing),
        ("left out: they state no mapping", report.left_out),
    )
    lines = [f"{report.imported:,} imported", f"{report.there:,} were there already"]
    for words, named in parts:
        lines += [f"{len(named):,} {words}", *(f"  {each}" for each in named)] if named else []
    return "\n".join(lines)


def _read(options: argparse.Namespace) -> Bundle:
    path: Path = options.sssom or options.csv
    try:
        file = File(path.name, path.read_bytes())
    except OSError as error:
        raise OperatorError(f"cannot read {path}: {error.strerror}; name another file") from error
    return mappings.from_sssom(file) if options.sssom else mappings.from_csv(file)


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m scripts.import_mappings", description=__doc__)
    parser.add_argument("--db", type=Path, help="the database file (DATABASE_PATH)")
    form = parser.add_mutually_exclusive_group(required=True)
    form.add_argument("--sssom", type=Path, metavar="FILE", help="mappings as SSSOM/TSV")
    form.add_argument("--csv", type=Path, metavar="FILE", help="mappings as CSV, with the columns of docs/api.md")
    parser.add_argument("--as", dest="state", choices=[*map(str, STATES)], required=True, help="what they become here")
    parser.add_argument("--by", required=True, metavar="NAME", help="who answers for it: login or number of a person")
    parser.add_argument("--skip-unknown", action="store_true", help="import the rest where the catalogue lacks some")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    run(main)
