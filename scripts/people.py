"""Who may do what: `python -m scripts.people --db DB list`, `role WHO ROLE`, `disable WHO`, `enable WHO`,
`end-sessions WHO`, `codes make LABEL`, `codes list`, `codes revoke LABEL`. WHO is a login, or a number at the provider;
ROLE is curator, reviewer, admin or none; a code lets people of a workshop be curators."""

import argparse
import re
import sqlite3
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from core import settings
from core.errors import Invalid
from core.model import Person, Role
from core.model.people import LOGIN_FORM
from core.store import connection, curators, sessions
from core.store.curators import Identity
from scripts import access_codes
from scripts.command import run

NONE = "none"
ROLES = [*(role.word for role in Role), NONE]


def main(arguments: Sequence[str]) -> None:
    """Do one of the commands in one transaction, and say what was done."""
    options = parser().parse_args(arguments)
    database = options.db or settings.read().database_path
    if options.command == "list":
        show(database)
        return
    if options.command == "codes":
        access_codes.do(database, options, datetime.now(UTC))
        return
    with connection.writer(database) as db, connection.transaction(db):
        if options.command == "role":
            role = None if options.role == NONE else Role[options.role.upper()]
            person = _enrolled(db, options, role) if options.who is None else _found(db, options, role)
            said = f"is {_word(person)}"
        else:
            person, said = _change(db, options.command, options.who)
    print(f"{person.login} {said}")


def parser() -> argparse.ArgumentParser:
    """What the command line may say."""
    found = argparse.ArgumentParser(prog="python -m scripts.people", description=__doc__)
    found.add_argument("--db", type=Path, help="the database file (DATABASE_PATH)")
    commands = found.add_subparsers(dest="command", required=True)
    commands.add_parser("list", help="everybody, those who wait for a role first")
    role = commands.add_parser("role", help="give a role, or take it: none")
    role.add_argument("who", nargs="?", metavar="WHO", help="login or number; left out with --subject")
    role.add_argument("role", choices=ROLES, metavar="ROLE", help=", ".join(ROLES))
    role.add_argument("--subject", type=int, help="number at the provider of somebody who has not signed in yet")
    role.add_argument("--login", help="their login there, until they sign in")
    role.add_argument("--issuer", help="address of the provider (that of GITHUB_URL)")
    for name, words in (
        ("disable", "keep somebody out, from their next request on"),
        ("enable", "let them in again"),
        ("end-sessions", "sign them out everywhere"),
    ):
        commands.add_parser(name, help=words).add_argument("who", metavar="WHO", help="login or number")
    access_codes.describe(commands.add_parser("codes", help="access codes for workshops"))
    return found


def show(database: Path) -> None:
    """Print everybody, a line each."""
    with connection.reader(database) as db:
        accounts = curators.accounts(db)
    if not accounts:
        print("Nobody has signed in yet.")
    for account in accounts:
        person = account.person
        notes = [] if person.enabled else ["disabled"]
        if person.asked_for_role_at:
            notes.append(f"asks for a role since {person.asked_for_role_at.date()}")
        columns = f"{account.subject:>10}  {person.login:<20}  {_word(person):<8}  {account.issuer}"
        print("  ".join([columns, *notes]))


def _enrolled(db: sqlite3.Connection, options: argparse.Namespace, role: Role | None) -> Person:
    if options.subject is None or not options.login:
        raise Invalid("role needs WHO, or --subject NUMBER with --login LOGIN for somebody who has not signed in yet")
    if not re.fullmatch(LOGIN_FORM, options.login):
        raise Invalid(f"--login is {options.login!r}, expected a login such as jane-doe")
    identity = Identity(options.issuer or settings.read().issuer, options.subject, options.login)
    return curators.enrol(db, identity, role, datetime.now(UTC))


def _found(db: sqlite3.Connection, options: argparse.Namespace, role: Role | None) -> Person:
    return curators.set_role(db, curators.find(db, options.who).id, role)


def _change(db: sqlite3.Connection, command: str, who: str) -> tuple[Person, str]:
    person = curators.find(db, who)
    if command == "end-sessions":
        return person, f"is signed out of {sessions.end_all(db, person.id)} sessions"
    enabled = command == "enable"
    if not enabled:
        sessions.end_all(db, person.id)
    return curators.set_enabled(db, person.id, enabled), f"is {command}d"


def _word(person: Person) -> str:
    return person.role.word if person.role else "stranger"


if __name__ == "__main__":
    run(main)
