"""A published set that is hard on readers: titles that no table likes, and one of everything that SSSOM states."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from core.model import Relation, Tier
from core.store import connection
from tests import catalogues, people, publishing, servers
from tests.publishing import GO, WP254, WP408, WP1742
from tests.servers import Keyway, keyway

TITLES = {
    "WP254": '=1+1, "quoted"\tand tabbed',
    "WP408": "+ plus | pipe, 🧬 and a\nline end",
    "WP1742": "@mention " + "x" * 3990,
    "WP4341": "'=already quoted # and NA",
}


@pytest.fixture
def published(tmp_path: Path, made_database: Path) -> Path:
    """A database with such titles, where mappings are in force, rejected, and a Key Event has none."""
    path = catalogues.small(tmp_path)
    with connection.writer(path) as db, connection.transaction(db):
        people.enrol(db)
        for accession, title in TITLES.items():
            db.execute("UPDATE target SET title = :title WHERE accession = :id", {"title": title, "id": accession})
        publishing.approve(db, 55, WP408, relation=Relation.NARROWER, tier=Tier.MEDIUM)
        publishing.approve(db, 55, publishing.WP4341, note="=SUM(A1)")
    publishing.several(path)
    return path


@pytest.fixture
def site(published: Path) -> Iterator[Keyway]:
    """Keyway over it."""
    with keyway(published) as running:
        yield running


@pytest.fixture
def fetch(site: Keyway, tmp_path: Path) -> Callable[[str], Path]:
    """`fetch("/exports/mappings.csv")`: the file that is served there."""

    def file(address: str) -> Path:
        answer = servers.get(site.base_url + address)
        assert answer.status_code == 200, answer.text
        path = tmp_path / address.partition("?")[0].rpartition("/")[2]
        path.write_bytes(answer.content)
        return path

    return file


def items(site: Keyway) -> list[dict[str, object]]:
    """All mappings as the API has them."""
    found: list[dict[str, object]] = json.loads(servers.get(f"{site.base_url}/api/v1/all-mappings?per_page=200").text)[
        "data"
    ]
    return found


__all__ = ["GO", "TITLES", "WP254", "WP408", "WP1742", "items"]
