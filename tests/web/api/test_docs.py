"""What docs/api.md shows works: every line for curl and every piece of Python is run against a real server."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from core.export import fields
from core.model import Source
from core.publish import EXPORTS
from tests import publishing, releasing
from tests.house import ROOT
from tests.servers import Keyway
from tests.web.api.test_decisions import token
from tests.web.pages.test_api import asked
from web.api.operations import OPERATIONS

Visit = Callable[[str | None], httpx.Client]
PAGE = (ROOT / "docs/api.md").read_text("utf-8")
HOME = "https://keyway.example.org"


def blocks(language: str) -> list[str]:
    """The blocks of a language on the page."""
    return re.findall(rf"^```{language}\n(.*?)^```$", PAGE, re.M | re.S)


@pytest.fixture
def published(keyway: Keyway) -> Keyway:
    publishing.several(keyway.database)
    releasing.make(keyway.database)
    return keyway


def test_every_line_for_curl_works(visit: Visit, published: Keyway) -> None:
    lines = [line for block in blocks("sh") for line in block.splitlines()]
    assert len(lines) >= 20
    mine = token(published, "curator")
    client = visit(None)
    for line in lines:
        bare = re.sub(r" -L?O ", " ", line).replace(HOME, published.base_url)
        answer = asked(client, bare, mine)
        assert answer.status_code == (201 if " -d " in line else 200), (line, answer.text)


def test_every_piece_of_python_works(published: Keyway, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    known: dict[str, Any] = {}
    for block in blocks("python"):
        exec(block.replace(HOME, published.base_url), known)
    assert len(known["mappings"]) == 3
    assert len(known["table"]) == 4
    assert known["found"].results.sort_values("P-value").iloc[0].Term == "KE149_Increase_Inflammation"


def test_every_address_that_it_names_is_one(published: Keyway) -> None:
    named = set(re.findall(r"`(/api/v1/[a-z-]+)`", PAGE))
    assert named == {each.path for each in OPERATIONS if re.fullmatch(r"/api/v1/[a-z-]+", each.path)} - {
        "/api/v1/decisions"
    }
    listed = PAGE.partition("## Files")[2].partition("The last three")[0]
    rows = set(re.findall(r"`([a-z-]+(?:\.sssom)?\.[a-z]+)`", listed))
    assert rows == set(EXPORTS)


def test_the_columns_of_the_import_are_those_of_the_files() -> None:
    said = set(re.findall(r"`([a-z_]+)`", PAGE.partition("## Bringing mappings in")[2]))
    known = {column.name for source in (None, *Source) for column in fields.columns(source)}
    assert said <= known
