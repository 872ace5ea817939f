"""The disk is full (F4): nothing is half saved, pages are read, and it goes on by itself when there is room."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests import people, servers
from tests.faults.figures import told
from tests.faults.load import Press, Verdict, fresh_pairs, judge, kept
from tests.servers import House

pytestmark = pytest.mark.slow
SIZE_MIB, PRESSES = 40, 60


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 40 MiB, in memory."""
    place = tmp_path / "disk"
    place.mkdir()
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={SIZE_MIB}m", "tmpfs", place], capture_output=True)
    if done.returncode:
        leave_out = pytest.fail if os.environ.get("CI") == "true" else pytest.skip
        leave_out(f"cannot mount a small disk here: {done.stderr.decode().strip()}")
    yield place
    subprocess.run(["umount", "--lazy", place], check=True)


@pytest.fixture
def house(embedded: Path, small_disk: Path) -> Iterator[House]:
    """Keyway on that disk; its log is elsewhere."""
    database = Path(shutil.copy(embedded / servers.DATABASE, small_disk))
    with servers.house(database, WEB_WORKERS="2", LOG_LEVEL="warning") as running:
        running.log = small_disk.parent / "log"
        yield running


def fill(disk: Path) -> Path:
    """Write until nothing fits any more."""
    filler = disk / "filler"
    with filler.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(os.urandom(4096))
        except OSError:
            pass
    return filler


def press(client: httpx.Client, pair: tuple[int, str], presses: list[Press]) -> httpx.Response:
    one = Press(f"key {len(presses)}", f"note {len(presses)}")
    presses.append(one)
    fields = {"target": pair[1], "act": "annotate", "note": one.note, "base_version": "0", "key": one.key}
    answer = client.post(f"/key-events/{pair[0]}/table/decisions", data=fields)
    one.acknowledged = answer.status_code == 200
    return answer


def test_a_full_disk_saves_nothing_says_so_and_recovers(house: House, small_disk: Path) -> None:
    pairs, presses = iter(fresh_pairs(house.database)), list[Press]()
    with people.visitor(house.base_url) as client:
        people.choose(client, "reviewer")
        assert press(client, next(pairs), presses).status_code == 200
        filler = fill(small_disk)
        full = [press(client, next(pairs), presses) for _ in range(PRESSES)]
        refused = [answer for answer in full if answer.status_code == 503]
        assert {answer.status_code for answer in full} <= {200, 503}
        assert refused and all("Nothing was saved" in answer.text for answer in refused)
        assert client.get("/key-events/149").status_code == 200
        assert client.get("/readyz").status_code == 503
        filler.unlink()
        again = [press(client, next(pairs), presses) for _ in range(10)]
        assert {answer.status_code for answer in again} == {200}
        assert client.get("/readyz").status_code == 200
    verdict = judge(presses, kept(house.database))
    told(
        "F4", f"{len(refused)} of {PRESSES} presses refused with 503, {verdict.lost} lost, pages 200, goes on by itself"
    )
    assert verdict == Verdict()
    refused_keys = {one.key for one in presses if not one.acknowledged}
    assert not refused_keys & {key for key, _ in kept(house.database)}, "what was refused was saved all the same"
