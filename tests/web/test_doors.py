"""Who may come in where: every door, every role, against the matrix of `doors.txt`."""

import itertools
import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from core.errors import Invalid, OperatorError
from core.store import connection, sessions
from core.warm import Warm
from tests import people, servers
from tests.aside import aside
from tests.servers import Keyway
from web.app import create_app
from web.door import READER, Door, routes
from web.routes import ROUTES

VALUES = {"id": "149", "uuid": "7c9e6679-7425-40de-944b-e07fc1f90ae7", "source": "wikipathways", "accession": "WP254"}
VALUES |= {"symbol": "TP53", "key_event": "149", "target": "wikipathways:WP254"}
PARAMETER = re.compile(r"{(\w+)(?::\w+)?}")
VISITORS = (None, "stranger", "curator", "reviewer", "admin")


def address(door: Door) -> str:
    """An address behind this door."""
    return PARAMETER.sub(lambda match: VALUES.get(match[1], "anything"), door.path)


def written() -> dict[tuple[str, str], dict[str | None, int | None]]:
    """The matrix as people wrote it: by method and path, the status that keeps each visitor out, None for who is in."""
    head, *lines = Path(__file__).with_name("doors.txt").read_text("utf-8").splitlines()[1:]
    assert head.split()[2:] == [login or "signed-out" for login in VISITORS]
    table = {}
    for method, path, *cells in map(str.split, lines):
        table[method, path] = {
            login: None if cell == "in" else int(cell) for login, cell in zip(VISITORS, cells, strict=True)
        }
    assert len(table) == len(lines), "each once"
    return table


MATRIX = written()


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


def test_the_matrix_has_every_door_and_no_other() -> None:
    assert {(method, door.path) for door in ROUTES for method in door.methods} == MATRIX.keys()


@pytest.mark.parametrize("login", VISITORS, ids=lambda login: login or "signed out")
@pytest.mark.parametrize("door", ROUTES, ids=lambda door: f"{'/'.join(door.methods)} {door.path}")
def test_every_door_lets_in_whom_it_names_and_nobody_else(running: Keyway, door: Door, login: str | None) -> None:
    for method in door.methods:
        with as_(running, login) as client:
            answer = client.request(method, address(door))
            kept_out = MATRIX[method, door.path][login]
            if kept_out is not None:
                assert answer.status_code == kept_out
                assert ("<html" in answer.text) == (not door.partial and not door.path.startswith("/api/"))
            else:
                assert answer.status_code != 401
                assert answer.status_code < 500 or door.path == "/readyz"
            assert answer.headers["content-security-policy"].startswith("default-src 'none'")


@pytest.mark.parametrize("login", [None, "admin"], ids=lambda login: login or "signed out")
def test_no_door_opens_to_a_method_that_it_does_not_name(running: Keyway, login: str | None) -> None:
    with as_(running, login) as client:
        for path in sorted({door.path for door in ROUTES}):
            named = {method for door in ROUTES if door.path == path for method in door.methods}
            for method in {"GET", "POST", "PUT", "PATCH", "DELETE"} - named:
                door = next(door for door in ROUTES if door.path == path)
                answer = client.request(method, address(door))
                assert answer.status_code == 405, f"{method} {path}"


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
    for opened in MATRIX.values():
        for less, more in itertools.pairwise(VISITORS):
            assert opened[less] is not None or opened[more] is None


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
