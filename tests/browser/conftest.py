"""One Keyway for each file of tests, with suggestions; every test has browsers and a Key Event of its own."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from core.store import connection
from tests import people, servers
from tests.browser.desk import PROBE, Desk, watch
from tests.servers import Keyway
from tests.waiting import patient

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Request

Sit = Callable[..., Desk]


@pytest.fixture(scope="module")
def site(embedded: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Keyway]:
    """Keyway with the embedded catalogue, running; tests keep apart by Key Event."""
    folder = tmp_path_factory.mktemp("site") / "data"
    shutil.copytree(embedded, folder)
    with servers.keyway(folder / servers.DATABASE) as running:
        yield running


@pytest.fixture(scope="module")
def signed_in(site: Keyway, chromium: "Browser") -> Callable[[str], Any]:
    """`signed_in("curator")`: the cookies of somebody who has signed in, through the stand-in, once."""
    known: dict[str, Any] = {}

    def cookies(login: str) -> Any:
        if login not in known:
            with closing(patient(chromium.new_context())) as context:
                people.choose_in_browser(context.new_page(), site.base_url, login)
                known[login] = context.storage_state()
        return known[login]

    return cookies


@pytest.fixture(scope="module")
def key_events(site: Keyway) -> Iterator[int]:
    """The Key Events of the site, each once."""
    with connection.reader(site.database) as db:
        return iter([row["id"] for row in db.execute("SELECT id FROM key_event ORDER BY id")])


@pytest.fixture
def key_event(key_events: Iterator[int]) -> int:
    """A Key Event that no other test has."""
    return next(key_events)


@pytest.fixture
def sit(chromium: "Browser", site: Keyway, signed_in: Callable[[str], Any], key_event: int) -> Iterator[Sit]:
    """`sit("curator")`: somebody signed in at this test's Key Event, in a browser of their own; `sit(None)`: a reader.

    Further words are those of Playwright's `new_context`. What a console complains of fails the test.
    """
    desks: list[Desk] = []

    def take_place(login: str | None = "curator", *, fresh: bool = False, **context: Any) -> Desk:
        if login is not None and not fresh:
            context["storage_state"] = signed_in(login)
        page = patient(chromium.new_context(base_url=site.base_url, **context)).new_page()
        desk = Desk(page, site.database, login, key_event, script=context.get("java_script_enabled", True))
        desks.append(desk)
        watch(page, desk.complaints)

        def note(sent: "Request") -> None:
            if not sent.url.endswith(PROBE):
                desk.sent.append(f"{sent.method} {sent.url.removeprefix(site.base_url)}")

        page.on("request", note)
        if login is not None and fresh:
            people.choose_in_browser(page, site.base_url, login)
        return desk

    yield take_place
    for desk in desks:
        desk.page.context.close()
    assert [complaint for desk in desks for complaint in desk.complaints] == []
