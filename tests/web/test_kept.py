"""Pages that are kept until somebody writes: quick, and never a moment old."""

from collections.abc import Callable

import httpx
import pytest

from core.model import Act
from core.store import connection, curators, explore
from tests import decided, people
from tests.decided import OXIDATIVE, ROS
from tests.servers import Keyway
from web import kept

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
    curator, second, reader = visit("curator"), visit("second-curator"), visit(None)
    pages = [each.get(PATH) for each in (curator, second, reader) * 2]
    assert [page.text for page in pages[:3]] == [page.text for page in pages[3:]]
    assert ["My work" in page.text for page in pages[:3]] == [True, True, False]
    assert ["second-curator" in page.text for page in pages[:3]] == [False, True, False]
    assert [page.headers["cache-control"] for page in pages[3:]] == ["no-store", "no-store", "private, no-cache"]
    assert len(asked) == 3


def test_what_a_person_is_and_likes_counts_at_once(keyway: Keyway, visit: Visit) -> None:
    curator = visit("curator")
    path = "/key-events/1115"
    assert 'data-scores="off"' not in curator.get(path).text
    curator.post("/me/scores", data={"scores": "off"})
    assert 'data-scores="off"' in curator.get(path).text
    assert "No target fits" in curator.get(path).text
    with connection.writer(keyway.database) as db, connection.transaction(db):
        curators.set_role(db, people.person(db, "curator").id, None)
    assert "No target fits" not in curator.get(path).text
    assert curator.get("/review").status_code == 403


def test_a_commit_while_a_page_is_made_is_not_overlooked(
    keyway: Keyway, visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader, whole = visit(None), explore.page

    def page(*given: object, **named: object) -> explore.Page:
        found = whole(*given, **named)  # type: ignore[arg-type]
        if not found.rows:
            decided.in_database(keyway.database, (OXIDATIVE, Act.PROPOSE, "curator"))
        return found

    monkeypatch.setattr(explore, "page", page)
    assert OXIDATIVE.target.accession not in reader.get(PATH).text, "it was read before the decision"
    assert OXIDATIVE.target.accession in reader.get(PATH).text


def test_a_browser_that_takes_nothing_packed_gets_the_same(keyway: Keyway, visit: Visit) -> None:
    reader = visit(None)
    packed = reader.get(PATH)
    plain = [reader.get(PATH, headers={"Accept-Encoding": "identity"}) for _ in range(2)]
    assert packed.headers["content-encoding"] == "gzip"
    assert all("content-encoding" not in each.headers for each in plain)
    assert {each.text for each in plain} == {packed.text}
    assert all("Accept-Encoding" in each.headers["vary"] for each in (packed, *plain))


def test_what_is_refused_is_not_kept(keyway: Keyway, visit: Visit) -> None:
    reader = visit(None)
    assert [reader.get("/explore?gene=" + "x" * 99).status_code for _ in range(2)] == [422, 422]


def test_only_so_many_are_kept(
    keyway: Keyway, visit: Visit, asked: list[explore.Filter], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept, "MOST", most := 12)
    reader = visit(None)
    for number in [*range(1, most + 3), 1, most + 2]:
        reader.get(f"/explore?key_event={number}")
    assert len(asked) == most + 2 + 1
