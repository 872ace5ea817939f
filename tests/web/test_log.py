"""One line a request, with nothing in it that is a secret or that somebody typed."""

import json
import logging
import threading
import time
from collections.abc import Callable, Iterator

import httpx
import pytest

from core.errors import Unavailable
from tests import people
from tests.servers import Keyway
from tests.waiting import PATIENCE_S
from web.log import Json

Visit = Callable[[str | None], httpx.Client]
Lines = Callable[[int], list[dict[str, object]]]


@pytest.fixture
def lines() -> Iterator[Lines]:
    """`lines(2)`: what was logged so far, as it would be read, once so many are there: a request is told of when it is
    over, and its client has the answer before."""
    said: list[str] = []
    told = threading.Condition()

    class Keep(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            with told:
                said.append(self.format(record))
                told.notify_all()

    def so_far(least: int) -> list[dict[str, object]]:
        with told:
            assert told.wait_for(lambda: len(said) >= least, PATIENCE_S), said
            return [json.loads(line) for line in said]

    keep, log = Keep(), logging.getLogger("keyway")
    keep.setFormatter(Json())
    before = log.level
    log.addHandler(keep)
    log.setLevel(logging.INFO)
    yield so_far
    log.removeHandler(keep)
    log.setLevel(before)


def test_a_request_is_one_line(visit: Visit, lines: Lines) -> None:
    begun = time.perf_counter()
    answer = visit(None).get("/key-events/149?page=2")
    (line,) = lines(1)
    most = 1000 * (time.perf_counter() - begun)
    ms, at = line.pop("ms"), line.pop("at")
    assert isinstance(ms, float) and 0 < ms <= most
    assert str(at).endswith("+00:00")
    assert line == {
        "level": "info",
        "log": "keyway.request",
        "method": "GET",
        "door": "/key-events/{id:number}",
        "status": 200,
        "request": answer.headers["X-Request-ID"],
    }


def test_who_is_signed_in_is_a_number(visit: Visit, lines: Lines) -> None:
    visit("curator").get("/me")
    line = lines(4)[-1]  # two to sign in, one for the page that one ends on, and this
    assert isinstance(line["person"], int)
    assert "curator" not in json.dumps(line)


def test_a_sign_in_leaves_no_trace_of_its_secrets(keyway: Keyway, visit: Visit, lines: Lines) -> None:
    """Its codes and states go through query strings, which other servers' access logs print."""
    client = visit(None)
    seen: list[str] = []
    client.event_hooks["request"] = [lambda request: seen.append(request.url.query.decode())]
    people.choose(client, "curator")
    words = {part.partition("=")[2] for query in seen for part in query.split("&")} | set(client.cookies.values())
    secrets = {word for word in words if len(word) > 8 and not word.startswith("http")}
    assert len(secrets) >= 4
    text = json.dumps(lines(3))
    assert "/signin/github/callback" in text
    assert [word for word in secrets if word in text] == []


def test_a_fault_is_told_with_its_request(
    keyway: Keyway, visit: Visit, lines: Lines, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = visit(None)
    monkeypatch.setattr("core.store.key_events.get", None)
    answer = client.get("/key-events/149")
    assert answer.status_code == 500
    request, fault = sorted(lines(2), key=lambda line: str(line["log"]), reverse=True)
    assert (request["status"], request["level"]) == (500, "error")
    assert request["request"] == fault["request"] == answer.headers["X-Request-ID"]
    assert f"request {fault['request']}." in answer.text, "whoever meets it can say which one it was"
    assert fault["message"] == "fault at /key-events/{id:number}"
    assert "Traceback" in str(fault["trace"])


def test_why_nothing_could_be_done_is_told_with_its_request(
    visit: Visit, lines: Lines, monkeypatch: pytest.MonkeyPatch
) -> None:
    why = "Nothing could be read: the disk does not answer."

    def fails(*_: object) -> None:
        raise Unavailable(why)

    client = visit(None)
    monkeypatch.setattr("core.store.key_events.get", fails)
    assert client.get("/key-events/149").status_code == 503
    request, told = sorted(lines(2), key=lambda line: str(line["log"]), reverse=True)
    assert (told["message"], told["level"]) == (why, "error")
    assert (request["status"], request["request"]) == (503, told["request"])


def test_a_method_that_somebody_made_up_is_told_as_another(visit: Visit, lines: Lines) -> None:
    client = visit(None)
    assert client.request("SECRETWORD", "/queue").status_code == 405
    assert lines(1)[0]["method"] == "other"
    assert "SECRETWORD" not in client.get("/metrics").text


def test_being_asked_whether_it_lives_is_no_news(visit: Visit, lines: Lines) -> None:
    client = visit(None)
    client.get("/healthz")
    client.get("/queue")
    assert [line["door"] for line in lines(1)] == ["/queue"]
