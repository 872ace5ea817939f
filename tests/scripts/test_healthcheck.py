"""What the container's runtime is told."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from core import backups
from core.errors import OperatorError
from scripts import healthcheck, prepare
from tests import servers
from tests.servers import Keyway
from web.app import create_app

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


def test_a_server_that_answers_is_well(keyway: Keyway) -> None:
    settings = replace(keyway.app.state.site.settings, port=int(keyway.base_url.rpartition(":")[2]))
    assert healthcheck.server_problem(settings) == ""


def test_it_is_asked_by_the_name_that_people_use(database: Path) -> None:
    """Any other name is refused: a check that asks for 127.0.0.1 would never be well."""
    with servers.listen() as ours:
        port = str(ours.getsockname()[1])
        github = {"GITHUB_API_URL": "https://api.github.com", "HOST": "0.0.0.0", "PORT": port}
        settings = servers.configured(database, "https://keyway.example.org", "https://github.com", **github)
        with servers.serve((create_app(settings), ours)):
            assert healthcheck.server_problem(settings) == ""


def test_silence_is_told(database: Path) -> None:
    with servers.listen() as ours:
        settings = servers.configured(
            database, servers.address(ours), servers.ANYWHERE, PORT=str(ours.getsockname()[1])
        )
        assert "the server does not answer on 127.0.0.1:" in healthcheck.server_problem(settings)


@pytest.mark.parametrize(
    ("backup_hours", "started_hours", "said"),
    [
        (None, 1, ""),
        (None, 27, "There is no backup yet"),
        (25, 100, ""),
        (27, 100, "The newest backup is 27 h old"),
        (300, 1, "The newest backup is 300 h old"),  # a machine that is off every night would be well for ever
    ],
)
def test_a_late_backup_is_told(database: Path, backup_hours: int | None, started_hours: int, said: str) -> None:
    settings = servers.configured(database, servers.ANYWHERE, servers.ANYWHERE)
    if backup_hours is not None:
        backups.make(database, settings.backups_dir, NOW - timedelta(hours=backup_hours))
    found = healthcheck.late(settings, NOW, lambda: NOW - timedelta(hours=started_hours))
    assert found.startswith(said) and bool(found) == bool(said)


def test_who_schedules_none_is_well(database: Path) -> None:
    settings = servers.configured(database, servers.ANYWHERE, servers.ANYWHERE, BACKUP_AT="")
    assert healthcheck.late(settings, NOW, lambda: NOW - timedelta(days=9)) == ""


def test_a_start_is_in_the_past() -> None:
    assert healthcheck.started() < datetime.now(UTC)


def test_nothing_is_prepared_for_a_server_that_must_not_serve(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "data"))
    monkeypatch.delenv("SECRET_KEY", raising=False)
    with pytest.raises(OperatorError, match="SECRET_KEY has 0 characters"):
        prepare.main(["--to-serve"])
    assert not (tmp_path / "data").exists()
