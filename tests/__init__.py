"""What Keyway promises, tried. Folders mirror core, web and scripts."""

import core  # noqa: F401  (before anything here imports sqlite3: see core.store.library)
