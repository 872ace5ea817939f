"""What every test may ask for: a database, a running Keyway, and people signed in there."""

import os
import shutil
import signal
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest
from hypothesis import HealthCheck, settings

from core.store import clock, connection
from scripts.prepare import prepare
from tests import catalogues, people, servers
from tests.servers import Keyway
from tests.waiting import patient

if TYPE_CHECKING:
    from playwright.sync_api import Browser, ConsoleMessage, Page

# What a shell starts aside ignores interrupts, and under nohup the end of its terminal; so would every program that is
# started here. What is heard and not acted on, others that are started do not inherit.
signal.signal(signal.SIGINT, signal.default_int_handler)
if signal.getsignal(signal.SIGHUP) == signal.SIG_IGN:
    signal.signal(signal.SIGHUP, lambda *_: None)
# The same examples every time, however busy the machine is; `--hypothesis-profile=default` tries others.
settings.register_profile(
    "same", derandomize=True, database=None, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("same")
CHROMIUM = os.environ.get("CHROMIUM", shutil.which("chromium") or "")


@pytest.fixture(scope="session")
def made_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small catalogue with the stand-in's people, made once; tests get copies. As a database it was made today,
    whatever the catalogue's dates say: backups are awaited from then on."""
    path = catalogues.small(tmp_path_factory.mktemp("made"))
    with connection.writer(path) as db, connection.transaction(db):
        people.enrol(db)
        db.execute("UPDATE instance SET created_at = :now", {"now": clock.text(datetime.now(UTC))})
    return path


@pytest.fixture(scope="session")
def embedded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder as the first run makes it: the embedded catalogue, its vectors, the stand-in's people. To copy."""
    folder = tmp_path_factory.mktemp("embedded") / "data"
    database = folder / servers.DATABASE
    prepare(servers.configured(database, servers.ANYWHERE, servers.ANYWHERE))
    with connection.writer(database) as db, connection.transaction(db):
        people.enrol(db)
    return folder


@pytest.fixture
def database(made_database: Path, tmp_path: Path) -> Path:
    """A database of this test's own: the small catalogue, and everybody with their role."""
    return Path(shutil.copy(made_database, tmp_path / "keyway.db"))


@pytest.fixture
def keyway(database: Path) -> Iterator[Keyway]:
    """Keyway and its stand-in, running."""
    with servers.keyway(database) as running:
        yield running


@pytest.fixture
def visit(keyway: Keyway) -> Iterator[Callable[[str | None], httpx.Client]]:
    """`visit("curator")`: a client that somebody has signed in with; `visit(None)`: one that nobody has."""
    with ExitStack() as open_clients:

        def client(login: str | None) -> httpx.Client:
            found = open_clients.enter_context(people.visitor(keyway.base_url))
            if login is not None:
                people.choose(found, login)
            return found

        yield client


@pytest.fixture(scope="session")
def chromium() -> "Iterator[Browser]":
    """Chromium, headless, for the whole run."""
    if not CHROMIUM:
        pytest.skip("no Chromium here: install it, or name it in CHROMIUM")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def browse(chromium: "Browser", keyway: Keyway) -> "Iterator[Callable[[str | None], Page]]":
    """`browse("curator")`: a page in a browser of their own, signed in. What the console complains of fails the test,
    but for statuses: those the browser tells of every refusal."""
    complaints: list[str] = []
    contexts = []

    def listen(said: "ConsoleMessage") -> None:
        if said.type in ("error", "warning") and "the server responded with a status of" not in said.text:
            complaints.append(said.text)

    def page(login: str | None) -> "Page":
        context = patient(chromium.new_context(base_url=keyway.base_url))
        contexts.append(context)
        found = context.new_page()
        found.on("console", listen)
        found.on("pageerror", lambda error: complaints.append(str(error)))
        if login is not None:
            people.choose_in_browser(found, keyway.base_url, login)
        return found

    yield page
    for context in contexts:
        context.close()
    assert complaints == []
