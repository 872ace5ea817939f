"""What an operator does with people."""

from pathlib import Path

import pytest

from core.errors import Invalid, NotFound
from core.model import Role
from core.store import connection, curators, sessions
from scripts import people as command
from tests import catalogues, people
from tests.catalogues import NOW


def do(database: Path, *words: str) -> None:
    """Run the command."""
    command.main(["--db", str(database), *words])


def role(database: Path, login: str) -> Role | None:
    """What somebody may do now."""
    with connection.reader(database) as db:
        return people.person(db, login).role


def test_an_operator_gives_and_takes_a_role(database: Path, capsys: pytest.CaptureFixture[str]) -> None:
    do(database, "role", "stranger", "curator")
    assert role(database, "stranger") is Role.CURATOR
    do(database, "role", "1005", "none")
    assert role(database, "stranger") is None
    assert capsys.readouterr().out == "stranger is curator\nstranger is stranger\n"


def test_a_role_waits_for_somebody_who_has_not_signed_in(tmp_path: Path) -> None:
    database = catalogues.empty(tmp_path)
    do(database, "role", "--issuer", people.ISSUER, "--subject", "1003", "--login", "reviewer", "reviewer")
    assert role(database, "reviewer") is Role.REVIEWER


def test_a_login_that_no_provider_gives_is_refused(tmp_path: Path) -> None:
    database = catalogues.empty(tmp_path)
    with pytest.raises(Invalid, match="--login is 'Jane Doe', expected a login such as jane-doe"):
        do(database, "role", "--issuer", people.ISSUER, "--subject", "1003", "--login", "Jane Doe", "reviewer")


def test_giving_a_role_to_nobody_says_how(database: Path) -> None:
    with pytest.raises(Invalid, match="--subject NUMBER with --login LOGIN"):
        do(database, "role", "curator")
    with pytest.raises(NotFound, match="Nobody here has the login or number 'somebody'"):
        do(database, "role", "somebody", "curator")


def test_a_name_that_two_people_have_is_refused(database: Path) -> None:
    with connection.writer(database) as db, connection.transaction(db):
        curators.sign_in(db, curators.Identity(people.ISSUER, 77, "Curator"), (), NOW)
    with pytest.raises(Invalid, match="'curator' is several people"):
        do(database, "role", "curator", "admin")


def test_whoever_is_disabled_is_signed_out_and_can_come_back(database: Path) -> None:
    with connection.writer(database) as db, connection.transaction(db):
        token = sessions.begin(db, people.person(db, "curator").id, NOW)
    do(database, "disable", "curator")
    do(database, "enable", "curator")
    with connection.reader(database) as db:
        assert people.person(db, "curator").enabled
        assert sessions.visitor(db, token, NOW) is None


def test_an_operator_ends_sessions(database: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with connection.writer(database) as db, connection.transaction(db):
        for _ in range(2):
            sessions.begin(db, people.person(db, "curator").id, NOW)
    do(database, "end-sessions", "curator")
    assert capsys.readouterr().out == "curator is signed out of 2 sessions\n"


def test_the_list_begins_with_who_waits(database: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with connection.writer(database) as db, connection.transaction(db):
        curators.ask_for_role(db, people.person(db, "stranger").id, NOW)
    do(database, "list")
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 5
    assert lines[0].split()[:4] == ["1005", "stranger", "stranger", people.ISSUER]
    assert lines[0].endswith("asks for a role since 2026-11-23")
