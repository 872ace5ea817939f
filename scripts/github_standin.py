"""A stand-in for GitHub on loopback, so that a first run and the tests sign in by the real code:

    python -m scripts.github_standin --port 5001 --client-id ID --client-secret SECRET --redirect-uri URI

It speaks the three addresses of GitHub that a sign-in needs, and can be told to fail as GitHub can.
"""

import argparse
import asyncio
import hmac
from base64 import urlsafe_b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from hashlib import sha256
from pathlib import Path
from secrets import token_urlsafe
from urllib.parse import parse_qsl, urlencode

import uvicorn
from jinja2 import Environment, FileSystemLoader
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from core.checks import LOOPBACK_NAMES
from core.errors import OperatorError
from scripts.command import run
from scripts.standin.people import BY_LOGIN, PEOPLE, Persona

FOLDER = Path(__file__).with_name("standin")
POLICY = "default-src 'none'; style-src 'self'; img-src data:; base-uri 'none'; frame-ancestors 'none'"
ASKED = ("client_id", "redirect_uri", "state", "code_challenge", "code_challenge_method")
LOOK_EVERY_S = 0.1
BAD_GATEWAY = "<html><body><h1>502 Bad Gateway</h1></body></html>"


class Fault(Enum):
    """How a sign-in can go wrong on GitHub's side; chosen on the page, for one sign-in."""

    NONE = "none"
    DENIED = "denied"
    TOKEN_REFUSED = "token-refused"
    BAD_GATEWAY = "bad-gateway"
    HANG = "hang"
    UNAUTHORIZED = "unauthorized"
    FORBIDDEN = "forbidden"
    NO_ID = "no-id"
    ID_AS_TEXT = "id-as-text"

    @property
    def words(self) -> str:
        """What the page says of it."""
        return WORDS[self]


WORDS = {
    Fault.NONE: "It signs you in",
    Fault.DENIED: "It says that you refused",
    Fault.TOKEN_REFUSED: "It refuses the code, with status 200",
    Fault.BAD_GATEWAY: "It answers 502 with a page of HTML",
    Fault.HANG: "It never answers",
    Fault.UNAUTHORIZED: "It answers 401 when asked who you are",
    Fault.FORBIDDEN: "It answers 403 when asked who you are",
    Fault.NO_ID: "It says who you are without a number",
    Fault.ID_AS_TEXT: "It gives your number as text",
}


class Refused(Exception):
    """What GitHub would show as a page of its own: the application asked for a sign-in that is not allowed."""


@dataclass(frozen=True, slots=True)
class Grant:
    """What a code or a token stands for. `challenge` is what the verifier must hash to."""

    persona: Persona
    fault: Fault
    challenge: str


@dataclass(slots=True)
class Standin:
    """One provider: the application that it knows, and what it has handed out."""

    client_id: str
    client_secret: str
    redirect_uri: str
    codes: dict[str, Grant] = field(default_factory=dict)
    tokens: dict[str, Grant] = field(default_factory=dict)

    @property
    def app(self) -> Starlette:
        """The three addresses, and the style of the page."""
        return Starlette(
            routes=[
                Route("/login/oauth/authorize", self.ask, methods=["GET"]),
                Route("/login/oauth/authorize", self.grant, methods=["POST"]),
                Route("/login/oauth/access_token", self.access_token, methods=["POST"]),
                Route("/user", self.user, methods=["GET"]),
                Route("/style.css", style, methods=["GET"]),
            ],
            exception_handlers={Refused: refused},
        )

    async def ask(self, request: Request) -> Response:
        """The page of people to be."""
        asked = self._check(request.query_params)
        page = PAGES.get_template("page.html").render(asked=asked, people=PEOPLE, faults=Fault)
        return HTMLResponse(page, headers={"Content-Security-Policy": POLICY, "Cache-Control": "no-store"})

    async def grant(self, request: Request) -> Response:
        """Back to the application, with a code for whoever was chosen."""
        sent = await _fields(request)
        asked = self._check(sent)
        persona, fault = BY_LOGIN.get(sent.get("person", "")), Fault(sent.get("fault", Fault.NONE.value))
        if persona is None:
            raise Refused("person is not one of those on the page")
        if fault is Fault.DENIED:
            words = {"error": "access_denied", "error_description": "The user has denied your application access."}
            return self._back(words, asked["state"])
        code = token_urlsafe()
        self.codes[code] = Grant(persona, fault, asked["code_challenge"])
        return self._back({"code": code}, asked["state"])

    async def access_token(self, request: Request) -> Response:
        """A token for a code, once; what is wrong comes as `error` with status 200."""
        sent = await _fields(request)
        grant = self.codes.pop(sent.get("code", ""), None)
        if grant is not None and grant.fault is Fault.BAD_GATEWAY:
            return HTMLResponse(BAD_GATEWAY, 502)
        if grant is not None and grant.fault is Fault.HANG:
            while not await request.is_disconnected():
                await asyncio.sleep(LOOK_EVERY_S)
        answer = self._token(sent, grant)
        if "application/json" in request.headers.get("accept", ""):
            return JSONResponse(answer)
        return PlainTextResponse(urlencode(answer), media_type="application/x-www-form-urlencoded")

    async def user(self, request: Request) -> Response:
        """Who the token is of."""
        kind, _, token = request.headers.get("authorization", "").partition(" ")
        grant = self.tokens.get(token) if kind.lower() == "bearer" else None
        if grant is None or grant.fault is Fault.UNAUTHORIZED:
            return JSONResponse({"message": "Bad credentials"}, 401)
        if grant.fault is Fault.FORBIDDEN:
            return JSONResponse({"message": "API rate limit exceeded"}, 403)
        persona = grant.persona
        who: dict[str, object] = {"login": persona.login, "id": persona.number, "name": persona.name}
        if grant.fault is Fault.NO_ID:
            del who["id"]
        elif grant.fault is Fault.ID_AS_TEXT:
            who["id"] = str(persona.number)
        return JSONResponse(who)

    def _check(self, sent: Mapping[str, str]) -> dict[str, str]:
        asked = {name: sent.get(name, "") for name in ASKED}
        if asked["client_id"] != self.client_id:
            raise Refused(f"client_id is {asked['client_id']!r}, expected {self.client_id!r}")
        if asked["redirect_uri"] != self.redirect_uri:
            raise Refused(f"redirect_uri is {asked['redirect_uri']!r}, expected {self.redirect_uri!r}")
        if not asked["state"]:
            raise Refused("state is missing")
        if asked["code_challenge_method"] != "S256" or not asked["code_challenge"]:
            raise Refused("code_challenge is missing, or its method is not S256")
        return asked

    def _token(self, sent: Mapping[str, str], grant: Grant | None) -> dict[str, str]:
        if sent.get("client_id") != self.client_id or not _same(sent.get("client_secret", ""), self.client_secret):
            return {"error": "incorrect_client_credentials"}
        if sent.get("redirect_uri") != self.redirect_uri:
            return {"error": "redirect_uri_mismatch"}
        if grant is None or grant.fault is Fault.TOKEN_REFUSED or not _same(_s256(sent), grant.challenge):
            return {"error": "bad_verification_code", "error_description": "The code is incorrect or expired."}
        token = token_urlsafe()
        self.tokens[token] = grant
        return {"access_token": token, "token_type": "bearer", "scope": ""}

    def _back(self, words: Mapping[str, str], state: str) -> Response:
        return RedirectResponse(f"{self.redirect_uri}?{urlencode({**words, 'state': state})}", 303)


async def style(request: Request) -> Response:
    """The style of the page."""
    del request
    return FileResponse(FOLDER / "style.css")


async def refused(request: Request, error: Exception) -> Response:
    """Why the application may not ask for this."""
    del request
    return PlainTextResponse(f"Stand-in for GitHub: {error}\n", 400)


PAGES = Environment(loader=FileSystemLoader(FOLDER), autoescape=True, trim_blocks=True, lstrip_blocks=True)


async def _fields(request: Request) -> dict[str, str]:
    return dict(parse_qsl((await request.body()).decode("ascii", "replace"), keep_blank_values=True))


def _s256(sent: Mapping[str, str]) -> str:
    digest = sha256(sent.get("code_verifier", "").encode()).digest()
    return urlsafe_b64encode(digest).rstrip(b"=").decode()


def _same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode(), other.encode())


def main(arguments: Sequence[str]) -> None:
    """Serve until stopped. Raises OperatorError for an address that others could reach."""
    parser = argparse.ArgumentParser(prog="python -m scripts.github_standin", description=__doc__.partition("\n")[0])
    parser.add_argument("--host", default="127.0.0.1", help="a loopback address (127.0.0.1)")
    parser.add_argument("--port", type=int, default=5001, help="where to listen (5001)")
    parser.add_argument("--fd", type=int, help="the number of a listening socket that is handed over, in place of both")
    parser.add_argument("--client-id", required=True, help="GITHUB_CLIENT_ID of the application")
    parser.add_argument("--client-secret", required=True, help="GITHUB_CLIENT_SECRET of the application")
    parser.add_argument("--redirect-uri", required=True, help="BASE_URL of the application + /signin/github/callback")
    options = parser.parse_args(arguments)
    if options.host not in LOOPBACK_NAMES:
        raise OperatorError(f"--host is {options.host}, expected a loopback address: whoever reaches this is anybody")
    standin = Standin(options.client_id, options.client_secret, options.redirect_uri)
    where = {"host": options.host, "port": options.port, "fd": options.fd}
    uvicorn.run(standin.app, **where, log_level="warning", access_log=False)


if __name__ == "__main__":
    run(main)
