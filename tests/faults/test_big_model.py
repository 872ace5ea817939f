"""A transformer as big as BERT-base, warmed in the master: workers encode with it, and share it."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from scripts.bench.bert import make
from scripts.bench.used import memory
from tests import catalogues, made, servers
from tests.faults.figures import told

pytestmark = pytest.mark.slow
MOST = 1.25
A_WORKER_MB = 30.0
COMMIT = "0" * 40


@pytest.fixture(scope="module")
def bert(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A BERT of twelve layers that has learnt nothing: 110 million numbers."""
    return make(tmp_path_factory.mktemp("bert"))


def worked(data: Path, workers: int) -> float:
    """The memory (PSS, MB) of a server of so many workers after each has encoded."""
    with servers.house(data / servers.DATABASE, WEB_WORKERS=str(workers), LOG_LEVEL="warning") as house:
        for n in range(8 * workers):  # each on a connection of its own, so that every worker gets some
            url = f"{house.base_url}/key-events/149/table/search?q=oxidative+stress+{n}"
            answer = servers.get(url)
            assert answer.status_code == 200, answer.text
        return memory(house.running[-1].process.pid)


def folder_with(tmp_path: Path, model: str) -> Path:
    data = tmp_path / "data"
    data.mkdir()
    database = catalogues.small(data).rename(data / servers.DATABASE)
    made.run(database, data / "vectors", "--model", model)
    return data


def test_a_model_of_a_hub_is_kept_in_the_data_folder_and_served_from_there(tmp_path: Path) -> None:
    """As a hub's own program lays it out: nothing else may be written in the container."""
    data = tmp_path / "data"
    data.mkdir()
    database = catalogues.small(data).rename(data / servers.DATABASE)
    kept = data / "models" / "hub" / "models--org--bert"
    (kept / "refs").mkdir(parents=True)
    (kept / "refs" / "main").write_text(COMMIT)
    shutil.copytree(make(tmp_path / "bert", layers=1), kept / "snapshots" / COMMIT)
    environment = {**os.environ, "DATA_DIR": str(data), "HF_HOME": "", "HF_HUB_OFFLINE": "1", "MODEL": "org/bert"}
    command = [sys.executable, "-m", "scripts.precompute", "--db", str(database), "--out", str(data / "vectors")]
    done = subprocess.run(command, cwd=servers.ROOT, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    with servers.house(database, WEB_WORKERS="1", HF_HOME="") as house:
        assert servers.get(f"{house.base_url}/readyz").json()["vectors"] == {"status": "ok"}


def test_four_workers_share_a_big_model(bert: Path, tmp_path: Path) -> None:
    data = folder_with(tmp_path, str(bert))
    one, two, four = (worked(data, workers) for workers in (1, 2, 4))
    told("memory with BERT-base", f"1, 2, 4 workers: {one:.0f}, {two:.0f}, {four:.0f} MB")
    assert four <= MOST * one


def test_without_one_a_further_worker_is_small(embedded: Path, tmp_path: Path) -> None:
    data = Path(shutil.copytree(embedded, tmp_path / "data"))
    one, two, four = (worked(data, workers) for workers in (1, 2, 4))
    told("memory without", f"1, 2, 4 workers: {one:.0f}, {two:.0f}, {four:.0f} MB")
    assert (four - one) / 3 <= A_WORKER_MB
