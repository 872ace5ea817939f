"""The journeys of people: who may do what, who comes in by an access code, whose credit goes where.

Every function is one transaction's work: the caller begins and commits (`core.store.connection.transaction`).
"""

import sqlite3
from datetime import datetime, timedelta

from core import orcid, rules
from core.errors import Invalid, TooMany
from core.model import Person, Role
from core.store import attempts, codes, curators, sessions
from core.store.codes import Code, CodeState

WINDOW = timedelta(minutes=15)
MOST_OF_A_PERSON = 5
MOST_OF_AN_ADDRESS = 50  # a workshop's room shares one
LONGEST_LABEL = 80
MOST_USES = 1000
LONGEST_LIFE = timedelta(days=366)
REFUSED: dict[CodeState, str] = {
    CodeState.EXPIRED: "This access code has expired: ask whoever gave it to you for another.",
    CodeState.USED_UP: "As many people as this access code lets in have used it: ask for another.",
    CodeState.REVOKED: "This access code is not valid any more: ask whoever gave it to you for another.",
}


def give_role(db: sqlite3.Connection, id: int, role: Role | None, by: int) -> Person:
    """Give somebody a role, or take it (None). Raises NotFound, Forbidden, or Invalid for the only admin's own."""
    _require_admin(db, by)
    if role is not Role.ADMIN:
        _keep_an_admin(db, id)
    return curators.set_role(db, id, role)


def set_enabled(db: sqlite3.Connection, id: int, enabled: bool, by: int) -> Person:
    """Let somebody in, or keep them out and end their sessions. Raises as `give_role` does."""
    _require_admin(db, by)
    if not enabled:
        _keep_an_admin(db, id)
        sessions.end_all(db, id)
    return curators.set_enabled(db, id, enabled)


def sign_out(db: sqlite3.Connection, id: int, by: int) -> int:
    """End every session of somebody. Returns how many there were. Raises NotFound or Forbidden."""
    _require_admin(db, by)
    return sessions.end_all(db, curators.get(db, id).id)


def make_code(
    db: sqlite3.Connection, label: str, expires_at: datetime, most_uses: int, by: int | None, now: datetime
) -> tuple[Code, str]:
    """A new access code and its text, which is shown now and never again. `by` None: the operator's command.

    Raises Forbidden, or Invalid naming the field: no label or one that is taken, a day that is past or far away, a
    number of uses that is none.
    """
    if by is not None:
        _require_admin(db, by)
    label = " ".join(label.split())
    if not 0 < len(label) <= LONGEST_LABEL:
        raise Invalid(f"label has {len(label)} characters, expected 1 to {LONGEST_LABEL}.", "label")
    if not 1 <= most_uses <= MOST_USES:
        raise Invalid(f"uses is {most_uses:,}, expected a number from 1 to {MOST_USES:,}.", "uses")
    asked, last = codes.last_day(expires_at), (now + LONGEST_LIFE).date()
    if not now < expires_at or asked > last:
        raise Invalid(f"expires is {asked}, expected a day from {now.date()} to {last}.", "expires")
    return codes.make(db, label, expires_at, most_uses, by, now)


def revoke_code(db: sqlite3.Connection, id: int, by: int | None, now: datetime) -> Code:
    """Let nobody in by this code any more. Raises NotFound or Forbidden."""
    if by is not None:
        _require_admin(db, by)
    return codes.revoke(db, id, now)


def enter(db: sqlite3.Connection, text: str, id: int, address: str, now: datetime) -> Person | Invalid:
    """Make somebody curator by the access code that they typed.

    A wrong try is *returned* as the refusal, not raised: it has to be written down. `address` is where they are, as
    something that only equals itself. Raises TooMany after too many wrong tries, Invalid where they have a role.
    """
    person = curators.get(db, id)
    if person.role is not None:
        raise Invalid(f"You are {person.role.word} already: there is nothing a code could give you.", "code")
    tried = {f"person:{id}": MOST_OF_A_PERSON, f"address:{address}": MOST_OF_AN_ADDRESS}
    _require_patience(db, tried, now)
    code = codes.by_text(db, text)
    state = code.state(now) if code else None
    if code and state is CodeState.OPEN and codes.use(db, code.id, id, now):
        return curators.admit(db, id, code.id)
    attempts.note(db, list(tried), now)
    if code and state is CodeState.OPEN:
        return Invalid("You have used this access code before, and your role was taken since: ask an admin.", "code")
    return Invalid(REFUSED[state] if state else "No access code reads like that: compare it sign by sign.", "code")


def link_orcid(db: sqlite3.Connection, id: int, text: str) -> Person:
    """Link the ORCID that somebody typed as theirs; an empty one unlinks it. Raises Invalid."""
    return curators.link_orcid(db, id, orcid.parse(text))


def _require_admin(db: sqlite3.Connection, by: int) -> None:
    rules.require_role(curators.get(db, by), Role.ADMIN, "this")


def _keep_an_admin(db: sqlite3.Connection, id: int) -> None:
    if curators.enabled_admins(db) == {id}:
        raise Invalid(f"{curators.get(db, id).login} is the only admin: make somebody else admin first.", "role")


def _require_patience(db: sqlite3.Connection, tried: dict[str, int], now: datetime) -> None:
    """Raise TooMany where one of `tried` has had its number of wrong tries within the window."""
    attempts.forget(db, now - WINDOW)
    for who, most in tried.items():
        times = attempts.since(db, who, now - WINDOW)
        if len(times) >= most:
            seconds = int((times[-most] + WINDOW - now).total_seconds()) + 1
            minutes = -(-seconds // 60)
            raise TooMany(f"Too many wrong access codes: try again in {minutes} min, or ask an admin.", seconds)
