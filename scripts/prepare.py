"""Bring the data folder to what a server needs, and do only what is missing: database, embedded catalogue, vectors."""

import argparse
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from core import backups, catalogue, planning, runs, settings
from core.errors import OperatorError
from core.ingest.files import AopWikiFiles, SourceFiles
from core.ingest.neutral import File
from core.model import Snapshot, Source
from core.recipe import RECIPE, as_data
from core.settings import Settings
from core.sources import AOP_WIKI, AOP_WIKI_LABEL, spec
from core.store import computed, connection, copies, migrate, snapshots
from core.texts import text_hash
from scripts import backup
from scripts.command import run

EMBEDDED = Path(catalogue.__file__).with_name("data")
RELEASE = "embedded"  # what a snapshot of the embedded catalogue is called; any other name is the operator's own import
NAME_WIDTH = 12
CHECK_FAILED = 1  # the exit code of scripts.precompute where its vectors are not good enough to be used


def main(arguments: Sequence[str]) -> None:
    """Prepare what the settings name, and say what was done."""
    parser = argparse.ArgumentParser(prog="python -m scripts.prepare", description=__doc__)
    parser.add_argument(
        "--to-serve",
        action="store_true",
        help="refuse settings that must not serve; leave vectors of an older catalogue, which take long, to precompute",
    )
    to_serve: bool = parser.parse_args(arguments).to_serve
    in_force = settings.read()
    if to_serve:
        settings.check_serving(in_force)
    prepare(in_force, all_vectors=not to_serve)


def prepare(settings: Settings, *, all_vectors: bool = True) -> None:
    """Make the database, or update it after a backup; import the embedded catalogue where there is none; build vectors:
    `all_vectors` says whether those of an older catalogue are computed anew, or only where there are none.

    Raises OperatorError with what to do where that cannot be. What was done before stays done.
    """
    path = settings.database_path
    with told(f"the folder {path.parent}"):
        refuse_loss(settings)
        backup.before_migrating(path, settings.backups_dir)
        done = "brought to" if path.exists() else "made at"
        applied = migrate.migrate(path, datetime.now(UTC))
    say("database", f"{path}, {done if applied else 'at'} schema {migrate.known()[-1].number}")
    import_embedded(path)
    if all_vectors or not runs.names(settings.vectors_dir):
        build_vectors(settings)
    elif why := why_compute(settings):
        say("vectors", f"{why}; compute them and restart: python -m scripts.precompute")


def refuse_loss(settings: Settings) -> None:
    """Raise OperatorError where what lies beside the database tells that it should hold more than it does."""
    path, way_out = settings.database_path, "restore one: scripts/restore_db.sh; to begin anew, move all of it away"
    if not path.exists():
        if backups.listed(settings.backups_dir):
            raise OperatorError(f"{path} is missing, and {settings.backups_dir} holds backups of it: {way_out}")
    elif path.stat().st_size:
        copies.refuse_damaged(path)
    elif backups.listed(settings.backups_dir) or runs.names(settings.vectors_dir):
        raise OperatorError(f"{path} is empty, and was not always: {way_out}")


def say(what: str, words: str) -> None:
    """One line of the report."""
    print(f"  {what:<{NAME_WIDTH}}{words}", flush=True)


@contextmanager
def told(what: str) -> Iterator[None]:
    """Turn a full disk, or a folder that cannot be written, into a word for the operator."""
    try:
        yield
    except OSError as error:
        raise OperatorError(
            f"cannot use {what}: {error.strerror or error}{f' ({error.filename})' if error.filename else ''}; "
            "make room there, mend its permissions, or set DATA_DIR to another folder"
        ) from error


def import_embedded(path: Path) -> None:
    """Import the embedded catalogue for each source that has none, or that has an older embedded one."""
    with connection.reader(path) as db:
        standing = snapshots.in_force(db)
    wanted = [files for of, files in embedded() if _is_due(standing.get(of), files)]
    for files in wanted:
        begun = time.monotonic()
        with connection.reader(path) as db, connection.snapshot(db):
            plan = planning.plan(db, files, accept_shrink=True)
        with connection.writer(path) as db:
            (report,) = catalogue.write(db, [(plan, RELEASE)], now=datetime.now(UTC))
        say("catalogue", f"{_named(report.snapshot)}, imported in {time.monotonic() - begun:.1f} s")
    if not wanted:
        say("catalogue", ", ".join(_named(snapshot) for snapshot in standing.values()))


def _named(snapshot: Snapshot) -> str:
    label = AOP_WIKI_LABEL if snapshot.of == AOP_WIKI else spec(Source(snapshot.of)).label
    return f"{snapshot.total:,} of {label} ({snapshot.release})"


def embedded() -> list[tuple[str, AopWikiFiles | SourceFiles]]:
    """The embedded catalogue's files, with what each group is of; Key Events first."""

    def file(name: str) -> File:
        return File(name, (EMBEDDED / name).read_bytes())

    key_events = AopWikiFiles(
        file("key_events.jsonl"), file("aops.json"), file("aop_relationships.jsonl"), file("key_event_genes.json")
    )
    of_sources = [
        (source, SourceFiles(source, file(f"{source}.jsonl"), file(f"{source}_genes.json"))) for source in Source
    ]
    return [(AOP_WIKI, key_events), *of_sources]


def build_vectors(settings: Settings) -> None:
    """Compute the vectors, in a process of their own, where there are none or the catalogue has changed since."""
    begun = time.monotonic()
    why = why_compute(settings)
    if why is None:
        say("vectors", f"{runs.current(settings.vectors_dir).name} in force")
        return
    say("vectors", f"{why}; computing them …")
    database, folder = str(settings.database_path), str(settings.vectors_dir)
    command = [sys.executable, "-m", "scripts.precompute", "--db", database, "--out", folder]
    code = subprocess.run(command, check=False, stdout=subprocess.DEVNULL).returncode
    if code == CHECK_FAILED:
        say("vectors", "did not pass the check that is told above; those in force, if any, stay")
    elif code != 0:
        raise OperatorError("the vectors could not be computed; what scripts.precompute said is above")
    else:
        say("vectors", f"computed in {time.monotonic() - begun:.0f} s")


def why_compute(settings: Settings) -> str | None:
    """Why vectors are to be computed; None where those in force are of this catalogue, by the model that is set."""
    try:
        run = runs.read(runs.current(settings.vectors_dir))
    except OperatorError:
        return "there are none yet"
    with connection.reader(settings.database_path) as db, connection.snapshot(db):
        found = text_hash(computed.catalogue(db))
    if run.text_hash != found:
        return f"the catalogue has changed since {run.name}"
    if run.model != settings.model:
        return f"MODEL is {settings.model}, {run.name} was computed with {run.model}"
    if run.recipe != as_data(RECIPE):
        return f"the recipe has changed since {run.name}"
    return None


def _is_due(standing: Snapshot | None, files: AopWikiFiles | SourceFiles) -> bool:
    if standing is None:
        return True
    return standing.release == RELEASE and standing.sha256 != files.sha256


if __name__ == "__main__":
    run(main)
