"""Figures for who watches over Keyway, and for nobody else."""

import json
import os
import signal
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from core import backups
from tests import servers
from tests.acts import annotated
from tests.waiting import PATIENCE_S, eventually

Visit = Callable[[str | None], httpx.Client]
TOKEN = "a token of more than twenty"
QUEUE = "keyway_requests_total door=/queue method=GET status=200"


def figures(answer: httpx.Response) -> dict[str, float]:
    """Every sample by its name and labels, as Prometheus itself reads them."""
    assert answer.status_code == 200, answer.text
    return {
        sample.name + "".join(f" {name}={value}" for name, value in sorted(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


def test_what_was_asked_is_counted_by_door(visit: Visit) -> None:
    client = visit(None)
    before = figures(client.get("/metrics"))
    for _ in range(3):
        client.get("/key-events/149")
    client.get("/nothing/here")
    found = figures(client.get("/metrics"))

    def more(name: str) -> float:
        return found[name] - before.get(name, 0)

    assert more("keyway_requests_total door=/key-events/{id:number} method=GET status=200") == 3
    assert more("keyway_requests_total door=none method=GET status=404") == 1
    assert more("keyway_request_seconds_count door=/key-events/{id:number}") == 3
    assert not [name for name in found if "149" in name or "nothing" in name]


def test_the_work_is_counted_in_the_database(visit: Visit, database: Path) -> None:
    annotated(database, 3)
    found = figures(visit(None).get("/metrics"))
    assert found["keyway_decisions act=annotate"] == 3
    assert found["keyway_key_events progress=open"] == 4
    assert found["keyway_people role=curator"] >= 1
    assert found["keyway_sessions"] == 0
    assert found["keyway_disk_free_bytes"] > 0
    assert found["keyway_database_bytes"] == database.stat().st_size


def test_the_backups_are_told(visit: Visit, database: Path) -> None:
    client = visit(None)
    assert "keyway_backup_age_seconds" not in figures(client.get("/metrics"))
    copy, _ = backups.make(database, database.parent / "backups", datetime.now(UTC))
    found = figures(client.get("/metrics"))
    assert 0 <= found["keyway_backup_age_seconds"] < 3600
    assert (found["keyway_backups"], found["keyway_backup_bytes"], found["keyway_backup_well"]) == (1, copy.size, 1)


def test_a_worker_tells_its_memory(visit: Visit) -> None:
    found = figures(visit(None).get("/metrics"))
    assert sum(value for name, value in found.items() if name.startswith("keyway_worker_memory_bytes")) > 10**6


class TestWhoMayRead:
    @pytest.mark.parametrize("header", ["x-forwarded-for", "forwarded", "via", "X-Forwarded-Proto", "X-Real-IP"])
    def test_a_visitor_behind_a_proxy_on_this_machine_may_not(self, visit: Visit, header: str) -> None:
        answer = visit(None).get("/metrics", headers={header: "192.0.2.1"})
        assert answer.status_code == 403
        assert "METRICS_TOKEN" in answer.text

    def test_who_has_the_token_may(self, database: Path) -> None:
        away = {"X-Forwarded-For": "192.0.2.1"}
        with (
            servers.keyway(database, METRICS_TOKEN=TOKEN) as running,
            httpx.Client(base_url=running.base_url, trust_env=False, timeout=PATIENCE_S, headers=away) as client,
        ):
            for said in (TOKEN, f"Basic {TOKEN}", f"Bearer {TOKEN}x", "Bearer x"):
                assert client.get("/metrics", headers={"Authorization": said}).status_code == 403
            assert client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"}).status_code == 200

    def test_without_a_token_set_none_opens(self, visit: Visit) -> None:
        headers = {"X-Forwarded-For": "192.0.2.1", "Authorization": "Bearer x"}
        assert visit(None).get("/metrics", headers=headers).status_code == 403


def test_the_workers_count_together(database: Path) -> None:
    """Each request on a connection of its own, so that both workers get some; whoever is asked knows of all."""
    with servers.house(database, WEB_WORKERS="2") as house:
        for _ in range(40):
            servers.get(f"{house.base_url}/queue")
        told: list[dict[str, float]] = []

        def all_know() -> bool:  # a worker counts once it has answered: the last may be a moment behind
            told[:] = [figures(servers.get(f"{house.base_url}/metrics")) for _ in range(4)]
            return {found[QUEUE] for found in told} == {40}

        eventually("the workers do not count together", all_know)
    assert len([name for name in told[0] if name.startswith("keyway_worker_memory_bytes")]) == 2
    lines = [json.loads(line) for line in house.log.read_text().splitlines()]
    assert len([line for line in lines if line.get("door") == "/queue"]) == 40


def test_what_was_counted_outlives_its_worker_and_takes_no_more_room(database: Path) -> None:
    with servers.house(database, WEB_WORKERS="1") as house:
        master = house.running[-1].process.pid

        def worker_after(pid: str) -> str:
            found = [pid]

            def another() -> bool:
                found[0] = Path(f"/proc/{master}/task/{master}/children").read_text().strip()
                return found[0].isdecimal() and found[0] != pid

            eventually("there is no other worker", another)
            return found[0]

        def counted() -> float:
            return figures(servers.get(f"{house.base_url}/metrics")).get(QUEUE, 0)

        def counts(expected: int) -> Callable[[], bool]:
            return lambda: counted() == expected

        worker = worker_after("")
        for expected, end in enumerate((signal.SIGKILL, signal.SIGKILL, signal.SIGHUP), start=1):
            servers.get(f"{house.base_url}/queue")
            eventually("it does not count", counts(expected))
            os.kill(master if end is signal.SIGHUP else int(worker), end)
            worker = worker_after(worker)
            assert counted() == expected
        (folder,) = counts_of(master)
        assert len(list(folder.iterdir())) <= 4, "files for each worker that ever was would fill the memory"
    assert counts_of(master) == []


def counts_of(master: int) -> list[Path]:
    """Where the workers of a server count."""
    return [found for at in ("/dev/shm", tempfile.gettempdir()) for found in Path(at).glob(f"keyway-counts-{master}-*")]
