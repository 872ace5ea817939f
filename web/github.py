"""Who somebody is, asked of GitHub: the authorization code flow with state and PKCE, by Authlib.

State and verifier lie in the browser's own short-lived signed cookie (`request.session`), so a callback is worth
something only to the browser that began it. The access token is used once, for `GET /user`, and dropped.
"""

import asyncio
import logging
from dataclasses import dataclass

import httpx2
from authlib.integrations.starlette_client import OAuth, OAuthError, StarletteOAuth2App
from starlette.requests import Request
from starlette.responses import Response

from core.checks import is_loopback
from core.errors import DomainError, Forbidden, Invalid, Unavailable
from core.settings import Settings
from core.store.curators import Identity

PATIENCE_S = 8.0
LONGEST_NAME = 200
LARGEST_NUMBER = 2**63 - 1
log = logging.getLogger("keyway.signin")


@dataclass(frozen=True, slots=True)
class Github:
    """The provider of identities. `issuer` is its address: part of who somebody is, beside their number there."""

    issuer: str
    redirect_uri: str
    client: StarletteOAuth2App

    async def ask(self, request: Request) -> Response:
        """Send the browser to the provider, and keep state and verifier in its cookie."""
        answer: Response = await self.client.authorize_redirect(request, self.redirect_uri)
        return answer

    async def identity(self, request: Request) -> Identity:
        """Who came back. Raises Forbidden (consent denied), Invalid (not this browser's), Unavailable (the provider).

        Whatever it raises, nothing has been written.
        """
        if not request.query_params.keys() & {"code", "error"}:
            raise Invalid("GitHub sent no code. Begin the sign-in again.", "code")
        try:
            async with asyncio.timeout(PATIENCE_S):
                token = await self.client.authorize_access_token(request)
                answer = await self.client.get("/user", token=_bearer(token))
                answer.raise_for_status()
                return identity(self.issuer, answer.json())
        except OAuthError as error:
            raise _refusal(error) from None
        except (httpx2.HTTPError, TimeoutError, ValueError) as error:
            log.warning("sign-in failed: %s", type(error).__name__)
            raise Unavailable("GitHub did not tell us who you are. Nothing was changed; sign in again.") from None


def github(settings: Settings) -> Github:
    """The provider that the settings name. Its redirect address comes from BASE_URL, never from a request."""
    client = OAuth().register(
        "github",
        client_id=settings.github_client_id,
        client_secret=settings.github_client_secret,
        authorize_url=f"{settings.github_url}/login/oauth/authorize",
        access_token_url=f"{settings.github_url}/login/oauth/access_token",
        api_base_url=settings.github_api_url,
        client_kwargs={
            "code_challenge_method": "S256",
            "token_endpoint_auth_method": "client_secret_post",
            "timeout": PATIENCE_S,
            "trust_env": not is_loopback(settings.github_url),  # a proxy would not find this machine's loopback
            "verify": httpx2.create_ssl_context(),  # once: reading the certificates takes 50 ms of the event loop
        },
    )
    return Github(settings.issuer, settings.redirect_uri, client)


def identity(issuer: str, answer: object) -> Identity:
    """The identity in the provider's answer. Raises ValueError unless it has a whole number and a login."""
    if not isinstance(answer, dict):
        raise ValueError("the answer is not an object")
    number, login, name = answer.get("id"), answer.get("login"), answer.get("name")
    if type(number) is not int or not 0 < number <= LARGEST_NUMBER:
        raise ValueError("id is not a whole number")
    if not isinstance(login, str) or not login.strip():
        raise ValueError("login is not a name")
    return Identity(issuer, number, login[:LONGEST_NAME], name[:LONGEST_NAME] if isinstance(name, str) else "")


def _bearer(token: object) -> dict[str, str]:
    access = token.get("access_token") if isinstance(token, dict) else None
    if not isinstance(access, str) or not access:
        raise ValueError("no access token")
    return {"access_token": access, "token_type": "bearer"}


def _refusal(error: OAuthError) -> DomainError:
    if error.error == "access_denied":
        return Forbidden("You did not let GitHub tell us who you are. Nothing was changed.")
    if error.error == "mismatching_state":
        return Invalid("This sign-in was begun in another browser, or too long ago. Begin it again.", "state")
    log.warning("sign-in refused: %s", type(error).__name__)
    return Unavailable("GitHub refused this sign-in. Nothing was changed; sign in again.")
