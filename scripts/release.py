"""Freeze everything that is published into a release: `python -m scripts.release 2026.1`.

Makes DATA_DIR/releases/2026.1, ready for deposit: all exports with checksums, citation, notes and Zenodo's metadata.
Whole or not at all; people go on deciding meanwhile. `--dry-run` tells what it would say, and makes nothing.
`--check NAME` compares a release with its checksums.
"""

import argparse
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from tqdm import tqdm

from core import deposits, release, settings, warm
from core.errors import OperatorError
from core.model import Source
from core.release import FROZEN, Progress, Wanted
from core.settings import Settings
from core.store import connection, key_events, migrate, releases, targets, waiting
from core.store.releases import Release
from core.warm import Warm
from scripts.command import run


def main(arguments: Sequence[str]) -> None:
    """Make a release, or check one; the folder goes to stdout, everything else to stderr."""
    options = _options(arguments)
    configured = settings.read()
    with connection.reader(configured.database_path) as db:
        migrate.check(db, configured.database_path)
    if options.check:
        check(configured, options.check)
    elif options.dry_run:
        foresee(configured, options.name, datetime.now(UTC))
    else:
        print(make(configured, options.name, datetime.now(UTC)))


def make(settings: Settings, name: str, now: datetime) -> Path:
    """Make a release of this name. Returns its folder."""
    wanted = _wanted(settings, name)
    with _progress(len(FROZEN)) as progress:
        made = release.make(settings.database_path, settings.releases_dir, wanted, now, progress)
    for line in told(made, settings):
        print(line, file=sys.stderr)
    return settings.releases_dir / name


def foresee(settings: Settings, name: str, now: datetime) -> None:
    """Tell what a release of this name would say of itself, how it would be cited, and what waits for a second look."""
    found = release.foresee(settings.database_path, settings.releases_dir, _wanted(settings, name), now)
    print("\n".join(told(found, settings)))
    with connection.reader(settings.database_path) as db:
        stale = waiting.count(db, waiting.Filter(stale=True))
    if stale:
        print(f"{stale:,} of its mappings are stale and would be released as they are: /recheck")
    print(f"it would be cited as: {found.manifest['citation']}")
    print("nothing was made; the same without --dry-run makes it, for ever")


def check(settings: Settings, name: str) -> None:
    """Compare the files of a release with what they were when it was made.

    Raises NotFound for a release that is not there, OperatorError naming every file that differs, is missing or new.
    """
    with connection.reader(settings.database_path) as db:
        found = releases.get(db, name)
    folder, files = settings.releases_dir / found.name, release.files(found)
    wrong = [f"  {file} {words}" for file, words in release.damage(settings.releases_dir, found).items()]
    wrong += [f"  {file} is none of its files" for file in deposits.strangers(folder, files)]
    if wrong:
        lines = "\n".join(wrong)
        raise OperatorError(f"{folder} is not as it was released; bring it back from where it was deposited:\n{lines}")
    print(f"{folder}: {len(files)} files, all as they were released")


def told(made: Release, settings: Settings) -> Iterator[str]:
    """What an operator should know of a release that was just made."""
    counts, changes, left_out = made.manifest["mappings"], made.manifest["changes"], made.manifest["left_out"]
    assert isinstance(counts, dict) and isinstance(left_out, list)
    files = len(release.files(made))
    yield f"{counts['total']:,} mappings of {counts['key_events']:,} Key Events{f', {files} files' if files else ''}"
    if isinstance(changes, dict):
        kinds = ", ".join(f"{changes[kind]['count']:,} {kind}" for kind in ("added", "changed", "retired"))
        yield f"since {changes['since']}: {kinds}"
    if left_out:
        yield f"{len(left_out):,} targets have no genes and are not in the gene sets; CHANGES.md names them"
    if made.manifest["without_ids"] is None:
        yield "the catalogue has no ids of NCBI Gene, so the gene sets by them are empty"
    if made.manifest["run"] is None:
        yield "there is no run of vectors, so the files of candidates are empty"
    if not settings.secure:
        yield f"its addresses begin with {settings.base_url}, which leads nowhere from elsewhere: set BASE_URL"


def _wanted(settings: Settings, name: str) -> Wanted:
    deposits.require_name(name)
    return Wanted(name, settings.base_url, settings.data_license, _warm(settings))


def _warm(settings: Settings) -> Warm:
    """The run in force, for the candidates; nothing where none was computed yet.

    Raises OperatorError where a vector file cannot be believed: a release without half of its candidates is none.
    """
    if not (settings.vectors_dir / "current").exists():
        return Warm()
    print("taking up the run in force", file=sys.stderr)
    with connection.reader(settings.database_path) as db, connection.snapshot(db):
        known = key_events.ids(db)
        accessions = {source: targets.accessions(db, source) for source in Source}
    found = warm.load(settings.vectors_dir, known, accessions)
    if found.problems:
        raise OperatorError("\n".join(found.problems))
    return found


@contextmanager
def _progress(files: int) -> Iterator[Progress]:
    with tqdm(total=files, unit=" files", file=sys.stderr, dynamic_ncols=True) as bar:

        def begun(name: str) -> None:
            bar.set_description(name)
            bar.update()

        yield begun


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m scripts.release", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    which = parser.add_mutually_exclusive_group(required=True)
    which.add_argument("name", nargs="?", help="what it is to be called, like 2026.1")
    parser.add_argument("--dry-run", action="store_true", help="tell what it would say, and make nothing")
    which.add_argument("--check", metavar="NAME", help="compare a release with its checksums instead")
    options = parser.parse_args(arguments)
    if options.check and options.dry_run:
        parser.error("--dry-run is for a release that is to be made; --check changes nothing anyhow")
    return options


if __name__ == "__main__":
    run(main)
