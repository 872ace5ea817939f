"""Nobody writes faster than people do; who is refused loses nothing and knows when to go on."""

import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import httpx
import pytest
from starlette.requests import Request

from core.errors import TooMany
from core.model import Person, Role
from tests import people, servers
from web.pace import PLACES, Pace, place

Visit = Callable[[str | None], httpx.Client]
FEW = "5"


def somebody(id: int = 7, role: Role | None = Role.CURATOR) -> Person:
    return Person(id=id, login="curator", name="", role=role)


def from_address(host: str) -> Request:
    return Request({"type": "http", "client": (host, 1), "headers": []})


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


class TestMeasure:
    def written(self, pace: Pace, times: int, who: Person | None = None, host: str = "192.0.2.1") -> None:
        for _ in range(times):
            pace.refuse_fast(from_address(host), who)
            pace.note(from_address(host), who)

    def test_so_many_at_once_and_then_one_by_one(self) -> None:
        clock = Clock()
        pace = Pace(60, clock)
        self.written(pace, 60, somebody())
        with pytest.raises(TooMany, match=r"At most 60 writes a minute .* Go on in 1 s") as refused:
            self.written(pace, 1, somebody())
        assert refused.value.retry_after == 1
        clock.now += 1
        self.written(pace, 1, somebody())
        with pytest.raises(TooMany):
            self.written(pace, 1, somebody())
        clock.now += 60
        self.written(pace, 60, somebody())

    def test_each_person_has_their_own(self) -> None:
        pace = Pace(2, Clock())
        for id in range(1, 100):
            self.written(pace, 2, somebody(id))

    def test_who_is_signed_out_is_an_address(self) -> None:
        pace = Pace(2, Clock())
        self.written(pace, 2)
        self.written(pace, 2, host="192.0.2.2")
        with pytest.raises(TooMany):
            self.written(pace, 1)

    @pytest.mark.parametrize("role", [Role.REVIEWER, Role.ADMIN])
    def test_reviewers_are_not_kept_from_their_work(self, role: Role) -> None:
        self.written(Pace(2, Clock()), 50, somebody(role=role))

    def test_nought_is_no_measure(self) -> None:
        self.written(Pace(0, Clock()), 50, somebody())

    def test_persons_and_addresses_never_share_a_place(self) -> None:
        assert (place(from_address(""), somebody(PLACES + 3)), somebody().id) == (3, 7)
        assert PLACES <= (place(from_address("192.0.2.1"), None) or 0) < 2 * PLACES


@pytest.fixture
def still(monkeypatch: pytest.MonkeyPatch) -> None:
    """Servers of this process measure by a clock that stands still: a press that takes long earns nobody another."""
    monkeypatch.setattr("web.app.Pace", partial(Pace, clock=Clock()))


def decide(client: httpx.Client, version: int, key: str) -> httpx.Response:
    fields = {"target": "wikipathways:WP254", "act": "annotate", "note": "x", "base_version": str(version), "key": key}
    return client.post("/key-events/149/table/decisions", data=fields)


@pytest.mark.usefixtures("still")
def test_a_press_that_was_too_fast_says_when_to_go_on_and_is_not_saved(database: Path) -> None:
    with servers.keyway(database, WRITES_PER_MINUTE=FEW) as running, people.visitor(running.base_url) as curator:
        people.choose(curator, "curator")
        answers = [decide(curator, n, f"key {n}") for n in range(6)]
        assert [answer.status_code for answer in answers] == [200] * 5 + [429]
        assert int(answers[-1].headers["Retry-After"]) == 12
        assert "this one was not saved" in answers[-1].text
        assert curator.post("/me/tokens/1/revocation").status_code != 429
        assert curator.post("/signout/everywhere").status_code == 200, "nobody is kept from signing out"
        assert curator.get("/me").status_code == 401


def test_what_is_refused_does_not_count(database: Path) -> None:
    with servers.keyway(database, WRITES_PER_MINUTE=FEW) as running, people.visitor(running.base_url) as curator:
        people.choose(curator, "curator")
        assert {decide(curator, 9, f"stale {n}").status_code for n in range(20)} == {409}
        assert decide(curator, 0, "good").status_code == 200


@pytest.mark.usefixtures("still")
def test_signing_in_again_and_again_is_counted_by_address(database: Path) -> None:
    with servers.keyway(database, WRITES_PER_MINUTE=FEW) as running:
        answers = []
        for _ in range(6):
            with people.visitor(running.base_url) as client:
                answers.append(people.choose(client, "curator"))
        assert [answer.status_code for answer in answers] == [200] * 5 + [429]


def test_the_workers_measure_together(database: Path) -> None:
    """Each press on a connection of its own, so that both workers get some: apart, they would let 40 through."""
    with servers.house(database, WEB_WORKERS="2", WRITES_PER_MINUTE="20") as house:
        with people.visitor(house.base_url) as curator:
            people.choose(curator, "curator")
            known = curator.cookies
        statuses, begun = list[int](), time.monotonic()
        while 429 not in statuses:
            with people.visitor(house.base_url) as client:
                client.cookies.update(known)
                statuses.append(decide(client, len(statuses), f"key {len(statuses)}").status_code)
        earned = int((time.monotonic() - begun) * 20 / 60)  # meanwhile, on a machine with other work
    assert set(statuses[:-1]) == {200}
    assert 20 <= len(statuses[:-1]) <= 20 + earned


@pytest.mark.parametrize(("proxies", "last"), [("127.0.0.0/8", 200), ("", 429)])
def test_only_a_trusted_proxy_says_where_somebody_comes_from(database: Path, proxies: str, last: int) -> None:
    statuses = []
    with servers.house(database, WRITES_PER_MINUTE="1", TRUSTED_PROXIES=proxies) as house:
        for n in range(2):
            with people.visitor(house.base_url) as client:
                client.headers["X-Forwarded-For"] = f"192.0.2.{n}"
                statuses.append(people.choose(client, "curator").status_code)
    assert statuses == [200, last]


def test_a_new_secret_signs_nobody_out(database: Path) -> None:
    """Sessions do not depend on it; only a sign-in that is under way begins anew."""
    with servers.keyway(database) as running, people.visitor(running.base_url) as client:
        people.choose(client, "curator")
        token = client.cookies["keyway"]
    with servers.keyway(database, SECRET_KEY="another forty characters nobody knows.") as running:
        answer = servers.get(f"{running.base_url}/me", headers={"Cookie": f"keyway={token}"})
        assert answer.status_code == 200
