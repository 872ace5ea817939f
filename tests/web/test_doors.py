"""Who may come in where: every door, every role."""

import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from core.errors import Invalid, OperatorError
from core.model import Role
from core.store import connection, sessions
from core.warm import Warm
from scripts.standin.people import BY_LOGIN
from tests import people, servers
from tests.aside import aside
from tests.servers import Keyway
from web.app import create_app
from web.door import READER, SIGNED_IN, Door, routes
from web.routes import ROUTES

VALUES = {"id": "149", "uuid": "7c9e6679-7425-40de-944b-e07fc1f90ae7", "source": "wikipathways", "accession": "WP254"}
VALUES["symbol"] = "TP53"
PARAMETER = re.compile(r"{(\w+)(?::\w+)?}")
VISITORS = (None, "stranger", "curator", "reviewer", "admin")


def address(door: Door) -> str:
    """An address behind this door."""
    return PARAMETER.sub(lambda match: VALUES.get(match[1], "anything"), door.path)


def expected(door: Door, login: str | None) -> int | None:
    """The status that keeps this visitor out; None where they may come in."""
    if door.path.startswith("/api/") and "POST" in door.methods:
        return 401  # a program writes with its token; a browser's session counts for nothing there
    if door.role is READER:
        return None
    if login is None:
        return 401
    role = BY_LOGIN[login].role
    return None if door.role is SIGNED_IN or (role is not None and role >= door.role) else 403  # type: ignore[operator]


@pytest.fixture(scope="module")
def running(made_database: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Keyway]:
    """One Keyway for the whole matrix."""
    database = tmp_path_factory.mktemp("matrix") / "keyway.db"
    database.write_bytes(made_database.read_bytes())
    with servers.keyway(database) as found:
        yield found


def as_(running: Keyway, login: str | None) -> httpx.Client:
    """Somebody with a session of their own, so that signing out in one case is not felt in another."""
    client = people.visitor(running.base_url)
    client.follow_redirects = False
    if login is not None:
        with connection.writer(running.database) as db, connection.transaction(db):
            token = sessions.begin(db, people.person(db, login).id, running.app.state.site.clock())
        client.cookies.set("keyway", token, domain="127.0.0.1")
    return client


@pytest.mark.parametrize("login", VISITORS, ids=lambda login: login or "signed out")
@pytest.mark.parametrize("door", ROUTES, ids=lambda door: f"{'/'.join(door.methods)} {door.path}")
def test_every_door_lets_in_whom_it_names_and_nobody_else(running: Keyway, door: Door, login: str | None) -> None:
    for method in door.methods:
        with as_(running, login) as client:
            answer = client.request(method, address(door))
            kept_out = expected(door, login)
            if kept_out is not None:
                assert answer.status_code == kept_out
                assert ("<html" in answer.text) == (not door.partial and not door.path.startswith("/api/"))
            else:
                assert answer.status_code != 401
                assert answer.status_code < 500 or door.path == "/readyz"
            assert answer.headers["content-security-policy"].startswith("default-src 'none'")


@pytest.mark.parametrize("door", [door for door in ROUTES if "POST" not in door.methods], ids=lambda door: door.path)
def test_reading_writes_nothing(running: Keyway, door: Door) -> None:
    with as_(running, "curator") as client, connection.reader(running.database) as db:
        before = db.execute("PRAGMA data_version").fetchone()[0]
        client.get(address(door))
        assert db.execute("PRAGMA data_version").fetchone()[0] == before


async def hello(request: Request) -> Response:
    """An endpoint."""
    return PlainTextResponse(f"hello {request.url.path}")


def test_a_route_that_does_not_say_who_may_come_in_stops_the_start(database: Path) -> None:
    settings = servers.configured(database, "http://127.0.0.1:5000", "http://127.0.0.1:5001")
    with pytest.raises(OperatorError, match="says who may come in"):
        create_app(settings, warm=Warm(), doors=[Route("/open", hello)])
    with pytest.raises(OperatorError, match="is not a Door with a role"):
        routes([Door("/open", hello, None)])  # type: ignore[arg-type]


def test_roles_nest() -> None:
    assert expected(Door("/", hello, Role.CURATOR), "admin") is None
    assert expected(Door("/", hello, Role.ADMIN), "reviewer") == 403


def test_a_role_that_was_taken_counts_at_the_next_request(running: Keyway) -> None:
    path = "/key-events/149/decisions"
    with as_(running, "second-curator") as client:
        assert client.post(path).status_code == 422
        with connection.writer(running.database) as db, connection.transaction(db):
            person = people.person(db, "second-curator")
            db.execute("UPDATE person SET role = NULL WHERE id = :id", {"id": person.id})
        refused = client.post(path)
        assert refused.status_code == 403
        assert "takes the role curator; yours is none yet" in refused.text


def test_an_id_that_no_database_can_hold_is_no_page(running: Keyway) -> None:
    with as_(running, None) as client:
        for id in ("99999999999999999999999", "-1", "1e3", "٣", "²"):
            assert client.get(f"/key-events/{id}").status_code == 404


@pytest.mark.parametrize("length", ["²", "-1", "1e3", "9" * 5000])
def test_a_length_that_is_no_number_is_named(running: Keyway, length: str) -> None:
    """Servers refuse these before they come here; whatever else stands before Keyway may not."""
    headers = [(b"content-length", length.encode("latin-1")), (b"origin", running.base_url.encode())]
    scope = {"type": "http", "method": "POST", "path": "/", "headers": headers, "app": running.app, "state": {}}
    with pytest.raises(Invalid, match="Content-Length is .*, expected a number of bytes"):
        aside(Door("/", hello, READER, ("POST",)).enter(Request(scope)))
