"""What a worker writes is in the file that the next start opens, or it is refused."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from core.errors import Unavailable
from core.store import curators
from core.store.curators import Identity
from core.store.database import Database
from tests import people
from tests.aside import aside
from tests.catalogues import NOW

Harm = Callable[[Path], object]


def beside(path: Path, side: str) -> Path:
    return path.with_name(path.name + side)


def replaced(path: Path) -> None:
    """As by somebody who brings a copy back without stopping Keyway."""
    Path(shutil.copy(path, beside(path, ".copy"))).replace(path)


HARM: dict[str, Harm] = {
    "moved": lambda path: path.rename(beside(path, ".away")),
    "deleted": Path.unlink,
    "replaced": replaced,
    "without its log": lambda path: beside(path, "-wal").unlink(),
    "without the index of its log": lambda path: beside(path, "-shm").unlink(),
    "in a folder that is gone": lambda path: path.parent.rename(beside(path.parent, "-away")),
}


@pytest.fixture
def path(made_database: Path, tmp_path: Path) -> Path:
    """A database in a folder of its own, as it is after a clean stop: without a log."""
    folder = tmp_path / "data"
    folder.mkdir()
    return Path(shutil.copy(made_database, folder / "keyway.db"))


async def enrol(database: Database, number: int) -> None:
    await database.write(curators.enrol, Identity(people.ISSUER, number, f"number-{number}"), None, NOW)


@pytest.mark.parametrize("harm", HARM.values(), ids=HARM)
def test_nothing_is_saved_into_files_that_are_not_there_any_more(path: Path, harm: Harm) -> None:
    async def work() -> None:
        database = Database(path)
        await database.open()
        try:
            await enrol(database, 5001)
            harm(path)
            with pytest.raises(Unavailable, match="moved, deleted or replaced while Keyway runs"):
                await enrol(database, 5002)
        finally:
            await database.close()

    aside(work())
