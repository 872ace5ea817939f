"""The journey of a release: everything that is published now, frozen into a folder, whole or not at all.

The same data gives the same bytes: the release's date is the only time in them that is not data.
"""

import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path

from core import deposits, publish
from core.changes import changes
from core.drafts import drafts, only_one
from core.errors import Invalid, OperatorError, Unavailable
from core.export import citation, manifest, notes
from core.export.account import Account, Computed, File
from core.model import Source
from core.publish import Asked, Export
from core.store import connection, coverage, exports, genes, published, releases, snapshots, statistics
from core.store.explore import Filter
from core.store.exports import Selection
from core.store.releases import Release
from core.warm import Warm

MARKDOWN, JSON, PLAIN = "text/markdown; charset=utf-8", "application/json", "text/plain; charset=utf-8"
README, CHANGES, MANIFEST = "README.md", "CHANGES.md", "manifest.json"
TITLES = {
    README: "What this release is",
    CHANGES: "What is new, and what gene sets leave out",
    "CITATION.cff": "How to cite it",
    ".zenodo.json": "What Zenodo asks of a deposit",
    MANIFEST: "All of it for programs",
    deposits.SUMS: "Checksums, for sha256sum -c",
}
Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Wanted:
    """A release that is to be made: its name, the site's address, the licence, and whose suggestions are in it."""

    name: str
    home: str
    licence: str
    warm: Warm = Warm()


@dataclass(frozen=True, slots=True)
class Frozen:
    """An export as a release has it: of one source, or of all (None), under a name of its own."""

    source: Source | None
    export: Export

    @property
    def name(self) -> str:
        """`mappings.csv`, or that of one source: its name and a hyphen before it."""
        return f"{self.source}-{self.export.name}" if self.source else self.export.name

    @property
    def selection(self) -> Selection:
        """The mappings that are in it."""
        return Selection(Filter(state=None, source=self.source))


FROZEN = tuple(Frozen(source, export) for source in (None, *Source) for export in publish.EXPORTS.values())


def make(database: Path, folder: Path, wanted: Wanted, now: datetime, progress: Progress) -> Release:
    """Make a release in `folder`; `progress` hears the name of each export that is about to be written.

    What is decided meanwhile is not in it. Raises Invalid for a bad name or where nothing is approved, Conflict where
    the name is taken, OperatorError where the folder cannot be written or another release is being made. However it
    ends, nothing half-made is left; where it was killed, the next call clears that away.
    """
    deposits.require_name(wanted.name)
    with ExitStack() as held:
        held.enter_context(deposits.trouble_told(folder))
        held.enter_context(only_one(folder, deposits.WORK))
        db = held.enter_context(connection.writer(database))
        reading = held.enter_context(connection.reader(database))
        with connection.transaction(db):
            begun, before = _begin(db, folder, wanted.name, now)
            held.enter_context(connection.snapshot(reading))
            require_something(reading)  # the first read of its view, before anybody else may write
        try:
            account = describe(reading, wanted, begun, before)
            manifest = _write(db, reading, folder, wanted, account, progress)
        except BaseException:
            with suppress(Unavailable), connection.transaction(db):
                releases.give_up(db)
            raise
    return Release(begun.name, begun.newest, begun.made_at, manifest)


def foresee(database: Path, folder: Path, wanted: Wanted, now: datetime) -> Release:
    """The release as it would be made now, without its files. Nothing is written, and nothing held.

    Raises what `make` raises for its name, its folder, and where nothing is approved.
    """
    deposits.require_name(wanted.name)
    with connection.reader(database) as db, connection.snapshot(db):
        found = releases.foreseen(db, wanted.name, now)
        if wanted.name not in releases.unfinished(db):
            _require_room(folder / wanted.name)
        require_something(db)
        told = manifest.of(describe(db, wanted, found, releases.latest(db)), ())
    return Release(found.name, found.newest, found.made_at, told)


def require_something(db: sqlite3.Connection) -> None:
    """Raise Invalid where no mapping is in force."""
    if not exports.count(db):
        raise Invalid("Nothing is approved yet, so there is nothing to release.")


def describe(db: sqlite3.Connection, wanted: Wanted, begun: Release, before: Release | None) -> Account:
    """What the release says of itself."""
    run = wanted.warm.run
    return Account(
        edition=publish.edition(db, wanted.home, wanted.licence, wanted.name),
        date=begun.made_at.date(),
        decisions=begun.newest,
        revision=str(published.revision(db)),
        mappings=statistics.tiers(db),
        key_events=releases.key_events(db),
        credits=tuple(coverage.credits(db)),
        snapshots=tuple(snapshots.in_force(db).values()),
        instruments=tuple(releases.instruments(db)),
        run=Computed(run.name, run.model, run.revision, run.text_hash, run.built) if run else None,
        left_out=exports.left_out(db),
        without_ids=exports.left_out(db, ids=genes.ncbi(db)) if genes.has_ncbi(db) else None,
        changes=changes(db, before) if before else None,
    )


def files(release: Release) -> dict[str, File]:
    """The files of a release that is made, by name, as its manifest lists them."""
    said = release.manifest["files"]
    assert isinstance(said, list)
    return {each["name"]: File(**each) for each in said}


def damage(folder: Path, release: Release, names: Iterable[str] | None = None, *, read: bool = True) -> dict[str, str]:
    """What is wrong with which files of a release that is made (those of `names`, or all): empty where all are as they
    were. `read` False: their sizes alone are looked at."""
    listed = files(release)
    wanted = {name: listed[name] for name in names} if names else listed
    return deposits.damage(folder / release.name, wanted, read=read)


def _begin(db: sqlite3.Connection, folder: Path, name: str, now: datetime) -> tuple[Release, Release | None]:
    """The release that is begun, and the one before it. Folders that killed calls have named are cleared away."""
    killed, before = releases.unfinished(db), releases.latest(db)
    begun = releases.begin(db, name, now)
    for each in killed:
        deposits.clear(folder / each)
    _require_room(folder / name)
    return begun, before


def _require_room(place: Path) -> None:
    """Raise OperatorError for a folder of no release that the database knows. It is left alone: it was published before
    an older copy of the database was restored."""
    if place.exists():
        raise OperatorError(
            f"{place} is there, but this database knows no such release: was an older copy of it restored? "
            "Choose another name, or move the folder away"
        )


def _write(
    db: sqlite3.Connection, reading: sqlite3.Connection, folder: Path, wanted: Wanted, account: Account, tell: Progress
) -> dict[str, object]:
    """Write the folder, name it, and make the release public. Returns its manifest."""
    with drafts(folder) as place:
        draft = place / account.name
        draft.mkdir()
        written = [_export(reading, draft, each, wanted, account, tell) for each in FROZEN]
        written += [_text(draft, name, words, media) for name, words, media in _texts(account)]
        told = manifest.of(account, written)
        written.append(_text(draft, MANIFEST, json.dumps(told, indent=1, ensure_ascii=False) + "\n", JSON))
        written.append(_text(draft, deposits.SUMS, deposits.sums(written), PLAIN))
        told = manifest.of(account, written)
        stands = partial(releases.is_made, db, account.name)
        with deposits.published(draft, folder / account.name, stands), connection.transaction(db):
            releases.finish(db, account.name, told)
    return told


def _export(
    db: sqlite3.Connection, draft: Path, each: Frozen, wanted: Wanted, account: Account, tell: Progress
) -> File:
    tell(each.name)
    pieces = each.export.write(db, Asked(each.selection, account.edition, wanted.warm))
    whose = notes.label(each.source) if each.source else "all sources"
    return deposits.write(draft, each.name, pieces, f"{each.export.title}: {whose}", each.export.media)


def _text(draft: Path, name: str, words: str, media: str) -> File:
    return deposits.write(draft, name, [words.encode()], TITLES[name], media)


def _texts(account: Account) -> Iterator[tuple[str, str, str]]:
    exports = [(each.name, each.title) for each in publish.EXPORTS.values()]
    yield README, notes.readme(account, exports, TITLES.items()), MARKDOWN
    yield CHANGES, notes.changes(account), MARKDOWN
    yield "CITATION.cff", citation.cff(account), PLAIN
    yield ".zenodo.json", citation.zenodo(account), JSON
