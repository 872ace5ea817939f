"""Compute the vectors of the catalogue and put them in force: `python -m scripts.precompute [--db DB --out DIR]`.

A run is built in a folder of its own, checked, moved into place and switched to, in this order; an interruption or a
failed check leaves what was in force as it was. Exit 1: the build check failed. Exit 2: something is not as it must be.
"""

import argparse
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from tqdm import tqdm

from core import batches, build_check, computing, repair, runs, settings, vectors
from core.build_check import Check
from core.computing import Encode
from core.drafts import DRAFT, only_one
from core.embedding import building, layout
from core.encoder import EMBEDDED, StaticEncoder, TransformerEncoder
from core.errors import OperatorError
from core.model import Source
from core.recipe import RECIPE, Recipe, as_data, fingerprint
from core.runs import Run
from core.settings import Settings
from core.store import computed, connection, migrate, snapshots
from core.texts import Catalogue, all_pairs, all_texts, text_hash
from core.vectors import Vectors
from scripts.command import run

FAILED = 1


@dataclass(frozen=True, slots=True)
class Ready:
    """An encoder that is ready for the fields of this catalogue, and how wide its vectors are."""

    encode: Encode
    width: int


def main(arguments: Sequence[str]) -> None:
    """Build a run and switch to it, or, with `--use`, switch to one that is there."""
    options = _options(arguments, settings.read())
    options.out.mkdir(parents=True, exist_ok=True)
    if options.use:
        runs.switch(options.out, options.use)
        print(f"{options.use} is in force; restart the server to take it up.")
        return
    if not os.environ.get("HF_HOME"):  # read when a model is loaded first
        os.environ["HF_HOME"] = str(settings.read().hf_home.absolute())
    catalogue, read_at = read(options.db)
    name = precompute(catalogue, options.out, model=options.model, revision=options.revision, catalogue_date=read_at)
    if name is None:
        sys.exit(FAILED)
    print(f"{name} is in force; restart the server to take it up.")


def read(db_path: Path) -> tuple[Catalogue, str]:
    """The catalogue of a database, and the date of its newest snapshot. Raises OperatorError where it is empty."""
    with connection.reader(db_path) as db, connection.snapshot(db):
        migrate.check(db, db_path)
        catalogue = computed.catalogue(db)
        dates = [f"{snapshot.imported_at:%Y-%m-%d}" for snapshot in snapshots.in_force(db).values()]
    if not catalogue.key_events or not any(catalogue.targets.values()):
        raise OperatorError(
            f"{db_path} has no Key Events or no targets yet; import them with scripts.import_catalogue."
        )
    return catalogue, max(dates, default="")


def precompute(
    catalogue: Catalogue, out: Path, *, model: str, revision: str, catalogue_date: str, recipe: Recipe = RECIPE
) -> str | None:
    """Build a run in `out` and put it in force; its name, or None where the build check failed and nothing changed."""
    about: dict[str, object] = {
        "model": model,
        "revision": revision,
        "recipe": fingerprint(as_data(recipe)),
        "text_hash": text_hash(catalogue),
        "catalogue": catalogue_date,
    }
    about["name"] = name = f"{_slug(model)}-{fingerprint(about)[:12]}"
    with only_one(out, "precompute"), _draft(out) as draft:
        ready = (
            _embedded(catalogue, recipe, draft)
            if model == EMBEDDED
            else _transformer(catalogue, recipe, draft, out, model, revision)
        )
        about["width"] = ready.width
        counts = _vectors(catalogue, recipe, ready, draft, about)
        checks = _checks(catalogue, ready, draft)
        faults = build_check.faults(checks, trained=model == EMBEDDED)
        for fault in faults:
            print(f"Build check failed: {fault}. Nothing was replaced.", file=sys.stderr)
        if faults:
            return None
        runs.write(draft, _run(about, as_data(recipe), counts, draft, checks))
        _settle(draft, out / name)
        runs.switch(out, name)
    return name


def _embedded(catalogue: Catalogue, recipe: Recipe, draft: Path) -> Ready:
    """The encoder that the catalogue itself makes, written to the draft."""
    embedded = building.built(
        list(all_texts(catalogue)), list(all_pairs(catalogue, recipe.targets)), recipe.embedding, _progress
    )
    (draft / runs.ENCODER).mkdir()
    layout.write(draft / runs.ENCODER, embedded)
    encoder = StaticEncoder(embedded)
    return Ready(lambda field, texts: encoder.encode(texts), encoder.width)


def _transformer(catalogue: Catalogue, recipe: Recipe, draft: Path, out: Path, model: str, revision: str) -> Ready:
    """A sentence-transformers model: every text that is new to it encoded, all fields repaired together."""
    encoder = TransformerEncoder(model, revision or None)
    kept = out / f".encoded-{fingerprint([model, revision])[:12]}"
    kept.mkdir(exist_ok=True)
    found = computing.flat_fields(catalogue, recipe)
    places = {text: row for row, text in enumerate(dict.fromkeys(text for texts in found.values() for text in texts))}
    rows = batches.encoded(encoder, list(places), kept, partial(_progress, "encode"))

    def raw(texts: Sequence[str]) -> computing.Floats:
        return rows[[places[text] for text in texts]]

    mended = repair.fitted({field: raw(texts) for field, texts in found.items()}, recipe.whitening)
    repair.write(draft / runs.REPAIR, mended)

    def encode(field: str, texts: Sequence[str]) -> computing.Floats:
        return mended(field, raw(texts))

    return Ready(encode, mended.projection.shape[1])


def _vectors(
    catalogue: Catalogue, recipe: Recipe, ready: Ready, draft: Path, about: Mapping[str, object]
) -> dict[str, int]:
    """Write every vector file of the draft; how many vectors there are of what."""
    step = _progress("vectors", len(catalogue.targets) + 2)
    found: dict[Source, Vectors] = {}
    for source, entries in catalogue.targets.items():
        found[source] = computing.target_vectors(source, entries, recipe, ready.encode, ready.width, about)
        vectors.write(draft / runs.vector_file(source), found[source])
        step()
    queries = computing.key_event_vectors(catalogue, recipe, ready.encode, ready.width, about)
    step()
    vectors.write(draft / runs.KEY_EVENTS, computing.with_expected_genes(queries, found, recipe))
    step()
    return {"key_events": len(queries)} | {str(source): len(each) for source, each in found.items()}


def _checks(catalogue: Catalogue, ready: Ready, draft: Path) -> dict[str, Check]:
    """The build check of every source, printed; the Key Events as queries are printed and not judged."""
    judged: dict[str, Check] = {}
    queries = vectors.read(draft / runs.KEY_EVENTS).matrix
    for source, entries in catalogue.targets.items():
        matrix = vectors.read(draft / runs.vector_file(source)).matrix
        titles, own_text = computing.own_texts(source, entries, ready.encode)
        judged[source] = build_check.checked(titles, matrix, own_text)
        print(build_check.told(source, judged[source]))
        print(build_check.told("  Key Events", build_check.checked(queries, matrix)))
    return judged


def _run(
    about: Mapping[str, object], recipe: Mapping[str, object], counts: Mapping[str, int], draft: Path,
    checks: Mapping[str, Check],
) -> Run:  # fmt: skip
    return Run(
        name=str(about["name"]),
        model=str(about["model"]),
        revision=str(about["revision"]),
        recipe=recipe,
        text_hash=str(about["text_hash"]),
        width=int(str(about["width"])),
        counts=counts,
        files=runs.checksums(draft),
        check={name: check.data() for name, check in checks.items()},
        built=f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}",
    )


@contextmanager
def _draft(out: Path) -> Iterator[Path]:
    """A folder beside the runs, gone at the end unless it was moved into place; where this process is killed, the next
    one clears it away."""
    draft = Path(tempfile.mkdtemp(prefix=DRAFT, dir=out))
    try:
        yield draft
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _settle(draft: Path, place: Path) -> None:
    """Move a finished draft into place, on disk before it is seen; one that is there already makes room."""
    for path in (*draft.rglob("*"), draft):
        descriptor = os.open(path, os.O_RDONLY)
        os.fsync(descriptor)
        os.close(descriptor)
    draft.chmod(0o755)
    if place.exists():
        place.rename(draft.with_name(f"{draft.name}-replaced"))
    draft.rename(place)
    shutil.rmtree(draft.with_name(f"{draft.name}-replaced"), ignore_errors=True)


def _slug(model: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", Path(model).name.lower()).strip("-")[:60] or "model"


def _progress(task: str, steps: int) -> Callable[[], object]:
    """A progress bar on stderr, with an estimate of what is left."""
    bar = tqdm(total=steps, desc=task, file=sys.stderr, dynamic_ncols=True)

    def step() -> None:
        bar.update()
        if bar.n >= steps:
            bar.close()

    return step


def _options(arguments: Sequence[str], in_force: Settings) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m scripts.precompute", description=__doc__)
    parser.add_argument("--db", type=Path, default=in_force.database_path, help="the database file (DATABASE_PATH)")
    parser.add_argument(
        "--out", type=Path, default=in_force.vectors_dir, help="the folder of the runs (vectors in DATA_DIR)"
    )
    parser.add_argument("--model", default=in_force.model, help="embedded, a folder, or the name of a model on a hub")
    parser.add_argument("--revision", default="", help="the revision of a model on a hub")
    parser.add_argument("--use", metavar="RUN", help="put this run in force again, and compute nothing")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    run(main)
