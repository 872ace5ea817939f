"""Many people at the same moment, on gunicorn with two workers (F6 and F7)."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace

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
A_KEY_EVENT, ANOTHER = 1115, 149


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


def at_once(clients: list[httpx.Client], pressed: list[Form]) -> list[httpx.Response]:
    """Each client rejects by its form, all at the same moment."""
    together = threading.Barrier(len(clients), timeout=60)

    def press(client: httpx.Client, form: Form) -> httpx.Response:
        together.wait()
        return form.press(client, "reject")

    with ThreadPoolExecutor(len(clients)) as pool:
        return list(pool.map(press, clients, pressed))


def test_two_curators_on_one_pair_300_times_with_16_clients(
    house: House, come_in: Callable[[str], httpx.Client]
) -> None:
    duos = [{login: come_in(login) for login in ACTS} for _ in range(DUOS)]
    with connection.reader(house.database) as db:
        every = [row["id"] for row in db.execute("SELECT id FROM key_event ORDER BY id")]
        every = [key_event for key_event in every if key_event not in (A_KEY_EVENT, ANOTHER)]
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
    form = forms(clients[0], A_KEY_EVENT)[0]
    answers = at_once(clients, [form] * TIMES)
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.text for answer in answers}) == 1
    assert kept(house, {A_KEY_EVENT}) == [Kept(form.pair, "reviewer", "reject")]
    again = form.press(clients[0], "unsure")
    assert again.status_code == 422, "under the same key, another press is refused"
    assert "was sent before with another answer" in again.text
    assert len(kept(house, {A_KEY_EVENT})) == 1


def test_it_is_the_key_that_makes_the_answers_equal(house: House, come_in: Callable[[str], httpx.Client]) -> None:
    """The control of the test above: each press under a key of its own, one is saved and 19 are too late."""
    clients = [come_in("reviewer") for _ in range(TIMES)]
    form = forms(clients[0], ANOTHER)[0]
    keyed = [replace(form, fields={**form.fields, "key": f"key {number}"}) for number in range(TIMES)]
    statuses = sorted(answer.status_code for answer in at_once(clients, keyed))
    assert statuses == [200] + [409] * (TIMES - 1)
    assert len(kept(house, {ANOTHER})) == 1
