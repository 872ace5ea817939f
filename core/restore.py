"""Bringing a copy back: in earnest, and for practice."""

import os
from contextlib import ExitStack
from datetime import datetime, timedelta
from pathlib import Path

from core import backups
from core.backups import Copy, Drill
from core.drafts import drafts, only_one, settle
from core.errors import OperatorError, Unavailable
from core.store import codes, connection, copies, migrate, releases, sessions, tokens
from core.store.copies import Contents

SIDE_FILES = ("", "-wal", "-shm")


def restore(copy: Path, database: Path, folder: Path, now: datetime) -> tuple[Contents, Path | None]:
    """Put what `copy` holds in the place of `database`. Returns what it holds, and where the old files were put aside.

    Nobody stays signed in and no access code opens any more: the copy knows nothing of what was ended after it.
    Raises OperatorError, with the old database left as it was, where the copy is not sound or Keyway is running.
    """
    if database.exists() and copy.samefile(database):
        raise OperatorError(f"{copy} is the database in force; scripts/restore_db.sh --list shows its copies")
    database.parent.mkdir(parents=True, exist_ok=True)
    draft = database.with_name(f".{database.name}.restoring")
    with only_one(folder, backups.WORK), ExitStack() as held:
        if database.exists():
            held.enter_context(copies.alone(database))
        try:
            restored = _ready(copy, draft, now)
            aside = _put_aside(database, now)
            os.replace(draft, database)
            settle(database.parent)
            _own(database)
        finally:
            _remove(draft)
    return restored, aside


def drill(copy: Copy, database: Path, folder: Path, now: datetime) -> Drill:
    """Restore a copy for practice, and compare its decisions with those in force. What came of it is kept."""
    with only_one(folder, backups.WORK), drafts(folder) as place:
        try:
            held = _ready(copy.path, place / "drill.db", now)
            problem = _difference(place / "drill.db", held, database)
            done = Drill(copy.path.name, now, held.decisions, problem)
        except (OperatorError, Unavailable, OSError) as error:
            done = Drill(copy.path.name, now, 0, str(error))
        backups.remember(folder, done)
    return done


def _ready(copy: Path, draft: Path, now: datetime) -> Contents:
    """Unpack a copy to `draft`, look at it, bring it to this version's schema and end what must not live again."""
    _remove(draft)
    backups.unpack(copy, draft)
    held = copies.inspect(draft)
    migrate.migrate(draft, now)
    with connection.writer(draft) as db, connection.transaction(db):
        sessions.end_everybodys(db)
        codes.revoke_all(db, now)
        tokens.revoke_everybodys(db, now)
        releases.give_up(db)  # one that was being made may have been published since: its folder is not to be cleared
    return held


def _difference(drilled: Path, held: Contents, database: Path) -> str:
    """How the acts in a copy differ from the same acts in the database in force; empty where they do not."""
    with connection.reader(database) as db:
        now = copies.contents(db, database)
        same = copies.digest(db, held.newest) == copies.digest_of(drilled, held.newest)
    if now.uuid != held.uuid:
        return f"the copy is of another database ({held.uuid}) than {database} ({now.uuid})"
    return "" if same else f"the decisions up to {held.newest} differ between the copy and {database}"


def _put_aside(database: Path, now: datetime) -> Path | None:
    """Move the old files into a folder of their own. A -wal that stayed would be played into the restored database."""
    old = [path for end in SIDE_FILES if (path := database.with_name(database.name + end)).exists()]
    if not old:
        return None
    while (aside := database.with_name(f"replaced_{now.strftime(backups.FORM)}")).exists():
        now += timedelta(seconds=1)
    aside.mkdir()
    for path in reversed(old):  # the database last: until then it is where it was, whatever happens
        os.replace(path, aside / path.name)
    return aside


def _own(database: Path) -> None:
    """A file that root made would lock the app's user out."""
    if os.geteuid() == 0:
        owner = database.parent.stat()
        os.chown(database, owner.st_uid, owner.st_gid)


def _remove(draft: Path) -> None:
    for end in SIDE_FILES:
        draft.with_name(draft.name + end).unlink(missing_ok=True)
