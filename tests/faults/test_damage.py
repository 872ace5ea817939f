"""Files that cannot be believed (F9): Keyway starts and says so, or refuses and names the way out; it never answers
wrongly in silence."""

import os
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from core import backups, runs
from core.model import Source
from tests import servers
from tests.catalogues import NOW
from tests.house import ROOT

pytestmark = pytest.mark.slow
Harm = Callable[[Path], None]


def cut(file: Path) -> None:
    os.truncate(file, file.stat().st_size // 2)


def flip(file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 0xFF
    file.write_bytes(content)


def pickle(file: Path) -> None:
    np.savez(file, ids=np.array([print], dtype=object), matrix=np.zeros((1, 1), np.float32))


def bomb(file: Path) -> None:
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("matrix.npy", bytes(512 * 2**20))


def gone(file: Path) -> None:
    file.unlink()


def suggested(page: str) -> set[str]:
    """The sources that have a row in the table."""
    return set(re.findall(r'data-pair="(\w+):', page))


def test_a_sound_one_has_its_suggestions(embedded: Path, tmp_path: Path) -> None:
    """The control: what a bad one costs is there without the harm."""
    data = Path(shutil.copytree(embedded, tmp_path / "data"))
    with servers.house(data / servers.DATABASE, WEB_WORKERS="1") as house:
        page = servers.get(f"{house.base_url}/key-events/149")
    assert suggested(page.text) == {"wikipathways", "go", "reactome"}


@pytest.mark.parametrize("harm", [cut, flip, pickle, bomb, gone])
def test_a_bad_vector_file_costs_its_source_the_suggestions_and_nothing_else(
    embedded: Path, tmp_path: Path, harm: Harm
) -> None:
    data = Path(shutil.copytree(embedded, tmp_path / "data"))
    harm(runs.current(data / "vectors") / runs.vector_file(Source.WIKIPATHWAYS))
    with servers.house(data / servers.DATABASE, WEB_WORKERS="1") as house:
        said = servers.get(f"{house.base_url}/readyz")
        page = servers.get(f"{house.base_url}/key-events/149")
    assert (said.status_code, said.json()["status"], page.status_code) == (200, "degraded", 200)
    assert "WikiPathways" in said.json()["vectors"]["message"]
    assert suggested(page.text) == {"go", "reactome"}


def test_an_empty_database_beside_vectors_is_no_new_one(embedded: Path, tmp_path: Path) -> None:
    data = Path(shutil.copytree(embedded, tmp_path / "data"))
    empty(data / servers.DATABASE)
    assert refusal(data, "scripts.prepare")[0] == 2


def refusal(data: Path, module: str) -> tuple[int, str]:
    """How a command ends over this data folder."""
    environment = os.environ | servers.variables(data / servers.DATABASE, servers.ANYWHERE, servers.ANYWHERE)
    command = [sys.executable, "-m", module, *(["--to-serve"] if module == "scripts.prepare" else [])]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    return done.returncode, done.stderr


def letter(file: Path) -> None:
    file.write_text("This is a letter, not a database. " * 1000)


def empty(file: Path) -> None:
    file.write_bytes(b"")


def middle(file: Path) -> None:
    """Pages in the middle, which a server may not read for days."""
    with file.open("r+b") as opened:
        opened.seek(file.stat().st_size // 2)
        opened.write(os.urandom(16 * 4096))


@pytest.mark.parametrize("harm", [letter, empty, cut, middle, gone])
def test_a_damaged_database_is_refused_with_the_way_out(embedded: Path, tmp_path: Path, harm: Harm) -> None:
    data = Path(shutil.copytree(embedded, tmp_path / "data"))
    backups.make(data / servers.DATABASE, data / "backups", NOW)
    harm(data / servers.DATABASE)
    for side in ("-wal", "-shm"):
        (data / f"{servers.DATABASE}{side}").unlink(missing_ok=True)
    code, said = refusal(data, "scripts.prepare")
    assert code == 2, said
    assert re.search(r"restore|damaged", said), said
    assert "Traceback" not in said
