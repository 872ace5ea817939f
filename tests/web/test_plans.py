"""The watch over requests sees: a page that walked through a table would fail its test."""

import sqlite3
from pathlib import Path

import pytest

from core.store.database import Database
from tests.aside import aside
from tests.plans import Watch


def described(db: sqlite3.Connection, words: str) -> list[str]:
    """What no page asks: there is no index of descriptions."""
    return [row["title"] for row in db.execute("SELECT title FROM target WHERE description = :words", {"words": words})]


@pytest.mark.parametrize("words", ["as nobody has asked before", "as somebody has asked before"])
def test_a_request_that_walks_through_a_table_is_seen_once(database: Path, watch: Watch, words: str) -> None:
    async def request() -> None:
        opened = Database(database)
        await opened.open()
        try:
            await opened.read(described, words)
        finally:
            await opened.close()

    aside(request())
    found, watch.found = watch.found, []
    again = words == "as somebody has asked before"
    assert [steps for _, steps in found] == ([] if again else [["SCAN target"]])
