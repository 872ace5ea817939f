"""People for tests: enrolled as an operator does it, signed in as everybody does, through the stand-in."""

import re
import sqlite3
from html import unescape
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import httpx

from core.model import Person
from core.store import curators
from core.store.curators import Identity
from scripts.github_standin import Fault
from scripts.standin.people import BY_LOGIN, PEOPLE, Persona
from tests.catalogues import NOW
from tests.waiting import PATIENCE_S

if TYPE_CHECKING:
    from playwright.sync_api import Page

ISSUER = "http://127.0.0.1"
HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)">')


def identity(persona: Persona) -> Identity:
    """Who the stand-in says that somebody is."""
    return Identity(ISSUER, persona.number, persona.login, persona.name)


def enrol(db: sqlite3.Connection) -> dict[str, Person]:
    """Everybody of the stand-in with their role, by login."""
    return {persona.login: curators.enrol(db, identity(persona), persona.role, NOW) for persona in PEOPLE}


def person(db: sqlite3.Connection, login: str) -> Person:
    """Somebody of the stand-in as they are in this database."""
    found = curators.by_identity(db, identity(BY_LOGIN[login]))
    assert found is not None, f"{login} has never been here"
    return found


def visitor(base_url: str) -> httpx.Client:
    """A browser without JavaScript that nobody has signed in with: it keeps cookies and says where it sends from."""
    return httpx.Client(
        base_url=base_url,
        headers={"Origin": base_url},
        follow_redirects=True,
        timeout=PATIENCE_S,
        trust_env=False,
        verify=False,
    )


def choose(client: httpx.Client, login: str, fault: Fault = Fault.NONE, next: str = "/") -> httpx.Response:
    """Sign in: go to the stand-in, choose somebody, and come back. Returns the page that one ends on."""
    asked = client.get(f"/signin/github?{urlencode({'next': next})}")
    assert "Who are you?" in asked.text, asked.text
    fields = {name: unescape(value) for name, value in HIDDEN.findall(asked.text)}
    return client.post(asked.url, data={**fields, "person": login, "fault": fault.value})


def choose_in_browser(page: "Page", base_url: str, login: str, next: str = "/") -> None:
    """Sign in with a real browser."""
    page.goto(f"{base_url}/signin?{urlencode({'next': next})}")
    page.get_by_role("link", name="Sign in with GitHub").click()
    page.locator(f'button[data-person="{login}"]').click()
    page.wait_for_url(f"{base_url}/**")
