"""Fetch the sources, in their own forms, into a folder: `python -m scripts.import_catalogue --fetched` reads it.

Everything is kept as it was received. What a folder has already is not fetched again; a file that broke off is gone on
with.
"""

import argparse
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from hashlib import sha256
from pathlib import Path

from tqdm import tqdm

from core import settings
from core.errors import Invalid, OperatorError
from core.ingest import sparql
from core.ingest.forms import FORMS
from core.ingest.neutral import File
from core.ingest.parts import Part
from core.settings import Settings
from scripts import fetched, fetching
from scripts.allowed import Allowed, Passing
from scripts.command import run
from scripts.fetched import Kept, Manifest
from scripts.fetching import Client, Limits, Progress

JSON = "application/sparql-results+json"
A_PAGE = 10_000  # rows; a service that gives fewer at a time is asked as often as it takes
MOST_PAGES = 1_000


def main(arguments: Sequence[str]) -> None:
    """Fetch what is named, all where nothing is, and say what came."""
    options = _options(arguments)
    found = settings.read()
    now = datetime.now(UTC)
    folder = options.into or found.data_dir / "sources" / f"{now:%Y-%m-%d}"
    fetch(found, options.sources or list(FORMS), folder, now, Limits())


def fetch(settings: Settings, sources: Sequence[str], folder: Path, now: datetime, limits: Limits) -> None:
    """Fetch these sources into `folder`. What came whole stays there, whatever becomes of the rest."""
    folder.mkdir(parents=True, exist_ok=True)
    manifest = Manifest.begun(folder, now)
    allowed = Allowed(tuple(settings.source_addresses.values()), settings.source_hosts)
    with fetching.client(allowed, limits) as client, _saying_what_is_kept(folder):
        for of in sources:
            came = _fetch_parts(client, of, settings, folder, manifest)
            manifest.releases[of] = (
                manifest.files(folder, of).release or _changed(manifest.parts[of]) or f"{now:%Y-%m-%d}"
            )
            manifest.write(folder)
            kept = [each for files in manifest.parts[of].values() for each in files]
            size = f"{len(kept)} files, {sum(each.bytes for each in kept):,} bytes"
            print(f"{of} {manifest.releases[of]}: {size}{'' if came else ', there already'}")
    print(f"in {folder}; next: python -m scripts.import_catalogue --db {settings.database_path} --fetched {folder}")


def _fetch_parts(client: Client, of: str, settings: Settings, folder: Path, manifest: Manifest) -> int:
    """Fetch the parts of a source that are not there yet; each stays, whatever becomes of the next. How many came."""
    parts = manifest.parts.setdefault(of, {})
    missing = [part for part in FORMS[of].parts if part.name not in parts]
    for part in missing:
        address = settings.source_addresses[part.setting]
        parts[part.name] = _part(client, part, address, folder, f"{of}/{part.name}")
        manifest.write(folder)
    return len(missing)


@contextmanager
def _saying_what_is_kept(folder: Path) -> Iterator[None]:
    """Tell whoever stops it, or whom a source fails, that nothing is lost."""
    try:
        yield
    except (KeyboardInterrupt, OperatorError):
        print(f"\nwhat came is kept in {folder}: the same command goes on from there", file=sys.stderr)
        raise


def _part(client: Client, part: Part, address: str, folder: Path, what: str) -> list[Kept]:
    name = f"{what.partition('/')[0]}/{part.path or _name(part, address)}"
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    if part.query:
        return _pages(client, part, address, folder, what)
    with _bar(what, "B", scale=True) as progress:
        received = client.download(address + part.path, folder / name, progress)
    return [Kept(name, address + part.path, received.bytes, fetched.digest(folder / name), received.changed)]


def _pages(client: Client, part: Part, address: str, folder: Path, what: str) -> list[Kept]:
    """The answer to a query, page by page until an empty one: a short page may be the service's own limit."""
    kept: list[Kept] = []
    rows = 0
    with _bar(what, " rows") as progress:
        for number in range(1, MOST_PAGES + 1):
            query = f"{part.query.strip()}\nORDER BY {part.order}\nLIMIT {A_PAGE} OFFSET {rows}"
            name = f"{what}-{number:04}.json"
            body = client.answer(address, {"query": query}, JSON, lambda body, name=name: _check(name, body))  # type: ignore[misc]
            came = len(sparql.page(File(name, body)))
            if not came:
                break
            (folder / name).write_bytes(body)
            kept.append(Kept(name, address, len(body), sha256(body).hexdigest()))
            rows += came
            progress(rows, None)
    if not kept and part.needed:
        raise OperatorError(f"{address} has no {part.name}: an empty answer is an error, never “there are none”")
    return kept


def _check(name: str, body: bytes) -> None:
    try:
        sparql.page(File(name, body))
    except Invalid as error:
        raise Passing(str(error)) from error


@contextmanager
def _bar(what: str, unit: str, *, scale: bool = False) -> Iterator[Progress]:
    """A progress bar on stderr."""
    with tqdm(desc=what, unit=unit, unit_scale=scale, unit_divisor=1024, file=sys.stderr, dynamic_ncols=True) as bar:

        def progress(done: int, total: int | None) -> None:
            bar.total = total
            bar.update(done - bar.n)

        yield progress


def _name(part: Part, address: str) -> str:
    return address.rstrip("/").rpartition("/")[2] or part.name


def _changed(parts: dict[str, list[Kept]]) -> str | None:
    """The day on which the first file changed last, by its server."""
    for said in (kept.changed for files in parts.values() for kept in files if kept.changed):
        try:
            return f"{parsedate_to_datetime(said):%Y-%m-%d}"
        except ValueError:
            continue
    return None


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m scripts.fetch_sources", description=__doc__)
    parser.add_argument("sources", nargs="*", type=_source, metavar="source", help=f"{', '.join(FORMS)}; without, all")
    parser.add_argument("--into", type=Path, help="the folder; without it, sources/DATE in DATA_DIR")
    return parser.parse_args(arguments)


def _source(name: str) -> str:
    if name not in FORMS:
        raise argparse.ArgumentTypeError(f"{name!r} is no source; there are {', '.join(FORMS)}")
    return name


if __name__ == "__main__":
    run(main)
