"""Runs: each a folder of vector files and an encoder, side by side; `current` names the one in force.

vectors/current                    the name of the run in force
vectors/<run>/run.json             what it is: see `Run`
vectors/<run>/key_events.npz       queries        <source>.npz  targets
vectors/<run>/encoder/             the embedded encoder (a sentence-transformers model), or
vectors/<run>/repair.npz           what a transformer's vectors are put through
"""

import hashlib
import json
import os
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from core.errors import OperatorError
from core.model import Source

CURRENT, ABOUT, KEY_EVENTS, ENCODER, REPAIR = "current", "run.json", "key_events.npz", "encoder", "repair.npz"
NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,99}")


@dataclass(frozen=True, slots=True)
class Run:
    """One computation of vectors. Two builds of one catalogue by one recipe differ in `built` alone.

    `text_hash` is of the catalogue that was read, `counts` says how many vectors there are of what, `files` gives the
    SHA-256 of every other file in the folder, and `check` the figures of the build check.
    """

    name: str
    model: str
    revision: str
    recipe: Mapping[str, object]
    text_hash: str
    width: int
    counts: Mapping[str, int]
    files: Mapping[str, str]
    check: Mapping[str, Mapping[str, float]]
    built: str


def vector_file(source: Source) -> str:
    """The name of a source's file in the folder of a run."""
    return f"{source}.npz"


def write(folder: Path, run: Run) -> None:
    """Write `run.json` into the folder of the run."""
    (folder / ABOUT).write_text(json.dumps(asdict(run), indent=1, ensure_ascii=False) + "\n", "utf-8")


def read(folder: Path) -> Run:
    """The run in a folder. Raises OperatorError where it says nothing, or not what a run must say."""
    try:
        data = json.loads((folder / ABOUT).read_text("utf-8"))
        run = Run(**data)
        bool(run.files.keys() & run.counts.keys() & run.recipe.keys())
    except (OSError, ValueError, TypeError, AttributeError, RecursionError) as error:
        raise OperatorError(f"{folder / ABOUT} does not describe a run ({error}); run scripts.precompute.") from error
    return run


def current(vectors_dir: Path) -> Path:
    """The folder of the run in force. Raises OperatorError where there is none."""
    try:
        name = (vectors_dir / CURRENT).read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise OperatorError(f"There are no vectors in {vectors_dir} yet; run scripts.precompute. ({error})") from error
    return folder(vectors_dir, name)


def folder(vectors_dir: Path, name: str) -> Path:
    """The folder of the run with this name. Raises OperatorError, with the names there are, where there is none."""
    if not NAME.fullmatch(name) or not (vectors_dir / name / ABOUT).is_file():
        raise OperatorError(
            f"There is no run {name!r} in {vectors_dir}; there are: {', '.join(names(vectors_dir)) or 'none'}"
        )
    return vectors_dir / name


def names(vectors_dir: Path) -> list[str]:
    """The runs there are, by name."""
    return sorted(path.parent.name for path in vectors_dir.glob(f"*/{ABOUT}") if NAME.fullmatch(path.parent.name))


def switch(vectors_dir: Path, name: str) -> None:
    """Put a run in force, in one step: a reader sees the old or the new one. OperatorError for an unknown one."""
    folder(vectors_dir, name)
    draft = vectors_dir / f".{CURRENT}.{os.getpid()}"
    with draft.open("w") as file:
        file.write(name + "\n")
        file.flush()
        os.fsync(file.fileno())
    os.replace(draft, vectors_dir / CURRENT)


def checksums(folder: Path) -> dict[str, str]:
    """SHA-256, in hex, of every file of a run but `run.json`, by path."""
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path.name != ABOUT)
    return {path.relative_to(folder).as_posix(): sha256(path) for path in files}


def sha256(path: Path) -> str:
    """SHA-256, in hex, of a file. Raises OperatorError where it cannot be read."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise OperatorError(f"{path} cannot be read ({error.strerror}); run scripts.precompute again.") from error
