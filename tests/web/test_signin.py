"""Signing in and out, through the real flow."""

import sqlite3
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from core.errors import Forbidden
from core.model import Role
from core.store import connection, curators, sessions
from scripts.github_standin import Fault
from tests import people, servers
from tests.catalogues import NOW
from tests.servers import Keyway
from web import github

Visit = Callable[[str | None], httpx.Client]
COOKIE = "keyway"


def change(database: Path, login: str, how: Callable[[sqlite3.Connection, int], object]) -> None:
    """Let an operator do something to somebody."""
    with connection.writer(database) as db, connection.transaction(db):
        how(db, people.person(db, login).id)


def test_a_curator_signs_in_and_comes_back_to_where_they_were(visit: Visit) -> None:
    client = visit(None)
    page = people.choose(client, "curator", next="/queue?level=Tissue")
    assert page.status_code == 200
    assert urlsplit(str(page.url)).path == "/queue"
    assert urlsplit(str(page.url)).query == "level=Tissue"
    assert client.get("/me").status_code == 200


def test_the_signin_page_explains_and_leads_to_github(visit: Visit) -> None:
    page = visit(None).get("/signin?next=/key-events/149")
    assert 'href="/signin/github?next=/key-events/149"' in page.text


def test_who_is_signed_in_already_goes_on_from_the_signin_page(visit: Visit) -> None:
    page = visit("curator").get("/signin?next=/queue")
    assert page.url.path == "/queue"


def test_github_is_asked_with_state_and_pkce_and_our_own_address(keyway: Keyway, visit: Visit) -> None:
    client = visit(None)
    client.follow_redirects = False
    answer = client.get("/signin/github", headers={"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https"})
    asked = parse_qs(urlsplit(answer.headers["location"]).query)
    assert asked["redirect_uri"] == [keyway.base_url + "/signin/github/callback"]
    assert asked["code_challenge_method"] == ["S256"]
    assert len(asked["code_challenge"][0]) == 43
    assert len(asked["state"][0]) >= 30
    kept = answer.headers["set-cookie"]
    assert "HttpOnly" in kept or "httponly" in kept
    assert "path=/signin/github" in kept


def test_a_stranger_asks_for_a_role_and_an_admin_sees_who(visit: Visit, database: Path) -> None:
    client = visit(None)
    page = people.choose(client, "stranger", next="/queue")
    assert page.url.path == "/role"
    assert "Ask" in page.text
    asked = client.post("/role")
    assert asked.status_code == 200
    assert "You have asked for a role" in asked.text
    with connection.reader(database) as db:
        first = curators.accounts(db)[0].person
    assert (first.login, first.asked_for_role_at is not None) == ("stranger", True)


def test_a_curator_cannot_ask_for_the_role_they_have(visit: Visit) -> None:
    assert visit("curator").post("/role").status_code == 422


def test_signing_out_ends_this_session_alone(visit: Visit) -> None:
    here, there = visit("curator"), visit("curator")
    assert here.post("/signout").url.path == "/"
    assert here.get("/me").status_code == 401
    assert there.get("/me").status_code == 200


def test_a_signed_out_cookie_does_not_come_back_to_life(visit: Visit) -> None:
    client = visit("curator")
    kept = client.cookies[COOKIE]
    client.post("/signout")
    client.cookies.set(COOKIE, kept, domain="127.0.0.1")
    assert client.get("/me").status_code == 401


def test_signing_out_everywhere_ends_every_session(visit: Visit) -> None:
    here, there, somebody_else = visit("curator"), visit("curator"), visit("reviewer")
    here.post("/signout/everywhere")
    assert there.get("/me").status_code == 401
    assert somebody_else.get("/me").status_code == 200


def test_signing_out_by_a_link_does_not_work(visit: Visit) -> None:
    client = visit("curator")
    assert client.get("/signout").status_code == 405
    assert client.get("/me").status_code == 200


def test_signing_out_twice_is_no_error(visit: Visit) -> None:
    client = visit("curator")
    client.post("/signout")
    assert client.post("/signout").status_code == 200


def test_a_disabled_person_is_out_at_their_next_request(visit: Visit, database: Path) -> None:
    client = visit("curator")
    change(database, "curator", lambda db, id: curators.set_enabled(db, id, False))
    assert client.get("/me").status_code == 401
    page = people.choose(client, "curator")
    assert page.status_code == 403
    assert "curator is disabled here" in page.text


def test_a_session_ends_after_its_lifetime(database: Path) -> None:
    with connection.writer(database) as db, connection.transaction(db):
        curator = people.person(db, "curator")
        token = sessions.begin(db, curator.id, NOW)
        assert sessions.visitor(db, token, NOW + sessions.LIFETIME - timedelta(seconds=1)) == curator
        assert sessions.visitor(db, token, NOW + sessions.LIFETIME) is None


def test_the_database_knows_no_session_that_a_thief_could_use(visit: Visit, database: Path) -> None:
    token = visit("curator").cookies[COOKIE]
    assert len(token) >= 43
    assert token.encode() not in database.read_bytes()
    wal = database.with_name(database.name + "-wal")
    assert not wal.exists() or token.encode() not in wal.read_bytes()


def test_the_access_token_is_kept_nowhere(
    keyway: Keyway, visit: Visit, database: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level("DEBUG"):
        client = visit("curator")
        people.choose(client, "curator", Fault.UNAUTHORIZED)
    assert len(keyway.standin.tokens) == 2
    files = b"".join(path.read_bytes() for path in database.parent.iterdir() if path.is_file())
    cookies = "".join(cookie.value or "" for cookie in client.cookies.jar)
    for token in keyway.standin.tokens:
        assert token not in caplog.text
        assert token.encode() not in files
        assert token not in cookies


@pytest.mark.parametrize("value", ["", "x", "a" * 43, "a" * 5000, "%00", "' OR 1=1 --", "é"])
def test_a_made_up_cookie_is_nobody(visit: Visit, value: str) -> None:
    answer = visit(None).get("/me", headers={b"Cookie": f"{COOKIE}={value}".encode()})
    assert answer.status_code == 401


def test_a_session_that_somebody_planted_is_not_the_one_after_signing_in(visit: Visit) -> None:
    planted = visit("stranger").cookies[COOKIE]
    victim = visit(None)
    victim.cookies.set(COOKIE, planted, domain="127.0.0.1", path="/")
    people.choose(victim, "curator")
    mine = [cookie.value for cookie in victim.cookies.jar if cookie.name == COOKIE]
    assert planted not in mine
    thief = visit(None)
    assert thief.get("/me", headers={"Cookie": f"{COOKIE}={planted}"}).status_code == 401


@pytest.mark.parametrize(
    "next",
    [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/%5cevil.example/../..//evil.example\\",
        "/\t/evil.example",
        "/\n/evil.example",
        "javascript:alert(1)",
        "evil.example",
        "/signout",
        "/signin/github",
        "/" + "a" * 3000,
    ],
)
def test_nobody_is_sent_to_another_site_after_signing_in(visit: Visit, keyway: Keyway, next: str) -> None:
    client = visit(None)
    page = people.choose(client, "curator", next=next)
    assert str(page.url) == keyway.base_url + "/"


FAULTS = {
    Fault.DENIED: (403, "You did not let GitHub tell us who you are"),
    Fault.TOKEN_REFUSED: (503, "GitHub refused this sign-in"),
    Fault.BAD_GATEWAY: (503, "GitHub did not tell us who you are"),
    Fault.HANG: (503, "GitHub did not tell us who you are"),
    Fault.UNAUTHORIZED: (503, "GitHub did not tell us who you are"),
    Fault.FORBIDDEN: (503, "GitHub did not tell us who you are"),
    Fault.NO_ID: (503, "GitHub did not tell us who you are"),
    Fault.ID_AS_TEXT: (503, "GitHub did not tell us who you are"),
}


@pytest.mark.parametrize("fault", [fault for fault in Fault if fault is not Fault.NONE])
def test_whatever_goes_wrong_at_github_ends_in_a_plain_page(
    visit: Visit, database: Path, fault: Fault, monkeypatch: pytest.MonkeyPatch
) -> None:
    with connection.writer(database) as db, connection.transaction(db):
        db.execute("DELETE FROM person WHERE login = 'stranger'")
    client = visit(None)
    with monkeypatch.context() as hurried:
        if fault is Fault.HANG:
            hurried.setattr(github, "PATIENCE_S", 0.5)
        page = people.choose(client, "stranger", fault, next="/key-events/149")
    status, words = FAULTS[fault]
    assert page.status_code == status
    assert words in page.text
    assert '<a class="button primary" href="/signin?next=/key-events/149">Sign in again</a>' in page.text
    assert COOKIE not in client.cookies
    with connection.reader(database) as db:
        assert all(account.person.login != "stranger" for account in curators.accounts(db))
        assert db.execute("SELECT count(*) FROM session").fetchone()[0] == 0
    assert people.choose(client, "stranger").status_code == 200


def test_a_callback_that_this_browser_did_not_begin_is_refused(visit: Visit) -> None:
    one, other = visit(None), visit(None)
    one.follow_redirects = False
    asked = one.get("/signin/github")
    state = parse_qs(urlsplit(asked.headers["location"]).query)["state"][0]
    answer = other.get("/signin/github/callback", params={"code": "made-up", "state": state})
    assert answer.status_code == 422
    assert "another browser" in answer.text
    assert COOKIE not in other.cookies


@pytest.mark.parametrize("query", ["", "?state=x", "?code=x", "?code=&state=", "?error=&state=x", "?error=x"])
def test_a_made_up_callback_signs_nobody_in(visit: Visit, query: str) -> None:
    client = visit(None)
    answer = client.get("/signin/github/callback" + query)
    assert answer.status_code in (403, 422, 503)
    assert COOKIE not in client.cookies


def test_a_callback_works_once(visit: Visit) -> None:
    client = visit(None)
    answer = people.choose(client, "curator")
    back = next(each for each in answer.history if "/callback" in str(each.url))
    assert client.get(str(back.url)).status_code == 422


def test_the_first_admin_is_named_in_the_settings_by_number_or_login(tmp_path: Path) -> None:
    from tests import catalogues

    database = catalogues.small(tmp_path)
    with servers.keyway(database, ADMIN_USERS="Reviewer, 1004") as running, people.visitor(running.base_url) as client:
        for login in ("admin", "reviewer", "stranger"):
            people.choose(client, login)
            client.post("/signout")
    with connection.reader(database) as db:
        roles = {account.person.login: account.person.role for account in curators.accounts(db)}
    assert roles == {"admin": Role.ADMIN, "reviewer": Role.ADMIN, "stranger": None}


def test_a_role_that_was_taken_does_not_come_back_by_signing_in(database: Path) -> None:
    with connection.writer(database) as db, connection.transaction(db):
        curators.set_role(db, people.person(db, "admin").id, None)
    with servers.keyway(database, ADMIN_USERS="admin") as running, people.visitor(running.base_url) as client:
        people.choose(client, "admin")
    with connection.reader(database) as db:
        assert people.person(db, "admin").role is None


def test_a_changed_login_is_still_the_same_person(database: Path) -> None:
    with connection.writer(database) as db, connection.transaction(db):
        before = people.person(db, "curator")
        renamed = curators.Identity(people.ISSUER, 1001, "renamed", "Curator")
        assert curators.sign_in(db, renamed, (), NOW).id == before.id
        impostor = curators.Identity(people.ISSUER, 9999, "curator", "")
        assert curators.sign_in(db, impostor, (), NOW).role is None
        elsewhere = curators.Identity("https://github.com", 1001, "curator", "")
        assert curators.sign_in(db, elsewhere, (), NOW).id != before.id


def test_a_disabled_person_is_not_let_in(database: Path) -> None:
    with connection.writer(database) as db, connection.transaction(db):
        curator = people.person(db, "curator")
        curators.set_enabled(db, curator.id, False)
        with pytest.raises(Forbidden, match="disabled"):
            curators.sign_in(db, curators.Identity(people.ISSUER, 1001, "curator"), (), NOW)
