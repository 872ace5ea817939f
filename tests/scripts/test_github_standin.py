"""The stand-in behaves as GitHub does, in what a sign-in sees of it."""

from base64 import urlsafe_b64encode
from collections.abc import Iterator
from hashlib import sha256
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from core.errors import OperatorError
from scripts import github_standin
from scripts.github_standin import Fault, Standin
from tests import servers
from tests.waiting import PATIENCE_S

VERIFIER = "a verifier of the forty-three characters that PKCE wants"
CHALLENGE = urlsafe_b64encode(sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
REDIRECT = "http://127.0.0.1:5000/signin/github/callback"
ASKED = {
    "client_id": "id",
    "redirect_uri": REDIRECT,
    "state": "a state",
    "code_challenge": CHALLENGE,
    "code_challenge_method": "S256",
}
TRADED = {"client_id": "id", "client_secret": "secret", "redirect_uri": REDIRECT, "code_verifier": VERIFIER}
JSON = {"Accept": "application/json"}


@pytest.fixture
def github() -> Iterator[httpx.Client]:
    """The stand-in, running."""
    standin = Standin("id", "secret", REDIRECT)
    with (
        servers.listen() as listening,
        servers.serve((standin.app, listening)),
        httpx.Client(base_url=servers.address(listening), trust_env=False, verify=False, timeout=PATIENCE_S) as client,
    ):
        yield client


def code(github: httpx.Client, login: str = "curator", fault: Fault = Fault.NONE) -> str:
    """The code that the application gets."""
    back = github.post("/login/oauth/authorize", data={**ASKED, "person": login, "fault": fault.value})
    answer = parse_qs(urlsplit(back.headers["location"]).query)
    assert answer["state"] == ["a state"]
    return answer["code"][0]


def test_a_newcomer_sees_whom_they_can_be(github: httpx.Client) -> None:
    page = github.get("/login/oauth/authorize", params=ASKED).text
    for login in ("curator", "second-curator", "reviewer", "admin", "stranger"):
        assert f'data-person="{login}"' in page


def test_a_code_buys_a_token_and_the_token_says_who(github: httpx.Client) -> None:
    token = github.post("/login/oauth/access_token", data={**TRADED, "code": code(github)}, headers=JSON).json()
    assert token["token_type"] == "bearer"
    who = github.get("/user", headers={"Authorization": f"Bearer {token['access_token']}"}).json()
    assert who == {"login": "curator", "id": 1001, "name": "Curator"}


def test_without_asking_for_json_the_answer_is_a_form(github: httpx.Client) -> None:
    answer = github.post("/login/oauth/access_token", data={**TRADED, "code": code(github)})
    assert answer.headers["content-type"].startswith("application/x-www-form-urlencoded")
    assert "access_token" in parse_qs(answer.text)


def test_a_code_is_worth_one_token(github: httpx.Client) -> None:
    once = code(github)
    assert (
        "access_token" in github.post("/login/oauth/access_token", data={**TRADED, "code": once}, headers=JSON).json()
    )
    again = github.post("/login/oauth/access_token", data={**TRADED, "code": once}, headers=JSON)
    assert (again.status_code, again.json()["error"]) == (200, "bad_verification_code")


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ({"client_secret": "another"}, "incorrect_client_credentials"),
        ({"client_id": "another"}, "incorrect_client_credentials"),
        ({"redirect_uri": "http://127.0.0.1:5000/"}, "redirect_uri_mismatch"),
        ({"code_verifier": "another"}, "bad_verification_code"),
        ({"code": "another"}, "bad_verification_code"),
    ],
)
def test_a_wrong_trade_is_refused_with_status_200(github: httpx.Client, wrong: dict[str, str], error: str) -> None:
    answer = github.post("/login/oauth/access_token", data={**TRADED, "code": code(github), **wrong}, headers=JSON)
    assert (answer.status_code, answer.json()["error"]) == (200, error)


@pytest.mark.parametrize(
    "wrong",
    [
        {"client_id": "another"},
        {"redirect_uri": "https://evil.example/"},
        {"state": ""},
        {"code_challenge": ""},
        {"code_challenge_method": "plain"},
    ],
)
def test_an_application_that_asks_wrongly_is_told_what(github: httpx.Client, wrong: dict[str, str]) -> None:
    (name,) = wrong
    answer = github.get("/login/oauth/authorize", params={**ASKED, **wrong})
    assert answer.status_code == 400
    assert name.removesuffix("_method") in answer.text


def test_a_token_that_is_not_ours_is_nobodys(github: httpx.Client) -> None:
    assert github.get("/user", headers={"Authorization": "Bearer another"}).status_code == 401
    assert github.get("/user").status_code == 401


def test_refusing_comes_back_as_an_error(github: httpx.Client) -> None:
    back = github.post("/login/oauth/authorize", data={**ASKED, "person": "curator", "fault": "denied"})
    assert parse_qs(urlsplit(back.headers["location"]).query)["error"] == ["access_denied"]


def test_it_does_not_serve_where_others_could_reach_it() -> None:
    with pytest.raises(OperatorError, match=r"--host is 0\.0\.0\.0"):
        github_standin.main(
            ["--host", "0.0.0.0", "--client-id", "id", "--client-secret", "secret", "--redirect-uri", REDIRECT]
        )
