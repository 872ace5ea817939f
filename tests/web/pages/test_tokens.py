"""A person makes tokens for programs, sees each once, and revokes them."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import httpx
import pytest

from core import programs
from tests.servers import Keyway
from tests.waiting import PATIENCE_S

Visit = Callable[[str | None], httpx.Client]
SECRET = re.compile(r'class="secret id">(kw_[A-Za-z0-9_-]{43})<')
SOON = (datetime.now(UTC) + timedelta(days=30)).date().isoformat()
FORM = {"label": "Notebook", "scope": "curator", "expires": SOON}


def decide(keyway: Keyway, text: str, version: int = 0) -> httpx.Response:
    """A program's proposal with this token."""
    body = {"key_event": 149, "target": "wikipathways:WP254", "act": "propose", "relation": "related",
            "base_version": version, "key": str(uuid4())}  # fmt: skip
    headers = {"Authorization": f"Bearer {text}"}
    return httpx.post(
        f"{keyway.base_url}/api/v1/decisions", json=body, headers=headers, trust_env=False, timeout=PATIENCE_S
    )


def test_a_token_is_shown_once_works_and_is_revoked(visit: Visit, keyway: Keyway) -> None:
    client = visit("curator")
    assert "Your first token" in client.get("/me/tokens").text
    made = client.post("/me/tokens", data=FORM)
    assert made.status_code == 201
    assert made.headers["cache-control"] == "no-store"
    found = SECRET.search(made.text)
    assert found is not None
    text = client.get("/me/tokens").text
    assert found[1] not in text
    assert found[1].encode() not in keyway.database.read_bytes()
    assert re.search(r">Notebook<[\s\S]*>valid<[\s\S]*>never<", text)
    assert decide(keyway, found[1]).status_code == 201
    assert ">never<" not in client.get("/me/tokens").text
    path = re.search(r'action="(/me/tokens/\d+/revocation)"', text)
    assert path is not None
    assert ">revoked<" in client.post(path[1]).text
    refused = decide(keyway, found[1], 1)
    assert refused.status_code == 401
    assert "make another at /me/tokens" in refused.json()["error"]["message"]


def test_nobody_revokes_another_s(visit: Visit) -> None:
    text = visit("curator").post("/me/tokens", data=FORM).text
    path = re.search(r'action="(/me/tokens/\d+/revocation)"', text)
    assert path is not None
    assert visit("second-curator").post(path[1]).status_code == 404
    assert ">valid<" in visit("curator").get("/me/tokens").text


def test_a_reviewer_chooses_how_much_it_may(visit: Visit) -> None:
    assert '<option value="reviewer">' in visit("reviewer").get("/me/tokens").text
    assert '<option value="reviewer">' not in visit("curator").get("/me/tokens").text
    assert "for reviewers" in visit("reviewer").post("/me/tokens", data=FORM | {"scope": "reviewer"}).text


def test_who_has_no_role_is_told_why_there_is_no_form(visit: Visit) -> None:
    client = visit("stranger")
    text = client.get("/me/tokens").text
    assert "You have no role yet" in text
    assert "/me/tokens/" not in text
    assert client.post("/me/tokens", data=FORM).status_code == 403


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"label": ""}, "label is missing"),
        ({"label": "x" * 81}, "label has 81 characters"),
        ({"scope": "admin"}, "expected one of: curator, reviewer"),
        ({"scope": "reviewer"}, "more than you may"),
        ({"expires": ""}, "expires is missing"),
        ({"expires": "2020-01-01"}, "expected a day from tomorrow"),
        ({"expires": "2199-01-01"}, "expected a day from tomorrow"),
    ],
)
def test_a_token_that_cannot_be_is_refused_by_name(visit: Visit, change: dict[str, str], words: str) -> None:
    answer = visit("curator").post("/me/tokens", data=FORM | change)
    assert answer.status_code == 422
    assert words in answer.text


def test_there_is_an_end_to_how_many(visit: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(programs, "MOST_TOKENS", 1)
    client = visit("curator")
    assert client.post("/me/tokens", data=FORM).status_code == 201
    answer = client.post("/me/tokens", data=FORM)
    assert answer.status_code == 422
    assert "revoke one that you do not need" in answer.text


def test_a_cookie_opens_nothing_for_programs(visit: Visit, keyway: Keyway) -> None:
    client = visit("curator")
    body = {"key_event": 149, "target": "wikipathways:WP254", "act": "reject", "base_version": 0, "key": "a"}
    assert client.post("/api/v1/decisions", json=body).status_code == 401
