"""One line a request, with nothing in it that is a secret or that somebody typed."""

import json
import logging
from collections.abc import Callable, Iterator

import httpx
import pytest

from tests import people
from tests.servers import Keyway
from web.log import Json

Visit = Callable[[str | None], httpx.Client]


@pytest.fixture
def lines() -> Iterator[Callable[[], list[dict[str, object]]]]:
    """What was logged so far, as it would be read."""
    said: list[str] = []

    class Keep(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            said.append(self.format(record))

    keep, log = Keep(), logging.getLogger("keyway")
    keep.setFormatter(Json())
    before = log.level
    log.addHandler(keep)
    log.setLevel(logging.INFO)
    yield lambda: [json.loads(line) for line in said]
    log.removeHandler(keep)
    log.setLevel(before)


def test_a_request_is_one_line(visit: Visit, lines: Callable[[], list[dict[str, object]]]) -> None:
    answer = visit(None).get("/key-events/149?page=2")
    (line,) = lines()
    ms, at = line.pop("ms"), line.pop("at")
    assert isinstance(ms, float) and 0 < ms < 10_000
    assert str(at).endswith("+00:00")
    assert line == {
        "level": "info",
        "log": "keyway.request",
        "method": "GET",
        "door": "/key-events/{id:number}",
        "status": 200,
        "request": answer.headers["X-Request-ID"],
    }


def test_who_is_signed_in_is_a_number(visit: Visit, lines: Callable[[], list[dict[str, object]]]) -> None:
    visit("curator").get("/me")
    line = lines()[-1]
    assert isinstance(line["person"], int)
    assert "curator" not in json.dumps(line)


def test_a_sign_in_leaves_no_trace_of_its_secrets(
    keyway: Keyway, visit: Visit, lines: Callable[[], list[dict[str, object]]]
) -> None:
    """Its codes and states go through query strings, which other servers' access logs print."""
    client = visit(None)
    seen: list[str] = []
    client.event_hooks["request"] = [lambda request: seen.append(request.url.query.decode())]
    people.choose(client, "curator")
    words = {part.partition("=")[2] for query in seen for part in query.split("&")} | set(client.cookies.values())
    secrets = {word for word in words if len(word) > 8 and not word.startswith("http")}
    assert len(secrets) >= 4
    text = json.dumps(lines())
    assert "/signin/github/callback" in text
    assert [word for word in secrets if word in text] == []


def test_a_fault_is_told_with_its_request(
    keyway: Keyway, visit: Visit, lines: Callable[[], list[dict[str, object]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    client = visit(None)
    monkeypatch.setattr("core.store.key_events.get", None)
    assert client.get("/key-events/149").status_code == 500
    request, fault = sorted(lines(), key=lambda line: str(line["log"]), reverse=True)
    assert (request["status"], request["level"]) == (500, "error")
    assert request["request"] == fault["request"]
    assert "Traceback" in str(fault["trace"])


def test_being_asked_whether_it_lives_is_no_news(visit: Visit, lines: Callable[[], list[dict[str, object]]]) -> None:
    visit(None).get("/healthz")
    assert lines() == []
