"""Bring a backup back, or practise it; `scripts/restore_db.sh` calls it."""

import argparse
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from core import backups, restore, settings
from core.backups import Copy
from core.errors import OperatorError
from core.settings import Settings
from scripts.command import run

MIB = 1024 * 1024


def main(arguments: Sequence[str]) -> None:
    """List, practise or restore. Raises OperatorError where that fails; the database is then as it was."""
    parser = argparse.ArgumentParser(prog="scripts/restore_db.sh", description=__doc__)
    parser.add_argument(
        "copy", nargs="?", type=Path, help="which copy, or a database that was put aside; else the newest"
    )
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--list", action="store_true", help="show which copies there are, and do nothing")
    what.add_argument("--drill", action="store_true", help="restore into a scratch folder, compare, and change nothing")
    options = parser.parse_args(arguments)
    in_force = settings.read()
    if options.list:
        show(in_force)
    elif options.drill:
        practise(in_force, chosen(in_force, options.copy))
    else:
        bring_back(in_force, chosen(in_force, options.copy))


def chosen(settings: Settings, named: Path | None) -> Copy:
    """The copy that was named, or the newest."""
    if named is not None:
        if not named.is_file():
            raise OperatorError(f"there is no copy {named}; scripts/restore_db.sh --list shows those there are")
        return Copy(named, datetime.fromtimestamp(named.stat().st_mtime, UTC), named.stat().st_size)
    newest = backups.newest(settings.backups_dir)
    if newest is None:
        raise OperatorError(f"there is no verified copy in {settings.backups_dir}; name one: restore_db.sh FILE")
    return newest


def show(settings: Settings) -> None:
    """One line a copy, newest first."""
    for copy in backups.listed(settings.backups_dir):
        print(f"{copy.path}  {copy.at:%Y-%m-%d %H:%M} UTC  {copy.size / MIB:.1f} MiB")


def practise(settings: Settings, copy: Copy) -> None:
    """The drill. Raises OperatorError where the copy would not have done."""
    done = restore.drill(copy, settings.database_path, settings.backups_dir, datetime.now(UTC))
    if done.problem:
        raise OperatorError(f"the drill with {done.copy} failed: {done.problem}")
    print(f"{done.copy} restores: {done.decisions:,} decisions, the same as in {settings.database_path}")


def bring_back(settings: Settings, copy: Copy) -> None:
    """The restore, and what the operator should know after it."""
    held, aside = restore.restore(copy.path, settings.database_path, settings.backups_dir, datetime.now(UTC))
    print(f"Restored {held.decisions:,} decisions from {copy.path} to {settings.database_path}.")
    if aside is not None:
        print(f"What was there before is in {aside}; remove it when you no longer need it. To go back to it:")
        print(f"scripts/restore_db.sh {aside / settings.database_path.name}")
    print("Everybody is signed out, and access codes no longer open. Roles are those of the copy: look at them with")
    print("python -m scripts.people list. If the catalogue was newer than the copy, import it again.")


if __name__ == "__main__":
    run(main)
