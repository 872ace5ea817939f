"""Reading Key Events: one, all, their AOPs, their neighbours."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.errors import NotFound
from core.model import AopRole, Level
from core.store import chains, connection, key_events
from tests import catalogues


@pytest.fixture
def db(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    with connection.reader(catalogues.small(tmp_path)) as db:
        yield db


def test_a_person_opens_a_key_event_and_sees_its_genes(db: sqlite3.Connection) -> None:
    key_event = key_events.get(db, 149)
    assert (key_event.label, key_event.title, key_event.level) == ("KE 149", "Increase, Inflammation", Level.TISSUE)
    assert key_event.genes == ("IL1B", "IL6", "TNF")


@pytest.mark.parametrize("id", [99999, 0, -1, 10**30])
def test_a_made_up_number_is_not_found_and_named(db: sqlite3.Connection, id: int) -> None:
    with pytest.raises(NotFound, match=f"no KE {id} "):
        key_events.get(db, id)


def test_the_catalogue_has_each_key_event_once_by_number(db: sqlite3.Connection) -> None:
    found = key_events.catalogue(db)
    assert [key_event.id for key_event in found] == key_events.ids(db) == [55, 149, 344, 1115]
    assert found == [key_events.get(db, key_event.id) for key_event in found]


def test_a_key_event_has_its_aops_with_its_role_in_each(db: sqlite3.Connection) -> None:
    places = key_events.memberships_of(db, 344)
    assert [(place.aop.label, place.role, place.aop.oecd_status) for place in places] == [
        ("AOP 38", None, "Endorsed"),
        ("AOP 144", AopRole.AO, None),
    ]
    assert [place for place in key_events.memberships(db) if place.key_event == 344] == places


def test_neighbours_are_one_arrow_away_and_name_the_aop(db: sqlite3.Connection) -> None:
    around = key_events.neighbours(db, 149)
    assert [(each.id, each.title) for each in around.upstream] == [(1115, "Increase, Reactive oxygen species")]
    assert [(each.id, each.level) for each in around.downstream] == [(344, Level.ORGAN)]
    assert [aop.id for aop in around.upstream[0].aops] == [144]
    assert key_events.neighbours(db, 55) == key_events.Neighbours((), ())
    assert [(each.upstream, each.downstream) for each in chains.aop(db, 144).arrows] == [(149, 344), (1115, 149)]
