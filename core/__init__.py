"""Keyway's rules, stores and journeys: everything below the doors (web/, scripts/)."""

import core.store.library  # noqa: F401  (it chooses what `import sqlite3` finds, so it comes before every module)
