"""The journeys of programs: tokens that a person gives them, and decisions that they make in that person's name.

Every function is one transaction's work: the caller begins and commits (`core.store.connection.transaction`).
"""

import sqlite3
from dataclasses import replace
from datetime import datetime, timedelta

from core import review, rules
from core.appending import Draft, Outcome
from core.errors import Forbidden, Invalid, SignedOut, TooMany
from core.model import Act, Role
from core.store import curators, tokens
from core.store.tokens import Token

LONGEST_LABEL = 80
MOST_TOKENS = 20
LONGEST_LIFE = timedelta(days=366)
SCOPES = (Role.CURATOR, Role.REVIEWER)
ACTS = tuple(act for act in Act if act is not Act.IMPORT)  # what a program may ask for; to import is a command's
WINDOW = timedelta(minutes=1)
MOST_IN_WINDOW = 120


def make_token(
    db: sqlite3.Connection, person_id: int, label: str, scope: Role, expires_at: datetime, now: datetime
) -> tuple[Token, str]:
    """A new token of a person and its text, which is shown now and never again.

    Raises Forbidden without a role, Invalid naming the field: no label, more than their role, a day that is past or far
    away, or more tokens that count than one person needs.
    """
    person = curators.get(db, person_id)
    rules.require_role(person, Role.CURATOR, "to make a token")
    label = " ".join(label.split())
    if not 0 < len(label) <= LONGEST_LABEL:
        raise Invalid(f"label has {len(label)} characters, expected 1 to {LONGEST_LABEL}.", "label")
    if scope not in SCOPES or not person.may(scope):
        raise Invalid(f"scope is {scope.word}, which is more than you may; choose {Role.CURATOR.word}.", "scope")
    if not now < expires_at <= now + LONGEST_LIFE:
        last = (now + LONGEST_LIFE).date()
        raise Invalid(f"expires is {expires_at.date()}, expected a day from tomorrow to {last}.", "expires")
    if sum(each.valid(now) for each in tokens.of(db, person_id)) >= MOST_TOKENS:
        raise Invalid(f"You have {MOST_TOKENS} tokens that count; revoke one that you do not need.", "label")
    return tokens.make(db, person_id, label, scope, expires_at, now)


def decide(db: sqlite3.Connection, text: str, draft: Draft, now: datetime, *, single: bool = False) -> Outcome:
    """Decide in the name of whose token this is: `review.decide`, with no more than the token's scope.

    The token is read here, under the lock: one that was revoked a moment ago counts. Raises SignedOut for one that does
    not count, Forbidden beyond its scope, TooMany for a curator who decides faster than people do, and what
    `review.decide` raises.
    """
    holder = tokens.holder(db, text, now)
    if holder is None:
        raise SignedOut("This token is not known, has expired or was revoked; make another at /me/tokens.")
    person, scope = holder.person, holder.token.scope
    rule = rules.RULES.get(draft.act)
    if rule is not None and rule.role > scope:
        raise Forbidden(f"To {draft.act} takes a token with the scope {rule.role.word}; this one is for {scope.word}s.")
    capped = replace(person, role=None if person.role is None else min(person.role, scope))
    if not capped.may(Role.REVIEWER):
        _require_pace(db, person.id, now)
    outcome = review.decide(db, draft, person.id, now, single=single, at_most=scope)
    tokens.use(db, holder.token.id, now)
    return outcome


def _require_pace(db: sqlite3.Connection, person: int, now: datetime) -> None:
    times = tokens.decided_since(db, person, now - WINDOW, MOST_IN_WINDOW)
    if len(times) >= MOST_IN_WINDOW:
        seconds = int((times[-1] + WINDOW - now).total_seconds()) + 1
        raise TooMany(f"{MOST_IN_WINDOW} decisions a minute are taken; go on in {seconds} s.", seconds)
