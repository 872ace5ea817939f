"""What happens once, before anything forks: refuse what must not serve, and take up the run in force."""

import warnings

from core import checks, forked
from core import settings as environment
from core.encoder import WARMING
from core.errors import OperatorError
from core.model import Source
from core.settings import Settings
from core.store import connection, key_events, library, migrate, targets
from core.warm import Warm, load

PATIENCE_S = 30.0


def check(settings: Settings) -> None:
    """Raise OperatorError unless this server may start. The database is opened to look at it, and closed again."""
    environment.check_serving(settings)
    if library.has_wal_reset_bug(library.version):
        words = f"{library.describe()} can lose commits; install pysqlite3, or SQLite 3.51.3 or newer"
        if not checks.is_loopback(settings.base_url):
            raise OperatorError(words)
        warnings.warn(words, RuntimeWarning, stacklevel=2)
    with connection.reader(settings.database_path) as db:
        migrate.check(db, settings.database_path)


def warmed(settings: Settings) -> Warm:
    """The run in force for the catalogue as it is now. The database is closed again before anything forks."""
    with connection.reader(settings.database_path) as db, connection.snapshot(db):
        known = key_events.ids(db)
        accessions = {source: targets.accessions(db, source) for source in Source}
    return load(settings.vectors_dir, known, accessions)


def refuse_mute(warm: Warm, patience_s: float = PATIENCE_S) -> None:
    """Raise OperatorError where the encoder is mute in a process that was forked from this one, as the workers are."""
    if warm.run is None:
        return
    problem = forked.problem(lambda: warm.asked(WARMING), patience_s)
    if problem:
        raise OperatorError(
            f"the model {warm.run.model} of run {warm.run.name} cannot encode in a worker: {problem}. "
            "Choose another run (python -m scripts.precompute --use RUN), or compute one with MODEL=embedded"
        )
