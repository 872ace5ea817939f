"""What the tests of pages share: somebody who has decided before the page is opened."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest

from core import review
from core.appending import Draft
from core.model import Act, Decision, Pair, Relation, Source, TargetKey
from core.store import connection, decisions
from tests import people
from tests.servers import Keyway

Decide = Callable[..., Decision]
MORNING = datetime(2026, 11, 23, 8, 15, tzinfo=UTC)


@pytest.fixture
def decided(keyway: Keyway) -> Decide:
    """`decided("curator", 149, Act.REJECT, "WP254")`: a decision a minute from a fixed morning on, `days` later."""
    numbers = count(1)

    def decide(login: str, key_event: int, act: Act, accession: str, days: int = 0) -> Decision:
        source = Source.GO if accession.startswith("GO:") else Source.WIKIPATHWAYS
        pair, number = Pair(key_event, TargetKey(source, accession)), next(numbers)
        with connection.writer(keyway.database) as db, connection.transaction(db):
            version = len(decisions.of_pair(db, pair))
            relation = Relation.RELATED if act is Act.PROPOSE else None
            draft = Draft(pair, act, version, f"test {number}", relation=relation)
            now = MORNING + timedelta(days=days, minutes=number)
            return review.decide(db, draft, people.person(db, login).id, now).decision

    return decide


@pytest.fixture
def nothing_fits(keyway: Keyway) -> Callable[[str, int, Source | None], None]:
    """`nothing_fits("curator", 149, Source.GO)`: somebody says that there is no target (None: in no source)."""

    def say(login: str, key_event: int, source: Source | None) -> None:
        with connection.writer(keyway.database) as db, connection.transaction(db):
            who = people.person(db, login).id
            review.no_target(db, key_event, source, who, f"{login} {key_event} {source}", "", MORNING)

    return say
