"""The page of the API says what the document says, and every line to copy works."""

import re
import shlex
from collections.abc import Callable
from html import unescape

import httpx
import pytest

from tests import publishing
from tests.servers import Keyway
from tests.web.api.test_decisions import token
from web.api import openapi
from web.pages import api

Visit = Callable[[str | None], httpx.Client]
SAMPLE = re.compile(r"<pre[^>]*><code>(.*?)</code></pre>", re.S)


@pytest.fixture
def text(visit: Visit, keyway: Keyway) -> str:
    publishing.publish(keyway.database, (1115, publishing.WP408))
    return visit(None).get("/api/v1").text


def asked(client: httpx.Client, line: str, token: str) -> httpx.Response:
    """What a line for curl gives."""
    words = shlex.split(line.replace("\\\n", " ").replace("$KEYWAY_TOKEN", token))
    assert words[0] == "curl"
    headers = dict(words[at + 1].split(": ", 1) for at, word in enumerate(words) if word == "-H")
    body = next((words[at + 1] for at, word in enumerate(words) if word == "-d"), None)
    client.headers.pop("Origin", None)
    method = "POST" if body else "GET"
    return client.request(method, words[1], headers=headers, content=body.encode() if body else None)


def test_every_operation_stands_there_with_its_fields(text: str, keyway: Keyway) -> None:
    document = openapi.describe(keyway.base_url)
    calls = [call for _, call in api.every(document)]
    assert len(calls) == len(openapi.OPERATIONS)
    for call in calls:
        assert f'id="{call.id}"' in text
        for field in (*call.fields, *call.body):
            assert f"<code>{field.name}</code>" in text
    for name in api.shapes(document):
        assert f'id="shape-{name}"' in text


def test_every_line_to_copy_works(visit: Visit, keyway: Keyway, text: str) -> None:
    lines = [unescape(line) for line in SAMPLE.findall(text)]
    assert len(lines) >= 9
    for line in lines:
        answer = asked(visit(None), line, token(keyway, "curator"))
        assert answer.status_code in (200, 201), (line, answer.text)


def test_every_link_on_it_leads_somewhere(visit: Visit, keyway: Keyway, text: str) -> None:
    for anchor in set(re.findall(r'href="#([^"]+)"', text)):
        assert f'id="{anchor}"' in text, anchor
    client = visit("curator")
    for address in sorted(set(re.findall(r'href="(/[^"]*)"', text))):
        assert client.get(address).status_code == 200, address


def test_what_is_answered_is_told_to_the_last_field_and_what_is_sent_says_what_it_needs(keyway: Keyway) -> None:
    found = api.shapes(openapi.describe(keyway.base_url))
    mapping = {field.name: field for field in found["WikiPathwaysMapping"]}
    assert mapping["assessment.basis"].form == "known, likely, possible or uncertain, or null"
    assert not any(field.required for field in mapping.values())
    assert [field.name for field in found["NewDecision"] if field.required] == [
        "key_event", "target", "act", "base_version", "key"
    ]  # fmt: skip


def test_who_is_signed_in_stays_so_on_it(visit: Visit) -> None:
    assert "person-menu" in visit("curator").get("/api/v1").text


@pytest.mark.parametrize(
    ("schema", "words"),
    [
        ({"type": "string"}, "text"),
        ({"type": "integer", "minimum": 1, "maximum": 1000}, "whole number from 1 to 1,000"),
        ({"type": "number", "minimum": 0}, "number from 0"),
        ({"enum": ["high", "medium", "low"]}, "high, medium or low"),
        ({"enum": ["high"]}, "high"),
        ({"anyOf": [{"enum": ["high", "medium"]}, {"type": "null"}]}, "high or medium, or null"),
        ({"const": "go"}, "“go”"),
        ({"anyOf": [{"type": "null"}, {"type": "string", "format": "uuid"}]}, "uuid or null"),
        ({"type": "array", "items": {"$ref": "#/components/schemas/Aop"}}, "list: Aop"),
        ({"oneOf": [{"$ref": "#/components/schemas/A"}, {"$ref": "#/components/schemas/B"}]}, "A or B"),
    ],
)
def test_a_form_reads_as_words(schema: dict[str, object], words: str) -> None:
    assert api.form(schema) == words
