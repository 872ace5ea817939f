"""What stops the start, and what it says."""

import os
import sqlite3
from pathlib import Path

import pytest

from core.errors import OperatorError
from core.warm import Warm
from tests import servers
from web.app import create_app

HERE, STANDIN = "http://127.0.0.1:5000", "http://127.0.0.1:5001"


def test_a_database_that_is_not_there_is_named_and_not_made(tmp_path: Path) -> None:
    missing = tmp_path / "none.db"
    with pytest.raises(OperatorError, match=r"no database at .*none\.db; make one with"):
        create_app(servers.configured(missing, HERE, STANDIN), warm=Warm())
    assert not missing.exists()


def test_a_database_from_the_future_is_refused(database: Path) -> None:
    db = sqlite3.connect(database)
    db.execute("PRAGMA user_version = 99")
    db.close()
    with pytest.raises(OperatorError, match="is at schema 99"):
        create_app(servers.configured(database, HERE, STANDIN), warm=Warm())


def test_another_provider_than_github_is_for_loopback_alone(database: Path) -> None:
    with pytest.raises(OperatorError, match=r"GITHUB_URL is http://127\.0\.0\.1:5001, expected https://github\.com"):
        create_app(servers.configured(database, "https://keyway.example.org", STANDIN), warm=Warm())
    with pytest.raises(OperatorError, match="another provider only where HOST, BASE_URL and it are loopback"):
        create_app(servers.configured(database, HERE, STANDIN, HOST="0.0.0.0"), warm=Warm())


def test_a_short_secret_is_refused(database: Path) -> None:
    with pytest.raises(OperatorError, match="SECRET_KEY has 5 characters"):
        create_app(servers.configured(database, HERE, STANDIN, SECRET_KEY="short"), warm=Warm())


def test_without_a_run_the_site_starts_and_says_so(database: Path) -> None:
    app = create_app(servers.configured(database, HERE, STANDIN))
    assert app.state.site.warm.problems


def test_nothing_is_open_on_the_database_when_the_workers_part(database: Path) -> None:
    """A connection that went through a fork would be two processes' own."""
    create_app(servers.configured(database, HERE, STANDIN))
    opened = {os.readlink(link) for link in Path("/proc/self/fd").iterdir() if link.is_symlink()}
    assert [path for path in opened if path.startswith(str(database))] == []
