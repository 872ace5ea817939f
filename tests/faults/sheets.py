"""The triage table without a browser: its rows as forms, read from the page as people get it."""

import re
from dataclasses import dataclass
from html import unescape

import httpx

FORM = re.compile(r'<form id="form-[^"]*" method="post" action="([^"]*)" hx-post="([^"]*)".*?</form>', re.DOTALL)
HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)">')


@dataclass(frozen=True, slots=True)
class Form:
    """The form of one row: its address for the script, and its hidden fields."""

    key_event: int
    path: str
    fields: dict[str, str]

    @property
    def pair(self) -> str:
        """Key Event and target."""
        return f"{self.key_event}/{self.fields['target']}"

    def press(self, client: httpx.Client, act: str) -> httpx.Response:
        """Send it as the script does."""
        return client.post(self.path, data={**self.fields, "act": act}, headers={"HX-Request": "true"})


def forms(client: httpx.Client, key_event: int) -> list[Form]:
    """The rows' forms of a Key Event's page, from the top."""
    page = client.get(f"/key-events/{key_event}")
    assert page.status_code == 200
    return [
        Form(key_event, unescape(found[2]), {name: unescape(value) for name, value in HIDDEN.findall(found[0])})
        for found in FORM.finditer(page.text)
    ]
