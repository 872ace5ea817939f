"""HTTP and HTML: one of the two doors of Keyway."""

import core  # noqa: F401  (before anything here imports sqlite3: see core.store.library)
