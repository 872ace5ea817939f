"""Make the database, or bring it to the newest schema: `python -m scripts.migrate [--db DB] [--rebuild]`."""

import argparse
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from core import appending, settings
from core.store import connection, migrate
from scripts import backup
from scripts.command import run


def main(arguments: Sequence[str]) -> None:
    """Apply the pending steps, after a verified backup, and say which; with `--rebuild`, also derive the mappings from
    the decisions again."""
    parser = argparse.ArgumentParser(prog="python -m scripts.migrate", description=__doc__)
    parser.add_argument("--db", type=Path, help="the database file, made where there is none (DATABASE_PATH)")
    parser.add_argument("--rebuild", action="store_true", help="make mappings and progress again from the decisions")
    parser.add_argument("--backups", type=Path, help="where the copy made first goes; default: beside the database")
    options = parser.parse_args(arguments)
    options.db = options.db or settings.read().database_path
    backup.before_migrating(options.db, options.backups or options.db.parent / "backups")
    for step in migrate.migrate(options.db, datetime.now(UTC)):
        print(f"{options.db}: applied {step.name}")
    if options.rebuild:
        rebuild(options.db)
    print(f"{options.db}: at schema {migrate.known()[-1].number}")


def rebuild(path: Path) -> None:
    """Derive the mappings and the progress of every Key Event from the decisions alone, in one transaction."""
    with connection.writer(path) as db, connection.transaction(db):
        pairs = appending.rebuild(db)
    print(f"{path}: mappings and progress made again from the decisions on {pairs:,} pairs")


if __name__ == "__main__":
    run(main)
