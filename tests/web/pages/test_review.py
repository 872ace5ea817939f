"""Two reviewers at one proposal at one moment: whoever is first decides, and the other one reads who that was."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from html import unescape

import httpx
import pytest

from core.model import Act, Pair
from core.store import connection, decisions
from tests import decided
from tests.decided import APOPTOSIS, OXIDATIVE, ROS
from tests.servers import Keyway
from tests.waiting import PATIENCE_S

Visit = Callable[[str | None], httpx.Client]
PAIRS = (OXIDATIVE, APOPTOSIS, ROS)
DID = {Act.APPROVE: "approved", Act.DECLINE: "declined"}


@pytest.mark.parametrize("others", [Act.APPROVE, Act.DECLINE])
def test_one_decides_and_the_other_is_told(keyway: Keyway, visit: Visit, others: Act) -> None:
    steps = [(pair, act, "curator") for pair in PAIRS for act in (Act.PROPOSE, Act.ASSESS)]
    decided.in_database(keyway.database, *steps)
    duo = {"reviewer": (visit("reviewer"), Act.APPROVE), "admin": (visit("admin"), others)}
    together = threading.Barrier(len(duo), timeout=PATIENCE_S)

    def press(login: str, pair: Pair) -> httpx.Response:
        client, act = duo[login]
        sent = {"key_event": pair.key_event, "target": str(pair.target), "base_version": 2, "key": f"{login} {pair}"}
        together.wait()
        return client.post("/review/table/decisions", data=sent | {"act": act, "note": "seen"})

    for pair in PAIRS:
        with ThreadPoolExecutor(len(duo)) as pool:
            answers = dict(zip(duo, pool.map(lambda login, pair=pair: press(login, pair), duo), strict=True))
        with connection.reader(keyway.database) as db:
            made = decisions.of_pair(db, pair)[2:]
        assert sorted(answer.status_code for answer in answers.values()) == [200, 409]
        (first,) = (login for login, answer in answers.items() if answer.status_code == 200)
        (second,) = duo.keys() - {first}
        assert [decision.act for decision in made] == [duo[first][1]]
        told = unescape(answers[second].text)
        assert f"{first} was faster: it is {DID[duo[first][1]]} now. Yours was not saved" in told
