"""Which SQLite Keyway runs on. This module chooses it, puts it where `import sqlite3` finds it, and says which.

SQLite 3.7.0 to 3.51.2 can lose commits when a WAL is reset while another process reads it (fixed in 3.51.3, and in
3.44.6 and 3.50.7 of their lines). The standard library is linked against the system's, which on Debian 12 and 13 is
one of those; `pysqlite3` brings its own. The packages `core`, `web`, `scripts` and `tests` import this module before
any of their own, so whoever says `import sqlite3` in them, aiosqlite too, gets the one in force.
"""

import importlib
import sqlite3 as standard
import sys
from types import ModuleType

FIXED = (3, 51, 3)
FIXED_IN_LINE = {(3, 44): (3, 44, 6), (3, 50): (3, 50, 7)}


def has_wal_reset_bug(version: tuple[int, int, int]) -> bool:
    """Whether this version of SQLite has the WAL-reset bug (3.7.0 was the first with a WAL)."""
    line = FIXED_IN_LINE.get(version[:2])
    return (3, 7, 0) <= version < FIXED and not (line is not None and version >= line)


def choose() -> ModuleType:
    """The SQLite module in force: the standard one where it is sound, else `pysqlite3` where that is installed."""
    if not has_wal_reset_bug(standard.sqlite_version_info):
        return standard
    try:
        bundled = importlib.import_module("pysqlite3")
    except ModuleNotFoundError:
        return standard
    sys.modules["sqlite3"] = bundled
    sys.modules["sqlite3.dbapi2"] = importlib.import_module("pysqlite3.dbapi2")
    return bundled


module = choose()
version: tuple[int, int, int] = module.sqlite_version_info


def describe() -> str:
    """`SQLite 3.53.4 (pysqlite3)`: for start-up messages and the admin page."""
    return f"SQLite {module.sqlite_version} ({module.__name__.split('.')[0]})"
