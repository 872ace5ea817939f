"""People, roles and access codes, as an admin and a newcomer meet them."""

import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from html import unescape

import httpx
import pytest

from core.model import Act, Person, Role
from core.store import connection
from tests import decided, people
from tests.decided import OXIDATIVE
from tests.servers import Keyway

Visit = Callable[[str | None], httpx.Client]
CODE = re.compile(r'<p class="code id">([A-Z0-9-]{19})</p>')


def somebody(keyway: Keyway, login: str) -> Person:
    """Somebody as they are now."""
    with connection.reader(keyway.database) as db:
        return people.person(db, login)


def make_code(admin: httpx.Client, label: str = "Workshop Maastricht", uses: int = 2) -> str:
    """The text of a code that an admin has just made."""
    page = admin.post("/admin/codes", data={"label": label, "expires": soon(), "uses": uses})
    assert page.status_code == 201, page.text
    return CODE.findall(page.text)[0]


def soon() -> str:
    """A day that a code may end on by the server's clock, which may say tomorrow already."""
    from datetime import UTC, datetime, timedelta

    return (datetime.now(UTC) + timedelta(days=2)).date().isoformat()


class TestRoles:
    def test_who_asks_is_seen_and_gets_a_role(self, keyway: Keyway, visit: Visit) -> None:
        stranger, admin = visit("stranger"), visit("admin")
        stranger.post("/role")
        page = admin.get("/admin")
        assert "1 person waits for a role" in page.text
        id = somebody(keyway, "stranger").id
        answer = admin.post(f"/admin/people/{id}/role", data={"role": "curator"}, follow_redirects=False)
        assert (answer.status_code, answer.headers["location"]) == (303, f"/admin#person-{id}")
        assert somebody(keyway, "stranger").role is Role.CURATOR
        assert "waits for a role" not in admin.get("/admin").text
        assert "You are curator" in stranger.get("/role").text

    def test_a_role_that_is_taken_counts_from_the_next_request(self, keyway: Keyway, visit: Visit) -> None:
        curator, admin = visit("curator"), visit("admin")
        admin.post(f"/admin/people/{somebody(keyway, 'curator').id}/role", data={"role": "none"})
        assert curator.post("/key-events/1115/decisions").status_code == 403

    def test_the_only_admin_is_told_to_name_another(self, keyway: Keyway, visit: Visit) -> None:
        admin = visit("admin")
        for door, sent in (("role", {"role": "curator"}), ("access", {"access": "disabled"})):
            answer = admin.post(f"/admin/people/{somebody(keyway, 'admin').id}/{door}", data=sent)
            assert answer.status_code == 422
            assert "admin is the only admin: make somebody else admin first" in answer.text
        assert somebody(keyway, "admin").may(Role.ADMIN)

    def test_whoever_is_disabled_is_out_at_once_and_can_come_back(self, keyway: Keyway, visit: Visit) -> None:
        curator, admin = visit("curator"), visit("admin")
        path = f"/admin/people/{somebody(keyway, 'curator').id}/access"
        assert "disabled" in admin.post(path, data={"access": "disabled"}).text
        assert curator.get("/me").status_code == 401
        admin.post(path, data={"access": "enabled"})
        assert somebody(keyway, "curator").enabled

    def test_sessions_end_for_one_person(self, keyway: Keyway, visit: Visit) -> None:
        curator, admin = visit("curator"), visit("admin")
        admin.post(f"/admin/people/{somebody(keyway, 'curator').id}/signout")
        assert curator.get("/me").status_code == 401
        assert admin.get("/me").status_code == 200

    @pytest.mark.parametrize(
        ("door", "sent", "words"),
        [
            ("role", {"role": "king"}, "role is 'king', expected one of: curator, reviewer, admin, none"),
            ("role", {}, "role is missing"),
            ("access", {"access": "maybe"}, "access is 'maybe', expected one of: enabled, disabled"),
        ],
    )
    def test_what_nobody_can_be(
        self, keyway: Keyway, visit: Visit, door: str, sent: dict[str, str], words: str
    ) -> None:
        answer = visit("admin").post(f"/admin/people/{somebody(keyway, 'curator').id}/{door}", data=sent)
        assert answer.status_code == 422
        assert words in unescape(answer.text)

    def test_a_page_elsewhere_cannot_send_these_forms(self, keyway: Keyway, visit: Visit) -> None:
        admin = visit("admin")
        for door in ("people/1/role", "people/1/access", "people/1/signout", "codes", "codes/1/revocation"):
            answer = admin.post(f"/admin/{door}", headers={"Sec-Fetch-Site": "cross-site"})
            assert answer.status_code == 403
            assert "was not sent from a page of" in answer.text


class TestCodes:
    def test_a_newcomer_comes_in_by_a_code_and_its_label_stays(self, keyway: Keyway, visit: Visit) -> None:
        admin, stranger = visit("admin"), visit("stranger")
        text = make_code(admin)
        answer = stranger.post("/role/code", data={"code": text.lower()}, follow_redirects=False)
        assert (answer.status_code, answer.headers["location"]) == (303, "/role")
        with connection.writer(keyway.database) as db, connection.transaction(db):
            uuid = decided.decide(db, OXIDATIVE, Act.PROPOSE, "stranger").decision.uuid
        assert "Workshop Maastricht" in stranger.get(f"/mappings/{uuid}").text
        assert "Workshop Maastricht" in stranger.get("/key-events/1115?at=wikipathways:WP408").text
        listed = admin.get("/admin").text
        assert "1 of 2" in listed
        assert re.search(r'>stranger.*?<span class="tag"[^>]*>Workshop Maastricht</span>', listed)

    def test_a_code_is_shown_once_and_kept_nowhere(self, keyway: Keyway, visit: Visit) -> None:
        admin = visit("admin")
        answer = admin.post("/admin/codes", data={"label": "x", "expires": soon(), "uses": 1})
        assert answer.headers["cache-control"] == "no-store"
        text = CODE.findall(answer.text)[0]
        assert text not in admin.get("/admin").text
        kept = b"".join(path.read_bytes() for path in keyway.database.parent.glob(f"{keyway.database.name}*"))
        assert text.encode() not in kept and text.replace("-", "").encode() not in kept

    @pytest.mark.parametrize(
        ("changed", "words"),
        [
            ({"label": "Workshop Maastricht"}, "There is a code called “Workshop Maastricht” already"),
            ({"expires": "2000-01-01"}, "expires is 2000-01-01, expected a day from"),
            ({"uses": "0"}, "uses is 0, expected a number from 1 to"),
        ],
    )
    def test_what_cannot_be_is_told_beside_its_field_and_the_rest_stays_typed(
        self, keyway: Keyway, visit: Visit, changed: dict[str, str], words: str
    ) -> None:
        admin = visit("admin")
        make_code(admin)
        typed = {"label": "Workshop Vienna", "expires": soon(), "uses": "17"} | changed
        answer = admin.post("/admin/codes", data=typed)
        assert answer.status_code == 422
        assert "<h1>People and roles</h1>" in answer.text and words in unescape(answer.text)
        inputs = dict(re.findall(r'<input id="(label|expires|uses)"([^>]*)>', answer.text))
        assert all(f'value="{value}"' in inputs[name] for name, value in typed.items())
        assert [name for name, said in inputs.items() if 'aria-invalid="true"' in said] == list(changed)
        assert CODE.findall(answer.text) == []

    def test_a_wrong_code_is_told_and_the_sixth_waits(self, keyway: Keyway, visit: Visit) -> None:
        text, stranger = make_code(visit("admin")), visit("stranger")
        for _ in range(5):
            answer = stranger.post("/role/code", data={"code": "AAAA-BBBB-CCCC-DDDD"})
            assert answer.status_code == 422
            assert "No access code reads like that" in answer.text
        refused = stranger.post("/role/code", data={"code": text})
        assert refused.status_code == 429
        assert 0 < int(refused.headers["retry-after"]) <= 900
        assert somebody(keyway, "stranger").role is None

    def test_a_revoked_code_lets_nobody_in(self, keyway: Keyway, visit: Visit) -> None:
        admin, stranger = visit("admin"), visit("stranger")
        text = make_code(admin)
        (id,) = re.findall(r"/admin/codes/(\d+)/revocation", admin.get("/admin").text)
        assert "revoked" in admin.post(f"/admin/codes/{id}/revocation").text
        assert "is not valid any more" in stranger.post("/role/code", data={"code": text}).text

    def test_a_code_is_no_sign_in(self, keyway: Keyway, visit: Visit) -> None:
        text = make_code(visit("admin"))
        assert visit(None).post("/role/code", data={"code": text}).status_code == 401

    def test_the_database_keeps_no_address(self, keyway: Keyway, visit: Visit) -> None:
        visit("stranger").post("/role/code", data={"code": "WRONG"})
        with closing(sqlite3.connect(keyway.database)) as db:
            tried = [who for (who,) in db.execute("SELECT who FROM attempt")]
        assert len(tried) == 2 and not any("127.0.0.1" in who for who in tried)


class TestOrcid:
    def test_somebody_links_and_unlinks_theirs(self, keyway: Keyway, visit: Visit) -> None:
        curator = visit("curator")
        page = curator.post("/me/orcid", data={"orcid": "https://orcid.org/0000-0002-1694-233x"})
        assert 'value="0000-0002-1694-233X"' in page.text and "Linked." in page.text
        assert "Unlinked." in curator.post("/me/orcid", data={"orcid": ""}).text
        assert somebody(keyway, "curator").orcid == ""

    def test_a_mistyped_one_is_told(self, keyway: Keyway, visit: Visit) -> None:
        answer = visit("curator").post("/me/orcid", data={"orcid": "0000-0002-1825-0098"})
        assert answer.status_code == 422
        assert "is a digit mistyped?" in answer.text
        assert 'value="0000-0002-1825-0098"' in answer.text, "to be mended where it stands"
