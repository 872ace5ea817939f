"""Pages that are kept until somebody writes: quick, and never a moment old."""

from collections.abc import Callable

import httpx
import pytest

from core.model import Act
from core.store import explore
from tests import decided
from tests.decided import OXIDATIVE, ROS
from tests.servers import Keyway

Visit = Callable[[str | None], httpx.Client]
PATH = "/explore?state=proposed"


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[explore.Filter]:
    """What the database was asked to list."""
    found: list[explore.Filter] = []
    whole = explore.page

    def page(*given: object, **named: object) -> explore.Page:
        found.append(given[1])  # type: ignore[arg-type]
        return whole(*given, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(explore, "page", page)
    return found


def test_a_second_reader_gets_the_same_page_without_asking(
    keyway: Keyway, visit: Visit, asked: list[explore.Filter]
) -> None:
    first, second = visit(None).get(PATH), visit(None).get(PATH)
    assert first.text == second.text
    assert len(asked) == 1
    assert {name: first.headers[name] for name in ("content-type", "content-security-policy", "cache-control")} == {
        name: second.headers[name] for name in ("content-type", "content-security-policy", "cache-control")
    }


def test_a_decision_is_there_at_the_next_request(keyway: Keyway, visit: Visit) -> None:
    reader = visit(None)
    for pair in (OXIDATIVE, ROS):
        assert pair.target.accession not in reader.get(PATH).text
        decided.in_database(keyway.database, (pair, Act.PROPOSE, "curator"))
        assert pair.target.accession in reader.get(PATH).text


def test_whoever_is_signed_in_gets_their_own(keyway: Keyway, visit: Visit, asked: list[explore.Filter]) -> None:
    visit(None).get(PATH)
    page = visit("curator").get(PATH)
    assert "My work" in page.text
    assert page.headers["cache-control"] == "no-store"
    assert "My work" not in visit(None).get(PATH).text
    assert len(asked) == 2 + 1  # signing in has written, so the reader's page was made anew


def test_what_is_refused_is_not_kept(keyway: Keyway, visit: Visit) -> None:
    reader = visit(None)
    assert [reader.get("/explore?gene=" + "x" * 99).status_code for _ in range(2)] == [422, 422]


def test_only_so_many_are_kept(keyway: Keyway, visit: Visit, asked: list[explore.Filter]) -> None:
    reader = visit(None)
    for number in [*range(1, 131), 1, 130]:
        reader.get(f"/explore?key_event={number}")
    assert len(asked) == 130 + 1
