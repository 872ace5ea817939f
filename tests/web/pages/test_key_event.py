"""A Key Event's page: what its rows say is about the rows that are there."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from core.model import Source
from core.store import connection, hierarchy
from tests import people, servers

PAGE = "/key-events/1115"
KIN = re.compile(r'<a class="kin" href="[^"]*#row-go-GO-(\d+)"')
ROW = re.compile(r'<tr id="row-go-GO-(\d+)"')


@pytest.fixture
def reader(embedded: Path, tmp_path: Path) -> Iterator[httpx.Client]:
    """Somebody who is signed out, where the first two terms of a Key Event stand one above the other."""
    database = Path(shutil.copytree(embedded, tmp_path / "data")) / servers.DATABASE
    with servers.keyway(database) as keyway, people.visitor(keyway.base_url) as client:
        above, below = ROW.findall(client.get(PAGE).text)[:2]
        with connection.writer(database) as db, connection.transaction(db):
            hierarchy.keep_parents(db, Source.GO, {f"GO:{below}": (f"GO:{above}",)})
        yield client


def test_a_row_leads_to_its_relatives_in_the_table(reader: httpx.Client) -> None:
    details = reader.get(f"{PAGE}/table/details").text + reader.get(PAGE).text
    assert set(KIN.findall(details)) == set(ROW.findall(reader.get(PAGE).text)[:2])


def test_a_row_leads_to_none_that_the_filters_leave_out(reader: httpx.Client) -> None:
    _, below = ROW.findall(reader.get(PAGE).text)[:2]
    found = reader.get(PAGE, params={"words": f"GO:{below}"}).text
    assert ROW.findall(found) == [below]
    assert KIN.findall(found + reader.get(f"{PAGE}/table/details", params={"words": f"GO:{below}"}).text) == []
