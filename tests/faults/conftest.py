"""Keyway as in production, to be put under strain."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import servers
from tests.servers import House


@pytest.fixture(scope="module")
def house(embedded: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """gunicorn with two workers over the embedded catalogue."""
    folder = tmp_path_factory.mktemp("house") / "data"
    shutil.copytree(embedded, folder)
    with servers.house(folder / servers.DATABASE, WEB_WORKERS="2") as running:
        yield running
