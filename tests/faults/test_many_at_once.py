"""Many people at the same moment, on gunicorn with two workers (F6 and F7)."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import httpx
import pytest

from core.store import connection, curators, decisions
from tests import people
from tests.faults.history import Kept, Told, wrong
from tests.faults.sheets import Form, forms
from tests.servers import House

DUOS, PAIRS = 8, 300
ACTS = {"curator": "reject", "second-curator": "unsure"}
TIMES = 20


@pytest.fixture
def come_in(house: House) -> Iterator[Callable[[str], httpx.Client]]:
    """`come_in("curator")`: another client of somebody who is signed in."""
    with ExitStack() as stack:
        known: dict[str, httpx.Client] = {}

        def client(login: str) -> httpx.Client:
            made = stack.enter_context(people.visitor(house.base_url))
            made.timeout = httpx.Timeout(60)
            if login in known:
                made.cookies.update(known[login].cookies)
            else:
                people.choose(known.setdefault(login, made), login)
            return made

        yield client


def kept(house: House, key_events: set[int]) -> list[Kept]:
    """All decisions on these Key Events, from the database."""
    with connection.reader(house.database) as db:
        found = [each for key_event in key_events for each in decisions.of_key_event(db, key_event)]
        known = curators.by_ids(db, {each.person for each in found})
    return [Kept(f"{each.pair.key_event}/{each.pair.target}", known[each.person].login, each.act) for each in found]


def race(duo: dict[str, httpx.Client], pairs: list[Form]) -> list[Told]:
    """Both press on every pair at the same moment."""
    together = threading.Barrier(len(duo), timeout=60)

    def press(login: str) -> list[Told]:
        told = []
        for form in pairs:
            together.wait()
            told.append(Told(form.pair, login, ACTS[login], form.press(duo[login], ACTS[login]).status_code))
        return told

    with ThreadPoolExecutor(len(duo)) as pool:
        return [each for told in pool.map(press, duo) for each in told]


def test_two_curators_on_one_pair_300_times_with_16_clients(
    house: House, come_in: Callable[[str], httpx.Client]
) -> None:
    duos = [{login: come_in(login) for login in ACTS} for _ in range(DUOS)]
    with connection.reader(house.database) as db:
        every = [row["id"] for row in db.execute("SELECT id FROM key_event ORDER BY id")]
    pairs: list[Form] = []
    while len(pairs) < PAIRS:
        pairs += forms(duos[0]["curator"], every.pop())
    pairs = pairs[:PAIRS]
    with ThreadPoolExecutor(DUOS) as pool:
        told = [each for part in pool.map(race, duos, [pairs[at::DUOS] for at in range(DUOS)]) for each in part]
    found = kept(house, {form.key_event for form in pairs})
    assert wrong(told, found, house.log.read_text()) == []
    assert (len(told), len(found)) == (2 * PAIRS, PAIRS)
    assert {each.person for each in found} == set(ACTS), "one of the two was always faster: no race"


def test_the_same_press_20_times_at_once_is_one_decision_and_20_equal_answers(
    house: House, come_in: Callable[[str], httpx.Client]
) -> None:
    clients = [come_in("reviewer") for _ in range(TIMES)]
    form = forms(clients[0], 1115)[0]
    together = threading.Barrier(TIMES, timeout=60)

    def press(client: httpx.Client) -> tuple[int, str]:
        together.wait()
        answer = form.press(client, "reject")
        return answer.status_code, answer.text

    with ThreadPoolExecutor(TIMES) as pool:
        answers = set(pool.map(press, clients))
    assert {status for status, _ in answers} == {200}
    assert len(answers) == 1
    assert kept(house, {1115}) == [Kept(form.pair, "reviewer", "reject")]

    again = form.press(clients[0], "unsure")
    assert again.status_code == 422, "the control: under the same key, another press is refused"
    assert "was sent before with another answer" in again.text
    assert len(kept(house, {1115})) == 1
