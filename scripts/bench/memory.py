"""What master and workers take of the machine's memory, with the embedded encoder and with a model of BERT's size."""

import asyncio
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

import numpy as np

from core import repair, runs, vectors
from core import settings as environment
from core.repair import Repair
from core.settings import Settings
from core.texts import QUERY
from scripts.bench import bert
from scripts.bench.catalogue import fill
from scripts.bench.server import PAGES, Running, get, many, running, surroundings
from scripts.bench.table import Table
from scripts.bench.used import memory
from scripts.run import enrol

WORKERS = (1, 2, 4)
EACH, ROUNDS = 8, 64  # requests at a time, each on a connection of its own, so that every worker gets some
NAME = "model-as-large-as-bert"


def measure(corpus: Path | None) -> list[Table]:
    """A table without a model, and one with it where sentence-transformers is installed."""
    with tempfile.TemporaryDirectory() as folder:
        variables = surroundings(Path(folder) / "data")
        settings = environment.read(variables)
        fill(settings, corpus)
        enrol(settings)
        tables = [table("Memory, embedded encoder", settings, variables)]
        if find_spec("sentence_transformers"):
            take_up_a_model(settings, Path(folder) / "bert")
            tables.append(table("Memory, with a model of BERT's size", settings, variables))
    return tables


def take_up_a_model(settings: Settings, folder: Path) -> None:
    """Put a run in force whose model is as large as BERT-base.

    Its vectors are those of the run before, as wide as a model's are when they are repaired: computing others takes an
    hour, and where memory is measured nobody sees them.
    """
    model = bert.make(folder)
    before = runs.read(runs.current(settings.vectors_dir))
    place = settings.vectors_dir / NAME
    shutil.copytree(settings.vectors_dir / before.name, place)
    shutil.rmtree(place / runs.ENCODER)
    for file in place.glob("*.npz"):
        found = vectors.read(file)
        vectors.write(file, replace(found, run={**found.run, "name": NAME, "model": str(model)}))
    turned = np.eye(bert.WIDTH, before.width, dtype=np.float32)
    repair.write(place / runs.REPAIR, Repair({QUERY: np.zeros(bert.WIDTH, np.float32)}, turned))
    runs.write(place, replace(before, name=NAME, model=str(model), files=runs.checksums(place)))
    runs.switch(settings.vectors_dir, NAME)


def table(title: str, settings: Settings, variables: Mapping[str, str]) -> Table:
    """PSS of the master and its workers, after every one of them has shown pages and encoded."""
    taken = {}
    for workers in WORKERS:
        with running(settings, variables, workers) as server:
            asyncio.run(work(server))
            taken[workers] = memory(server.process)
    one = taken[1]
    return Table(
        title,
        ("workers", "PSS of all, MB", "against one", "each further worker, MB"),
        tuple(
            (str(n), f"{all:.0f}", f"{all / one:.2f} ×", f"{(all - one) / (n - 1):.0f}" if n > 1 else "")
            for n, all in taken.items()
        ),
    )


async def work(server: Running) -> None:
    """Every page, often enough that each worker shows it."""
    for path in PAGES.values():
        await many(server, EACH, get(path), ROUNDS)
