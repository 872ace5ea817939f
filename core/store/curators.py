"""People: who has signed in, what they may do, and who asks to do more.

A person is (issuer, number): the provider's login is only what we call them, and may change at any sign-in.
"""

import json
import sqlite3
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from core.errors import Forbidden, Invalid, NotFound
from core.model import Person, Role
from core.store import clock

COLUMNS = """
person.id, person.login, person.name, person.role, person.enabled, person.asked_at, person.settings, person.orcid,
  (SELECT access_code.label FROM access_code WHERE access_code.id = person.admitted_by) AS admitted_by
"""
_ACCOUNT = f"{COLUMNS}, person.issuer, person.subject, person.created_at"


@dataclass(frozen=True, slots=True)
class Identity:
    """Who a provider says somebody is: its address, its number for them, and their login and name there."""

    issuer: str
    subject: int
    login: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Account:
    """A person with what only an operator needs to see: who vouches for them, under which number, since when."""

    person: Person
    issuer: str
    subject: int
    created_at: datetime


def person(row: sqlite3.Row) -> Person:
    """The person in a row of `COLUMNS`."""
    return Person(
        id=row["id"],
        login=row["login"],
        name=row["name"],
        role=None if row["role"] is None else Role[row["role"].upper()],
        enabled=bool(row["enabled"]),
        asked_for_role_at=None if row["asked_at"] is None else clock.moment(row["asked_at"]),
        settings=json.loads(row["settings"]),
        orcid=row["orcid"] or "",
        admitted_by=row["admitted_by"] or "",
    )


def get(db: sqlite3.Connection, id: int) -> Person:
    """The person as they are now: inside a write transaction, the role that counts. Raises NotFound."""
    row = db.execute(f"SELECT {COLUMNS} FROM person WHERE id = :id", {"id": id}).fetchone()
    if row is None:
        raise NotFound(f"There is no person {id}.")
    return person(row)


def by_ids(db: sqlite3.Connection, ids: Collection[int]) -> dict[int, Person]:
    """The people with these ids, by id."""
    rows = db.execute(
        f"SELECT {COLUMNS} FROM person WHERE id IN (SELECT value FROM json_each(:ids))",
        {"ids": json.dumps(sorted(ids))},
    )
    return {row["id"]: person(row) for row in rows}


def by_identity(db: sqlite3.Connection, identity: Identity) -> Person | None:
    """The person behind an identity, or None if they have never been here."""
    row = db.execute(
        f"SELECT {COLUMNS} FROM person WHERE issuer = :issuer AND subject = :subject",
        {"issuer": identity.issuer, "subject": identity.subject},
    ).fetchone()
    return None if row is None else person(row)


def accounts(db: sqlite3.Connection) -> list[Account]:
    """Everybody, who waits for a role first (longest first), then by login."""
    rows = db.execute(
        f"SELECT {_ACCOUNT} FROM person ORDER BY person.asked_at IS NULL, person.asked_at, person.login, person.id"
    )
    return [
        Account(person(row), row["issuer"], row["subject"], clock.moment(row["created_at"])) for row in rows.fetchall()
    ]


def find(db: sqlite3.Connection, who: str) -> Person:
    """The one person whose number or login is `who`. Raises NotFound, or Invalid where there are several."""
    matches = [
        account
        for account in accounts(db)
        if who == str(account.subject) or who.casefold() == account.person.login.casefold()
    ]
    if not matches:
        raise NotFound(f"Nobody here has the login or number {who!r}; they sign in first, or are enrolled by number.")
    if len(matches) > 1:
        numbers = ", ".join(f"{account.subject} at {account.issuer}" for account in matches)
        raise Invalid(f"{who!r} is several people ({numbers}): name one by a number that is theirs alone.", "who")
    return matches[0].person


def sign_in(db: sqlite3.Connection, identity: Identity, admins: Collection[str], now: datetime) -> Person:
    """The person behind an identity that the provider has just confirmed, added where they are new.

    Somebody new whose number or login is in `admins` begins as admin; nobody's role changes at a later sign-in.
    Raises Forbidden for somebody who is disabled.
    """
    known = by_identity(db, identity)
    if known is not None and not known.enabled:
        raise Forbidden(f"{known.login} is disabled here. Ask an admin if that is a mistake.")
    named = {name.casefold() for name in admins}
    first_admin = known is None and not named.isdisjoint({str(identity.subject), identity.login.casefold()})
    return _put(db, identity, Role.ADMIN if first_admin else None, now)


def enrol(db: sqlite3.Connection, identity: Identity, role: Role | None, now: datetime) -> Person:
    """Give a role to somebody who may not have signed in yet; it waits for them."""
    return set_role(db, _put(db, identity, None, now).id, role)


def _put(db: sqlite3.Connection, identity: Identity, role_if_new: Role | None, now: datetime) -> Person:
    (id,) = db.execute(
        "INSERT INTO person (issuer, subject, login, name, role, created_at) "
        "VALUES (:issuer, :subject, :login, :name, :role, :at) "
        "ON CONFLICT (issuer, subject) DO UPDATE SET login = excluded.login, name = excluded.name RETURNING id",
        {
            "issuer": identity.issuer,
            "subject": identity.subject,
            "login": identity.login,
            "name": identity.name,
            "role": None if role_if_new is None else role_if_new.word,
            "at": clock.text(now),
        },
    ).fetchone()
    return get(db, id)


def set_role(db: sqlite3.Connection, id: int, role: Role | None) -> Person:
    """Give or take a role; whoever waited for one waits no longer. Raises NotFound."""
    db.execute(
        "UPDATE person SET role = :role, asked_at = NULL WHERE id = :id",
        {"id": id, "role": None if role is None else role.word},
    )
    return get(db, id)


def set_enabled(db: sqlite3.Connection, id: int, enabled: bool) -> Person:
    """Let somebody in or keep them out; it counts from their next request. Raises NotFound."""
    db.execute("UPDATE person SET enabled = :enabled WHERE id = :id", {"id": id, "enabled": enabled})
    return get(db, id)


def ask_for_role(db: sqlite3.Connection, id: int, now: datetime) -> Person:
    """Note that a stranger asks for a role; asking again keeps the first time. Raises NotFound, or Invalid."""
    asking = get(db, id)
    if asking.role is not None:
        raise Invalid(f"You are already {asking.role.word}.")
    db.execute("UPDATE person SET asked_at = coalesce(asked_at, :at) WHERE id = :id", {"id": id, "at": clock.text(now)})
    return get(db, id)


def admit(db: sqlite3.Connection, id: int, code: int) -> Person:
    """Make somebody curator by an access code; its label stands beside their decisions from now on."""
    db.execute("UPDATE person SET admitted_by = :code WHERE id = :id", {"id": id, "code": code})
    return set_role(db, id, Role.CURATOR)


def link_orcid(db: sqlite3.Connection, id: int, orcid: str) -> Person:
    """Link a person's ORCID, or unlink it where it is empty. Raises NotFound."""
    db.execute("UPDATE person SET orcid = :orcid WHERE id = :id", {"id": id, "orcid": orcid or None})
    return get(db, id)


def enabled_admins(db: sqlite3.Connection) -> set[int]:
    """The ids of the admins who can sign in."""
    return {id for (id,) in db.execute("SELECT id FROM person WHERE role = 'admin' AND enabled = 1")}


def change_setting(db: sqlite3.Connection, id: int, name: str, value: object) -> Person:
    """Keep one of a person's own settings; the others stay. Raises NotFound."""
    settings = get(db, id).settings | {name: value}
    db.execute("UPDATE person SET settings = :settings WHERE id = :id", {"id": id, "settings": json.dumps(settings)})
    return get(db, id)
