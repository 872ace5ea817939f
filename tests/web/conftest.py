"""Every test of pages and of the API also watches what its requests ask of the database."""

from collections.abc import Iterator

import pytest

from core.store import database
from tests.plans import ALLOWED, Watch
from web import streaming


@pytest.fixture(autouse=True, scope="session")
def watch() -> Iterator[Watch]:
    """What every request asks passes here, on its way through `Database` or into a file that is streamed."""
    watch = Watch(ALLOWED)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(database, "_read", watch.watched(database._read))
        patch.setattr(database, "_write", watch.watched(database._write))
        patch.setattr(streaming, "_pieces", watch.streamed(streaming._pieces))
        yield watch


@pytest.fixture(autouse=True)
def no_request_walks_through_a_table(watch: Watch) -> Iterator[None]:
    """Where a request does, its test fails: here are the statement and the steps that may not be (tests/plans.py)."""
    yield
    found, watch.found = watch.found, []
    assert found == []
