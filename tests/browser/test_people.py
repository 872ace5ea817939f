"""Who may do what, by keys alone: roles, access codes, credit; and a page that stood open while a role was taken."""

from collections.abc import Iterator

import pytest

from core.model import Act, Person, Role
from core.store import connection, curators
from scripts.standin.people import BY_LOGIN
from tests import people
from tests.browser.conftest import Sit
from tests.browser.desk import Desk

pytestmark = [pytest.mark.browser, pytest.mark.slow]
WIDTHS = (1280, 360)


@pytest.fixture(params=WIDTHS, ids="{} px".format)
def width(request: pytest.FixtureRequest) -> int:
    """How wide everybody's screen is."""
    return int(request.param)


@pytest.fixture
def sit(sit: Sit, width: int) -> Iterator[Sit]:
    """Everybody sits at a screen of this width, and has the role that they began with again when a test is over."""
    desks: list[Desk] = []

    def take_place(login: str, **context: bool) -> Desk:
        desks.append(sit(login, viewport={"width": width, "height": 800}, **context))
        return desks[-1]

    yield take_place
    with connection.writer(desks[0].database) as db, connection.transaction(db):
        for desk in desks:
            assert desk.login
            curators.set_role(db, people.person(db, desk.login).id, BY_LOGIN[desk.login].role)


def somebody(desk: Desk, login: str) -> Person:
    """Somebody as they are now."""
    with connection.reader(desk.database) as db:
        return people.person(db, login)


def fits(desk: Desk) -> bool:
    """Whether nothing is wider than the screen."""
    return bool(desk.page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


def test_somebody_asks_and_an_admin_gives_takes_shuts_out_and_signs_out(sit: Sit) -> None:
    newcomer, admin = sit("stranger", fresh=True), sit("admin")
    newcomer.page.goto("/role")
    newcomer.enter(newcomer.page.get_by_role("button", name="Ask to be a curator"))
    assert newcomer.page.get_by_role("heading", name="You have asked for a role").is_visible()

    page = admin.page
    page.goto("/admin")
    assert page.get_by_role("heading", name="1 person waits for a role").is_visible() and fits(admin)
    admin.enter(page.get_by_role("button", name="Give the role of stranger"))
    assert somebody(admin, "stranger").role is Role.CURATOR
    newcomer.open()
    newcomer.judge("x")
    assert [decision.act for decision in newcomer.decided] == [Act.REJECT]

    admin.reach(page.get_by_role("combobox", name="Role of stranger"))
    admin.press("r")
    admin.enter(page.get_by_role("button", name="Set the role of stranger"))
    assert somebody(admin, "stranger").role is Role.REVIEWER

    admin.enter(page.get_by_role("button", name="End sessions of stranger"))
    newcomer.page.goto("/me")
    assert newcomer.page.get_by_role("heading", name="Sign in to go on").is_visible()

    admin.enter(page.get_by_role("button", name="Disable stranger"))
    assert not somebody(admin, "stranger").enabled
    admin.enter(page.get_by_role("button", name="Enable stranger"))
    assert somebody(admin, "stranger").enabled


def test_a_workshop_comes_in_by_a_code_whose_label_stays_beside_what_they_decide(sit: Sit, width: int) -> None:
    newcomer, admin = sit("stranger"), sit("admin")
    page, label = admin.page, f"Workshop of {width}"
    page.goto("/admin")
    admin.reach(page.get_by_label("Label", exact=True))
    page.keyboard.type(label)
    with page.expect_navigation():
        admin.press("Enter")
    code = page.locator(".made .code").inner_text()
    assert fits(admin)

    page = newcomer.page
    page.goto("/role")
    newcomer.reach(page.get_by_label("Access code", exact=True))
    page.keyboard.type("AAAA-BBBB-CCCC-DDDD")
    with page.expect_navigation():
        newcomer.press("Enter")
    assert "compare it sign by sign" in page.get_by_role("alert").inner_text()
    newcomer.reach(page.get_by_label("Access code", exact=True))
    page.keyboard.type(code.lower())
    with page.expect_navigation():
        newcomer.press("Enter")
    assert page.get_by_role("heading", name="You are curator").is_visible() and fits(newcomer)

    newcomer.open()
    pair = newcomer.current or ""
    newcomer.judge("a")
    newcomer.open(f"?at={pair}")
    assert newcomer.detail(pair).locator(".history .tag").inner_text() == label
    newcomer.enter(newcomer.detail(pair).get_by_role("link", name="History"))
    assert page.locator(".record .tag", has_text=label).is_visible() and fits(newcomer)


def test_an_orcid_is_checked_and_then_stands_beside_what_somebody_decides(sit: Sit) -> None:
    curator = sit("curator")
    page = curator.page

    def link(orcid: str) -> None:
        curator.reach(page.get_by_label("ORCID", exact=True))
        page.keyboard.press("ControlOrMeta+a")
        page.keyboard.type(orcid)
        with page.expect_navigation():
            curator.press("Enter")

    page.goto("/me")
    link("0000-0002-1825-0098")
    assert page.get_by_role("alert").inner_text() == (
        "orcid is 0000-0002-1825-0098, whose last sign does not fit the others: is a digit mistyped?"
    )
    assert page.get_by_label("ORCID", exact=True).input_value() == "0000-0002-1825-0098" and fits(curator)
    assert page.get_by_role("heading", name="My work").is_visible()
    link("0000-0002-1825-0097")
    assert page.get_by_text("Linked.").is_visible()

    curator.open()
    pair = curator.current or ""
    curator.judge("a")
    curator.open(f"?at={pair}")
    curator.enter(curator.detail(pair).get_by_role("link", name="History"))
    assert page.locator('.verdict a[href="https://orcid.org/0000-0002-1825-0097"]').is_visible()


def test_a_role_that_was_taken_refuses_the_next_press_in_its_row(sit: Sit) -> None:
    curator = sit("second-curator").open()
    first, second = curator.pairs()[:2]
    curator.judge("x")
    with connection.writer(curator.database) as db, connection.transaction(db):
        curators.set_role(db, people.person(db, "second-curator").id, None)
    curator.judge("x")
    refused = "To reject takes the role curator; ask an admin for it."
    assert curator.row(second).locator(".row-message").inner_text() == refused
    assert (curator.state(second), curator.acts(second)) == ("open", [])
    curator.judge("z")
    assert curator.acts(first) == [Act.REJECT], "what was done stays done"
    assert "takes the role curator" in curator.status
