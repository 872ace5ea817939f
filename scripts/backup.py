"""Make a verified copy of the database, remove those that may go, and print the copy's path; `scripts/backup_db.sh`
calls it."""

import argparse
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from core import backups, settings
from core.backups import Copy
from core.errors import OperatorError
from core.settings import Settings
from core.store import connection, migrate
from scripts.command import run

MIB = 1024 * 1024
DAY = timedelta(days=1)


def main(arguments: Sequence[str]) -> None:
    """Back up what the settings name. Raises OperatorError, with the older copies kept, where that fails."""
    parser = argparse.ArgumentParser(prog="scripts/backup_db.sh", description=__doc__)
    parser.add_argument("--if-missed", action="store_true", help="only where there was none for more than a day")
    if_missed: bool = parser.parse_args(arguments).if_missed
    in_force = settings.read()
    if not if_missed or missed(in_force, datetime.now(UTC)):
        print(back_up(in_force).path)


def missed(settings: Settings, now: datetime) -> bool:
    """Whether a daily backup was not made, as where the machine is off at night."""
    newest = backups.newest(settings.backups_dir)
    if newest is not None:
        return now - newest.at > DAY
    with connection.reader(settings.database_path) as db, connection.snapshot(db):
        return now - migrate.made_at(db) > DAY


def back_up(settings: Settings) -> Copy:
    """One verified copy; only then is pruned. What was done is told on stderr."""
    begun = time.monotonic()
    now = datetime.now(UTC)
    copy, held = backups.make(settings.database_path, settings.backups_dir, now)
    gone = backups.prune(settings.backups_dir, now, settings.backup_keep, settings.backup_days)
    words = f"{held.decisions:,} decisions, {copy.size / MIB:.1f} MiB, verified in {time.monotonic() - begun:.1f} s"
    say(f"{copy.path.name}: {words}; {len(gone)} older removed")
    return copy


def before_migrating(database: Path, folder: Path) -> Copy | None:
    """A verified copy of a database that is about to be brought to a newer schema; None where nothing is pending.

    Raises OperatorError where it cannot be made: an update without a way back is not begun.
    """
    if not database.is_file() or database.stat().st_size == 0:
        return None
    with connection.reader(database) as db:
        found = migrate.version(db)
    if not 0 < found < migrate.known()[-1].number:
        return None
    try:
        copy, _ = backups.make(database, folder, datetime.now(UTC))
    except OperatorError as error:
        raise OperatorError(f"{database} is at schema {found} and was not updated: {error}") from error
    say(f"{copy.path.name}: copy of schema {found}, made before the update")
    return copy


def say(words: str) -> None:
    """Tell the operator; stdout is for the path alone."""
    print(words, file=sys.stderr, flush=True)


if __name__ == "__main__":
    run(main)
