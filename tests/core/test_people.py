"""Roles, and access codes for workshops."""

import re
import sqlite3
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from core import people as journey
from core.errors import Forbidden, Invalid, NotFound, TooMany
from core.model import Person, Role
from core.store import codes, connection, curators, sessions
from core.store.codes import CodeState
from tests import people
from tests.catalogues import NOW

TOMORROW = NOW + timedelta(days=1)


@pytest.fixture
def db(database: Path) -> Iterator[sqlite3.Connection]:
    with connection.writer(database) as db:
        yield db


def id_of(db: sqlite3.Connection, login: str) -> int:
    return people.person(db, login).id


def enter(
    db: sqlite3.Connection, text: str, login: str, address: str = "here", now: datetime = NOW
) -> Person | Invalid:
    """What somebody gets for a code, as the page asks for it: in a transaction of its own."""
    with connection.transaction(db):
        return journey.enter(db, text, id_of(db, login), address, now)


def code(db: sqlite3.Connection, label: str = "Workshop", uses: int = 2) -> str:
    return journey.make_code(db, label, TOMORROW, uses, id_of(db, "admin"), NOW)[1]


def newcomers(db: sqlite3.Connection, number: int) -> list[int]:
    """People who have signed in and have no role."""
    return [
        curators.sign_in(db, curators.Identity(people.ISSUER, 5000 + each, f"guest-{each}"), (), NOW).id
        for each in range(number)
    ]


class TestRoles:
    def test_an_admin_gives_a_role_to_who_asked(self, db: sqlite3.Connection) -> None:
        stranger = id_of(db, "stranger")
        curators.ask_for_role(db, stranger, NOW)
        given = journey.give_role(db, stranger, Role.CURATOR, id_of(db, "admin"))
        assert given.role is Role.CURATOR
        assert given.asked_for_role_at is None

    @pytest.mark.parametrize("by", ["stranger", "curator", "reviewer"])
    def test_nobody_else_gives_one(self, db: sqlite3.Connection, by: str) -> None:
        for do in (
            lambda: journey.give_role(db, id_of(db, by), Role.ADMIN, id_of(db, by)),
            lambda: journey.set_enabled(db, id_of(db, "admin"), False, id_of(db, by)),
            lambda: journey.sign_out(db, id_of(db, "admin"), id_of(db, by)),
            lambda: journey.make_code(db, "mine", TOMORROW, 1, id_of(db, by), NOW),
            lambda: journey.revoke_code(db, 1, id_of(db, by), NOW),
        ):
            with pytest.raises(Forbidden, match="takes the role admin"):
                do()

    def test_the_only_admin_stays_one(self, db: sqlite3.Connection) -> None:
        admin = id_of(db, "admin")
        for do in (
            lambda: journey.give_role(db, admin, Role.REVIEWER, admin),
            lambda: journey.give_role(db, admin, None, admin),
            lambda: journey.set_enabled(db, admin, False, admin),
        ):
            with pytest.raises(Invalid, match="admin is the only admin: make somebody else admin first"):
                do()
        assert journey.give_role(db, admin, Role.ADMIN, admin).role is Role.ADMIN

    def test_one_of_two_admins_may_go(self, db: sqlite3.Connection) -> None:
        admin, reviewer = id_of(db, "admin"), id_of(db, "reviewer")
        journey.give_role(db, reviewer, Role.ADMIN, admin)
        assert journey.give_role(db, admin, None, admin).role is None
        with pytest.raises(Invalid, match="reviewer is the only admin"):
            journey.give_role(db, reviewer, None, reviewer)

    def test_an_admin_who_is_disabled_does_not_count(self, db: sqlite3.Connection) -> None:
        admin, reviewer = id_of(db, "admin"), id_of(db, "reviewer")
        journey.give_role(db, reviewer, Role.ADMIN, admin)
        journey.set_enabled(db, reviewer, False, admin)
        with pytest.raises(Invalid, match="admin is the only admin"):
            journey.give_role(db, admin, None, admin)

    def test_whoever_is_disabled_is_signed_out(self, db: sqlite3.Connection) -> None:
        curator, admin = id_of(db, "curator"), id_of(db, "admin")
        token = sessions.begin(db, curator, NOW)
        journey.set_enabled(db, curator, False, admin)
        journey.set_enabled(db, curator, True, admin)
        assert sessions.visitor(db, token, NOW) is None

    def test_sessions_end_one_person_at_a_time(self, db: sqlite3.Connection) -> None:
        tokens = [sessions.begin(db, id_of(db, login), NOW) for login in ("curator", "curator", "reviewer")]
        assert journey.sign_out(db, id_of(db, "curator"), id_of(db, "admin")) == 2
        assert [sessions.visitor(db, token, NOW) is None for token in tokens] == [True, True, False]

    def test_nobody_with_this_number(self, db: sqlite3.Connection) -> None:
        for do in (
            lambda: journey.give_role(db, 999, Role.CURATOR, id_of(db, "admin")),
            lambda: journey.sign_out(db, 999, id_of(db, "admin")),
            lambda: journey.set_enabled(db, 999, False, id_of(db, "admin")),
        ):
            with pytest.raises(NotFound):
                do()


class TestCodes:
    def test_a_code_makes_a_stranger_curator_and_its_label_stays_with_them(self, db: sqlite3.Connection) -> None:
        text = code(db, "Workshop Maastricht")
        curators.ask_for_role(db, id_of(db, "stranger"), NOW)
        came = enter(db, text, "stranger")
        assert isinstance(came, Person)
        assert (came.role, came.admitted_by, came.asked_for_role_at) == (Role.CURATOR, "Workshop Maastricht", None)

    def test_it_is_typed_as_people_type(self, db: sqlite3.Connection) -> None:
        text = code(db)
        assert re.fullmatch(r"([A-HJ-NP-Z2-9]{4}-){3}[A-HJ-NP-Z2-9]{4}", text)
        assert isinstance(enter(db, f" {text.lower().replace('-', ' ')} ", "stranger"), Person)

    def test_the_database_does_not_hold_it(self, db: sqlite3.Connection) -> None:
        text = code(db)
        kept = [value for row in db.execute("SELECT * FROM access_code") for value in tuple(row)]
        assert not any(text in str(value) or text.replace("-", "") in str(value) for value in kept)

    def test_it_lets_in_as_many_as_was_said(self, db: sqlite3.Connection) -> None:
        text = code(db, uses=2)
        *first, last = newcomers(db, 3)
        assert all(isinstance(journey.enter(db, text, id, "room", NOW), Person) for id in first)
        refused = journey.enter(db, text, last, "room", NOW)
        assert "As many people as this access code lets in" in str(refused)
        assert curators.get(db, last).role is None
        assert codes.every(db)[0].state(NOW) is CodeState.USED_UP

    def test_it_ends_with_its_day_or_by_an_admin(self, db: sqlite3.Connection) -> None:
        text = code(db)
        assert "has expired" in str(enter(db, text, "stranger", now=TOMORROW))
        journey.revoke_code(db, codes.by_label(db, "workshop").id, id_of(db, "admin"), NOW)
        assert "is not valid any more" in str(enter(db, text, "stranger"))
        assert people.person(db, "stranger").role is None

    def test_a_role_that_was_taken_does_not_come_back_by_the_same_code(self, db: sqlite3.Connection) -> None:
        text = code(db)
        assert isinstance(enter(db, text, "stranger"), Person)
        journey.give_role(db, id_of(db, "stranger"), None, id_of(db, "admin"))
        assert "your role was taken since" in str(enter(db, text, "stranger"))

    def test_who_has_a_role_needs_none(self, db: sqlite3.Connection) -> None:
        with pytest.raises(Invalid, match="You are reviewer already"):
            enter(db, code(db), "reviewer")

    def test_a_sixth_wrong_try_waits(self, db: sqlite3.Connection) -> None:
        text = code(db)
        for minute in range(5):
            assert "compare it sign by sign" in str(enter(db, "WRONG", "stranger", now=NOW + timedelta(minutes=minute)))
        with pytest.raises(TooMany, match="try again in 11 min") as refused:
            enter(db, text, "stranger", now=NOW + timedelta(minutes=5))
        assert 0 < refused.value.retry_after <= 15 * 60
        assert isinstance(enter(db, text, "stranger", now=NOW + timedelta(minutes=15, seconds=1)), Person)

    def test_an_address_waits_after_fifty_whoever_tries_there(self, db: sqlite3.Connection) -> None:
        text = code(db, uses=100)
        *wrong, late = newcomers(db, 11)
        for id in wrong:
            for _ in range(5):
                journey.enter(db, "WRONG", id, "room", NOW)
        with pytest.raises(TooMany):
            journey.enter(db, text, late, "room", NOW)
        assert isinstance(journey.enter(db, text, late, "elsewhere", NOW), Person)

    def test_tries_are_not_kept_for_long(self, db: sqlite3.Connection) -> None:
        enter(db, "WRONG", "stranger")
        enter(db, "WRONG", "stranger", now=NOW + timedelta(minutes=16))
        assert db.execute("SELECT count(*) FROM attempt").fetchone()[0] == 2  # the person and the address, once each

    @pytest.mark.parametrize(
        ("label", "days", "uses", "field"),
        [("", 1, 1, "label"), ("x" * 81, 1, 1, "label"), ("x", 0, 1, "expires"), ("x", 400, 1, "expires"),
         ("x", 1, 0, "uses"), ("x", 1, 1001, "uses")],
    )  # fmt: skip
    def test_what_a_code_cannot_be(self, db: sqlite3.Connection, label: str, days: int, uses: int, field: str) -> None:
        with pytest.raises(Invalid) as refused:
            journey.make_code(db, label, NOW + timedelta(days=days), uses, id_of(db, "admin"), NOW)
        assert refused.value.field == field

    def test_two_codes_are_told_apart_by_their_label(self, db: sqlite3.Connection) -> None:
        code(db, "Workshop Maastricht")
        with pytest.raises(Invalid, match="called “workshop maastricht” already"):
            code(db, " workshop  maastricht ")
