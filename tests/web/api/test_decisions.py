"""A program decides in the name of the person whose token it has, and can do nothing more."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import httpx
import pytest

from core import programs
from core.model import Role
from core.store import connection, curators, tokens
from tests import people
from tests.servers import Keyway

Visit = Callable[[str | None], httpx.Client]
ANSWERS = {"relationship": "causative", "basis": "known", "specificity": "specific", "coverage": "complete"}


def token(keyway: Keyway, login: str, scope: Role = Role.CURATOR) -> str:
    """A token of somebody of the stand-in."""
    now = datetime.now(UTC)
    with connection.writer(keyway.database) as db, connection.transaction(db):
        person = people.person(db, login)
        return programs.make_token(db, person.id, "notebook", scope, now + timedelta(days=30), now)[1]


def proposal(**others: object) -> dict[str, object]:
    """What a program sends to propose a pair."""
    said = {"key_event": 149, "target": "wikipathways:WP254", "act": "propose", "relation": "related"}
    return {**said, "base_version": 0, "key": str(uuid4()), **others}


@pytest.fixture
def send(visit: Visit, keyway: Keyway) -> Callable[..., httpx.Response]:
    """`send(token, body)`: a program without cookies."""
    client = visit(None)
    del client.headers["Origin"]

    def posted(text: str | None, body: object) -> httpx.Response:
        headers = {"Authorization": f"Bearer {text}"} if text else {}
        return client.post("/api/v1/decisions", json=body, headers=headers)

    return posted


Send = Callable[..., httpx.Response]


class TestDecide:
    def test_a_program_proposes_and_assesses(self, send: Send, keyway: Keyway) -> None:
        mine = token(keyway, "curator")
        proposed = send(mine, proposal(papers=["PMID:31037298"], note="from a screen"))
        assert proposed.status_code == 201
        assert proposed.json()["data"]["state"] == "proposed"
        body = proposal(act="assess", base_version=1, answers=ANSWERS)
        del body["relation"]
        assert send(mine, body).json()["data"]["version"] == 2

    def test_sent_twice_it_decides_once(self, send: Send, keyway: Keyway) -> None:
        mine, body = token(keyway, "curator"), proposal()
        first, second = send(mine, body), send(mine, body)
        assert first.json() == second.json()
        assert send(mine, body | {"relation": "broader"}).status_code == 422

    def test_who_was_slower_hears_of_it_and_looks_where_it_stands(
        self, send: Send, visit: Visit, keyway: Keyway
    ) -> None:
        address, reader = "/api/v1/pairs/149/wikipathways:WP254", visit(None)
        before = reader.get(address)
        assert (before.json()["data"]["state"], before.json()["data"]["version"]) == ("open", 0)
        send(token(keyway, "curator"), proposal())
        now = reader.get(address, headers={"If-None-Match": before.headers["etag"]}).json()["data"]
        assert now == {
            "pair": {"key_event": 149, "target": "wikipathways:WP254"}, "state": "proposed", "version": 1
        }  # fmt: skip
        late = send(token(keyway, "second-curator"), proposal(act="reject", relation=None) | {"relation": ""})
        assert late.status_code == 409

    @pytest.mark.parametrize(
        ("path", "status"),
        [("999999/wikipathways:WP254", 404), ("149/wikipathways:WP9999999", 404), ("149/WP254", 422)],
    )
    def test_a_pair_that_cannot_be_is_none(self, visit: Visit, path: str, status: int) -> None:
        answer = visit(None).get(f"/api/v1/pairs/{path}")
        assert (answer.status_code, answer.json()["error"]["status"]) == (status, status)


class TestTokens:
    def test_none_is_kept_as_it_is(self, keyway: Keyway) -> None:
        text = token(keyway, "curator")
        assert text.encode() not in keyway.database.read_bytes()

    def test_without_one_nobody_decides(self, send: Send, visit: Visit) -> None:
        for text in (None, "kw_made-up"):
            answer = send(text, proposal())
            assert answer.status_code == 401
            assert answer.headers["www-authenticate"] == "Bearer"
        signed_in = visit("curator")
        assert signed_in.post("/api/v1/decisions", json=proposal()).status_code == 401

    def test_its_scope_is_the_most_it_may(self, send: Send, keyway: Keyway) -> None:
        send(token(keyway, "curator"), proposal())
        refused = send(token(keyway, "reviewer"), {**proposal(act="decline", base_version=1, note="no")})
        assert refused.status_code == 403
        assert "scope reviewer" in refused.json()["error"]["message"]
        body = {**proposal(act="decline", base_version=1, note="no")}
        del body["relation"]
        assert send(token(keyway, "reviewer", Role.REVIEWER), body).status_code == 201

    def test_a_curator_cannot_make_one_for_reviewing(self, keyway: Keyway) -> None:
        with pytest.raises(programs.Invalid, match="more than you may"):
            token(keyway, "curator", Role.REVIEWER)

    def test_one_that_was_revoked_counts_no_more(self, send: Send, keyway: Keyway) -> None:
        text = token(keyway, "curator")
        with connection.writer(keyway.database) as db, connection.transaction(db):
            person = people.person(db, "curator")
            tokens.revoke(db, tokens.of(db, person.id)[0].id, person.id, datetime.now(UTC))
        assert send(text, proposal()).status_code == 401

    @pytest.mark.parametrize(
        ("headers", "words"),
        [
            ({}, "This takes a token"),
            ({"Authorization": "Basic Y3VyYXRvcjpw"}, "This takes a token"),
            ({"Authorization": "Bearer kw_nobody"}, "is not known, has expired or was revoked"),
        ],
    )
    def test_without_a_token_that_counts_it_is_told_how_to_come_by_one(
        self, visit: Visit, headers: dict[str, str], words: str
    ) -> None:
        answer = visit(None).post("/api/v1/decisions", json=proposal(), headers=headers)
        assert answer.status_code == 401
        assert words in answer.json()["error"]["message"]
        assert "/me/tokens" in answer.json()["error"]["message"]

    def test_a_person_without_a_role_has_none_by_program(self, send: Send, keyway: Keyway) -> None:
        text = token(keyway, "curator")
        with connection.writer(keyway.database) as db, connection.transaction(db):
            curators.set_role(db, people.person(db, "curator").id, None)
        assert send(text, proposal()).status_code == 403

    def test_a_page_knows_no_tokens(self, visit: Visit, keyway: Keyway) -> None:
        headers = {"Authorization": f"Bearer {token(keyway, 'curator')}"}
        assert visit(None).get("/me", headers=headers).status_code == 401


class TestPace:
    def test_a_curator_s_program_is_slowed_down(
        self, send: Send, keyway: Keyway, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(programs, "MOST_IN_WINDOW", 2)
        mine = token(keyway, "curator")
        for version in range(2):
            assert send(mine, proposal(base_version=version, key=f"k{version}")).status_code == 201
        slow = send(mine, proposal(base_version=2))
        assert slow.status_code == 429
        assert 0 < int(slow.headers["retry-after"]) <= 61


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ([], "not an object"),
        ("x", "not an object"),
        ({}, "target is missing"),
        (proposal(target="WP254"), "source and an accession"),
        (proposal(key_event="149"), "expected a whole number"),
        (proposal(act="guess"), "expected one of: propose"),
        (proposal(act="import"), "affirm, retire, undo."),
        (proposal(colour="red"), "colour is no field here"),
        (proposal(answers=["known"]), "answers must be an object"),
        (proposal(papers="x"), "papers must be a list"),
        (proposal(note="x" * 4001), "at most 4,000"),
        (proposal(note="\x00"), "control character"),
        (proposal(note=["why"]), 'note is ["why"], expected a text'),
        (proposal(relation=None), "relation is null, expected a text"),
        (proposal(key=12), "key is 12, expected a text"),
    ],
)
def test_a_body_that_cannot_be_is_refused_by_name(send: Send, keyway: Keyway, body: object, words: str) -> None:
    answer = send(token(keyway, "curator"), body)
    assert answer.status_code == 422, answer.text
    assert words in answer.json()["error"]["message"]
